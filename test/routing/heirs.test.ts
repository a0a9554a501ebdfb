import { describe, expect, it } from 'vitest';
import { stepRoutesOf } from '../../shared/routing/escalation.ts';
import { routeNow } from '../../shared/routing/heirs.ts';
import { routesFor, type TakenRoute } from '../../shared/routing/tree.ts';
import { sampleAlert } from '../channels/sample-notification.ts';
import { configurationOf } from '../support/document.ts';

const ALERT = sampleAlert({ ruleId: 'errors', labels: { rule: 'errors', team: 'pay' } });

function documentOf(route: string, receivers: readonly string[]): string {
  const named = receivers.map((name) => `  - { name: ${name}, email: [{ to: [${name}@example.com] }] }`);
  return [
    'version: 1',
    'rules:',
    '  - { id: errors, match: { keyword: x }, when: { count: 1, within: 1m } }',
    'receivers:',
  ]
    .concat(named, `route: ${route}`, '')
    .join('\n');
}

const before = configurationOf(
  documentOf(
    '{ receiver: ops, routes: [{ matchers: [team="pay"], receiver: pay, escalate: [{ after: 5m, receiver: boss }] }] }',
    ['ops', 'pay', 'boss'],
  ),
);

function takenBefore(): TakenRoute {
  const [route] = routesFor(before.route, ALERT.labels, null);
  if (route === undefined) throw new Error('No route takes the alert.');
  return route;
}

describe('who a group speaks to', () => {
  it('is the receiver of its route, as the route is now', () => {
    expect(routeNow(before, takenBefore(), [ALERT])).toEqual(takenBefore());
  });

  it('stays the receiver that it was begun for while there is one of that name', () => {
    const after = configurationOf(documentOf('{ receiver: ops }', ['ops', 'pay', 'boss']));
    expect(routeNow(after, takenBefore(), [ALERT]).receiver).toBe('pay');
  });

  it('is the receiver under its new name', () => {
    const after = configurationOf(
      documentOf('{ receiver: ops, routes: [{ matchers: [team="pay"], receiver: money }] }', [
        'ops',
        'money',
      ]),
    );
    const now = routeNow(after, takenBefore(), [ALERT]);
    expect(now).toMatchObject({ id: takenBefore().id, receiver: 'money' });
  });

  it('is whoever its alerts go to where its route is gone too', () => {
    const after = configurationOf(documentOf('{ receiver: ops }', ['ops']));
    expect(routeNow(after, takenBefore(), [ALERT]).receiver).toBe('ops');
  });

  it('is the receiver of the same step of an escalation', () => {
    const after = configurationOf(
      documentOf(
        '{ receiver: ops, routes: [{ matchers: [team="pay"], receiver: pay, escalate: [{ after: 5m, receiver: chief }] }] }',
        ['ops', 'pay', 'chief'],
      ),
    );
    const [step] = stepRoutesOf(takenBefore());
    expect(routeNow(after, step ?? takenBefore(), [ALERT])).toMatchObject({
      id: step?.id,
      receiver: 'chief',
    });
  });

  it('stays what it was where nobody is there', () => {
    const nobody = { ...before, receivers: [] };
    expect(routeNow({ ...nobody, route: null }, takenBefore(), [ALERT])).toEqual(takenBefore());
    expect(routeNow({ ...before, receivers: [], route: null }, takenBefore(), [])).toEqual(takenBefore());
  });
});
