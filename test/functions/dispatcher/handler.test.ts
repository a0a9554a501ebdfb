import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHandler } from '../../../functions/dispatcher/handler.ts';
import { sqsEvent } from '../../support/events.ts';
import { MINUTE, SECOND, startTestStack, type TestStack } from '../../support/stack.ts';
import { transition } from './transition.ts';

const TAIL = `
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
  - { name: oncall, email: [{ to: [oncall@example.com] }] }
  - { name: bin }
`;
const RULES = `
version: 1
rules:
  - { id: errors, match: ERROR, groupBy: { host: $.host }, when: { count: 1, within: 1m }, severity: critical }
`;

let stack: TestStack;
afterEach(async () => {
  vi.restoreAllMocks();
  await stack.stop();
});

const start = async (route: string, receivers = TAIL) => {
  stack = await startTestStack(`${RULES}${receivers}${route}`);
};

const take = async (...messages: unknown[]) => {
  await stack.send('alerts', messages);
  await stack.settle();
};
/** What left, in order: receiver, status, hosts. */
const told = () =>
  stack
    .said('delivery')
    .map(
      ({ receiver, status, alerts }) =>
        `${receiver} ${status} ${alerts.map(({ labels }) => labels.host).join()}`,
    );

describe('the route tree', () => {
  it('holds what has no route, and tells it once there is one', async () => {
    await start('');
    await stack.log(['{"host":"db1"} ERROR']);
    await stack.advance(3 * MINUTE);
    expect(stack.said('configuration')).toContainEqual(expect.objectContaining({ kind: 'route' }));
    expect(told()).toEqual([]);
    await stack.apply(`${RULES}${TAIL}route: { receiver: ops, groupWait: 1s }`);
    await stack.advance(2 * MINUTE);
    expect(told()).toEqual(['ops firing ']);
    expect(await stack.deadLetters('alerts')).toEqual([]);
  });
});

describe('timers of a group', () => {
  it('are found again by the evaluator where their message was lost', async () => {
    await start('route: { receiver: ops, groupWait: 30s }');
    const lossy = createHandler(stack.environmentOf('dispatcher'), {
      ...stack.outside,
      aroundQueue: () => ({ send: async () => undefined }),
    });
    expect(await lossy(sqsEvent([transition('db1', 1, 'firing')]))).toEqual({ batchItemFailures: [] });
    await stack.advance(3 * MINUTE);
    expect(told()).toEqual(['ops firing db1']);
    expect(stack.said('recovered')).toHaveLength(1);
  });
});

describe('receivers', () => {
  it('that do not exist are reported, and told once they do', async () => {
    await start('route: { receiver: ops, groupWait: 1s, groupInterval: 1m }');
    await stack.config.delete({ pk: 'receiver', sk: 'ops' });
    await stack.advance(30 * SECOND);
    await take(transition('db1', 1, 'firing'));
    await stack.advance(3 * MINUTE);
    expect(stack.said('flush').at(-1)).toMatchObject({
      result: 'withheld',
      reason: expect.stringContaining('there is no receiver ops'),
    });
    expect(stack.said('configuration')).toContainEqual(expect.objectContaining({ kind: 'route' }));
    await stack.config.put({ pk: 'receiver', sk: 'ops', name: 'ops', email: [{ to: ['new@example.com'] }] });
    await stack.advance(3 * MINUTE);
    expect(told()).toEqual(['ops firing db1']);
  });

  it('may bear any name', async () => {
    const receivers = `
receivers: [{ name: "运维 ☎ ${'x'.repeat(190)}", email: [{ to: [ops@example.com] }] }]
`;
    await start(`route: { receiver: "运维 ☎ ${'x'.repeat(190)}", groupWait: 1s }`, receivers);
    await take(transition('db1', 1, 'firing'));
    await stack.advance(5 * SECOND);
    expect(stack.attempts()).toEqual(['email delivered']);
    for (const group of stack.fairQueueGroups()) expect(group).toMatch(/^[\x21-\x7e]{1,128}$/);
  });
});

describe('a batch', () => {
  it('fails only for the messages that it does not understand', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await start('route: { receiver: ops, groupWait: 1s }');
    const dispatcher = createHandler(stack.environmentOf('dispatcher'), stack.outside);
    const answer = await dispatcher(sqsEvent(['{', { type: 'alert' }, transition('db1', 1, 'firing')]));
    expect(answer).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-0' }, { itemIdentifier: 'message-1' }],
    });
    await expect(dispatcher({} as never)).rejects.toThrow(
      'This is no delivery of SQS: an event with Records was expected.',
    );
    await stack.advance(5 * SECOND);
    expect(told()).toEqual(['ops firing db1']);
  });
});
