import { describe, expect, it } from 'vitest';
import type { Route } from '../../shared/config/model.ts';
import { groupIdOf, routeOfId, routesFor } from '../../shared/routing/tree.ts';

const route = (changes: Partial<Route>): Route => ({
  matchers: [],
  continue: false,
  muteTimeIntervals: [],
  activeTimeIntervals: [],
  routes: [],
  ...changes,
});
const critical = [{ label: 'severity', operator: '=' as const, value: 'critical' }];

describe('routes', () => {
  const root = route({
    receiver: 'ops',
    escalate: [{ afterMs: 900_000, receiver: 'boss' }],
    routes: [
      route({ matchers: critical, receiver: 'oncall', continue: true, muteTimeIntervals: ['night'] }),
      route({ matchers: critical, receiver: 'oncall', routes: [route({ matchers: critical })] }),
    ],
  });

  it('inherit escalation, but no time intervals', () => {
    const [first, second] = routesFor(root, { severity: 'critical' }, null);
    expect(first?.muteTimeIntervals).toEqual(['night']);
    expect(second?.muteTimeIntervals).toEqual([]);
    expect(second?.escalate).toEqual([{ afterMs: 900_000, receiver: 'boss' }]);
  });

  it('escalate to nobody where they say so', () => {
    const quiet = { ...root, routes: [route({ escalate: [] })] };
    expect(routesFor(quiet, {}, null).map(({ escalate }) => escalate)).toEqual([[]]);
  });

  it('with the same matchers and receiver side by side have groups of their own', () => {
    const taken = routesFor(root, { severity: 'critical' }, null);
    expect(taken).toHaveLength(2);
    expect(new Set(taken.map((one) => groupIdOf(one, {}))).size).toBe(2);
  });

  it('are found again by their id, as they are now; not where they are gone', () => {
    for (const taken of routesFor(root, { severity: 'critical' }, null)) {
      expect(routeOfId(root, taken)).toEqual(taken);
      const [first = route({}), ...others] = root.routes;
      const edited = { ...root, routes: [first, ...others].map((one) => ({ ...one, groupWaitMs: 7 })) };
      expect(routeOfId(edited, taken)?.groupWaitMs).toBe(7);
      expect(routeOfId({ ...root, routes: [] }, taken)).toBeUndefined();
    }
    const [shortCut] = routesFor(root, {}, 'direct');
    expect(shortCut === undefined ? undefined : routeOfId(root, shortCut)).toEqual(shortCut);
  });
});
