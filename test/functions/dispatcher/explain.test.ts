import { describe, expect, it } from 'vitest';
import { explain } from '../../../shared/routing/explain.ts';
import { BEGIN, DispatcherAlone } from '../../support/dispatcher.ts';

const MINUTE = 60_000;
const DOCUMENT = `
version: 1
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
  - { name: oncall, email: [{ to: [oncall@example.com] }] }
route:
  receiver: ops
  groupWait: 10s
  groupInterval: 1m
  repeatInterval: 3m
  routes: [{ matchers: [rule="errors"], escalate: [{ after: 2m, receiver: oncall }] }]
inhibitRules: [{ name: down, sourceMatchers: [rule="down"], targetMatchers: [rule="slow"] }]
`;
const words = (decisions: { reason: string; times?: number }[]) =>
  decisions.map(({ reason, times }) => (times === undefined ? reason : `${times} times: ${reason}`));

describe('the explanation of an alert', () => {
  it('names the routes it took and what was decided there, also when it is over', async () => {
    const dispatcher = new DispatcherAlone(DOCUMENT);
    const alert = { rule: 'errors', host: 'db1' };
    await dispatcher.fire(alert);
    await dispatcher.advance(6 * MINUTE);
    const name = await dispatcher.nameOf(alert);
    const [ops, oncall] = await explain(dispatcher.state, name);
    expect(ops).toMatchObject({
      receiver: 'ops',
      routeId: '//rule="errors"',
      groupLabels: { rule: 'errors' },
      at: BEGIN,
      told: 'firing',
    });
    expect(words(ops?.decisions ?? [])).toEqual([
      'told firing: first notification of the group',
      'escalated to oncall: nobody acknowledged within 2m',
      'told firing: repeat interval elapsed',
    ]);
    expect(words(ops?.ofGroup ?? [])).toEqual([
      'first notification of the group',
      '2 times: nothing changed and the repeat interval has not passed',
      'repeat interval elapsed',
      '2 times: nothing changed and the repeat interval has not passed',
    ]);
    expect(words(oncall?.decisions ?? [])).toEqual(['told firing: escalated: nobody acknowledged within 2m']);
    await dispatcher.resolve(alert);
    await dispatcher.advance(2 * MINUTE);
    const after = await explain(dispatcher.state, name);
    expect(after.map(({ told, nextAt }) => [told, nextAt])).toEqual([
      ['left', null],
      ['left', null],
    ]);
    expect(words(after[0]?.decisions ?? []).at(-1)).toBe('told resolved: all alerts resolved');
  });

  it('says what kept it quiet, though nobody ever heard of it', async () => {
    const dispatcher = new DispatcherAlone(DOCUMENT);
    await dispatcher.fire({ rule: 'down' });
    await dispatcher.fire({ rule: 'slow' });
    await dispatcher.advance(MINUTE);
    await dispatcher.resolve({ rule: 'slow' });
    await dispatcher.advance(MINUTE);
    const [group] = await explain(dispatcher.state, await dispatcher.nameOf({ rule: 'slow' }));
    expect(words(group?.decisions ?? [])).toEqual([
      'inhibited by Rule down (rule down), inhibit rule down',
      'over before it was told; inhibited by Rule down (rule down), inhibit rule down',
    ]);
  });
});
