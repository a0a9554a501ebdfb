import { afterEach, expect, it } from 'vitest';
import { explain } from '../../../shared/routing/explain.ts';
import { addSilence } from '../../../shared/routing/silences.ts';
import { MINUTE, SECOND, startTestStack, type TestStack } from '../../support/stack.ts';

const DOCUMENT = `
version: 1
rules:
  - { id: down, match: DOWN, when: { count: 1, within: 4m } }
  - { id: errors, match: ERROR, groupBy: { host: $.host }, when: { count: 1, within: 4m } }
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }], limit: 3/4m }
  - { name: oncall, email: [{ to: [oncall@example.com] }] }
timeIntervals:
  - { name: always, timeIntervals: [{ years: ["2020:2040"] }] }
route:
  receiver: ops
  groupBy: [rule, host]
  groupWait: 1s
  groupInterval: 1m
  routes:
    - { matchers: [rule="down"], receiver: oncall }
    - { matchers: [host="muted"], muteTimeIntervals: [always] }
    - { matchers: [host="slow"], escalate: [{ after: 90s, receiver: oncall }] }
inhibitRules:
  - { name: down, sourceMatchers: [rule="down"], targetMatchers: [host="behind"] }
`;

let stack: TestStack;
afterEach(async () => await stack.stop());

it('on the real tables and queues, keeps quiet, escalates, caps and explains', async () => {
  stack = await startTestStack(DOCUMENT);
  await addSilence(stack.state, {
    id: 's1',
    matchers: [{ label: 'host', operator: '=', value: 'silenced' }],
    startsAt: stack.clock.now(),
    endsAt: stack.clock.now() + 3 * MINUTE,
    recurs: null,
    author: 'Wei',
    comment: 'maintenance',
    createdAt: stack.clock.now(),
  });
  await stack.log(['DOWN']);
  const hosts = ['slow', 'behind', 'muted', 'silenced', 'a', 'b', 'c'];
  await stack.log(hosts.map((host) => `{"host":"${host}","m":"ERROR"}`));
  await stack.advance(20 * SECOND);
  await stack.advance(9 * MINUTE);
  const told = (receiver: string) =>
    stack
      .said('delivery')
      .filter((delivery) => delivery.receiver === receiver)
      .flatMap(({ alerts }) => alerts.filter(({ status }) => status === 'firing'))
      .map(({ labels }) => labels.host ?? labels.rule);
  expect(new Set(told('ops'))).toEqual(new Set(['slow', 'silenced', 'a', 'b', 'c']));
  expect(new Set(told('oncall'))).toEqual(new Set(['down', 'slow']));
  expect(stack.said('flush').filter(({ result }) => result === 'folded').length).toBeGreaterThan(0);
  const alerts = stack.said('alert').map(({ alert }) => alert);
  const behind = alerts.find(({ labels }) => labels.host === 'behind');
  if (behind === undefined) throw new Error('The alert behind another was never found.');
  const [group] = await explain(stack.state, behind);
  expect(group?.decisions.map(({ reason }) => reason)).toContainEqual(
    expect.stringContaining('inhibited by down (rule down), inhibit rule down'),
  );
  expect(stack.failures).toEqual([]);
});
