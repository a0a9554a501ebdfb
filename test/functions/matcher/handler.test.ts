import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHandler, type MatcherHandler } from '../../../functions/matcher/handler.ts';
import { eventId, invocationRecord, sqsEvent, subscriptionEvent } from '../../support/events.ts';
import { HOUR, MINUTE, SECOND, startTestStack, type TestStack } from '../../support/stack.ts';

const DOCUMENT = `
version: 1
redact: ['\\b\\d{16}\\b']
rules:
  - id: logins
    match: { regex: 'Failed password for \\S+ from (?P<address>\\S+)' }
    groupBy: [address]
    when: { count: 3, within: 5m }
  - id: cards
    match: { regex: 'charge of (?P<card>\\d+) refused' }
    groupBy: [card]
    redact: ['pin=\\d+']
    when: { count: 1, within: 1m }
  - { id: quiet, match: QUIET, action: record, when: { count: 1, within: 1m } }
  - { id: flood, match: FLOOD, when: { count: 50, within: 1m } }
receivers:
  - { name: ops, email: [{ to: [ops@example.com], locale: en }] }
route: { receiver: ops, groupBy: ['...'], groupWait: 5s }
`;

let stack: TestStack;
let matcher: MatcherHandler;
beforeEach(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  stack = await startTestStack(DOCUMENT);
  matcher = freshMatcher();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await stack.stop();
});

const OWN = { TOCSIN_OWN_LOG_GROUPS: '/aws/lambda/tocsin-matcher,/aws/lambda/tocsin-notifier' };
const freshMatcher = () => createHandler({ ...stack.environmentOf('matcher'), ...OWN }, stack.outside);

const failed = (address: string) => `Failed password for root from ${address} port 22 ssh2`;
const event = (number: number, message: string, timestamp = stack.clock.now()) => ({
  id: eventId(number),
  timestamp,
  message,
});
const fired = () => stack.said('alert').map(({ alert }) => alert);
const firedLabels = () => fired().map(({ labels }) => labels.address ?? labels.card ?? labels.rule);

describe('a subscription payload', () => {
  it('counts by group and tells each that reaches its threshold, once', async () => {
    await matcher(
      subscriptionEvent([
        event(1, failed('1.1.1.1')),
        event(2, failed('1.1.1.1')),
        event(3, failed('2.2.2.2')),
        event(4, 'session opened for user root'),
        event(5, failed('1.1.1.1')),
        event(6, failed('2.2.2.2')),
      ]),
    );
    expect(firedLabels()).toEqual(['1.1.1.1']);
    expect(fired()[0]).toMatchObject({
      status: 'firing',
      value: 3,
      labels: { rule: 'logins', severity: 'error', address: '1.1.1.1' },
      source: {
        account: '123456789012',
        region: 'us-east-1',
        logGroups: ['/app/api'],
        filter: '@message like /Failed password for \\S+ from (?:\\S+)/',
      },
    });
    expect(fired()[0]?.lines.map(({ message }) => message)).toEqual([1, 2, 3].map(() => failed('1.1.1.1')));
    await stack.advance(10 * SECOND);
    expect(await stack.mails()).toHaveLength(1);
    expect(stack.said('events')).toEqual([
      {
        type: 'events',
        logGroup: '/app/api',
        logStream: 'i-0abc',
        events: 6,
        matched: 5,
        touched: 2,
        lagMs: expect.any(Number),
      },
    ]);
  });

  it('adds up over batches and functions', async () => {
    await matcher(subscriptionEvent([event(1, failed('1.1.1.1')), event(2, failed('1.1.1.1'))]));
    await stack.advance(2 * MINUTE);
    expect(firedLabels()).toEqual([]);
    await freshMatcher()(subscriptionEvent([event(3, failed('1.1.1.1'))], { logStream: 'i-0def' }));
    expect(firedLabels()).toEqual(['1.1.1.1']);
  });

  it('shows lines of before, if they lie in a window with these', async () => {
    const old = stack.clock.now();
    await matcher(subscriptionEvent([event(1, `${failed('1.1.1.1')} old`)]));
    await stack.advance(10 * MINUTE);
    for (const number of [2, 3, 4]) {
      await matcher(subscriptionEvent([event(number, failed('1.1.1.1'))]));
      await stack.advance(SECOND);
    }
    expect(fired()[0]?.lines).toHaveLength(3);
    expect(fired()[0]?.lines.every(({ at }) => at > old)).toBe(true);
  });

  it('counts matches by their own time, whatever order they come in', async () => {
    const now = stack.clock.now();
    await matcher(subscriptionEvent([event(1, failed('1.1.1.1'), now)]));
    await matcher(subscriptionEvent([event(2, failed('1.1.1.1'), now - 4 * MINUTE)]));
    await matcher(subscriptionEvent([event(3, failed('1.1.1.1'), now - 8 * MINUTE)]));
    expect(firedLabels()).toEqual([]);
    await matcher(subscriptionEvent([event(4, failed('1.1.1.1'), now - 2 * MINUTE)]));
    expect(firedLabels()).toEqual(['1.1.1.1']);
  });

  it('drops control messages', async () => {
    const probe = { messageType: 'CONTROL_MESSAGE', owner: 'CloudwatchLogs', logGroup: '', logStream: '' };
    const control = { id: '', timestamp: 0, message: 'CWL CONTROL MESSAGE: Checking health' };
    expect(await matcher(subscriptionEvent([control], probe))).toBeUndefined();
    expect(stack.said('events')).toEqual([]);
  });

  it('refuses the log groups of tocsin itself, and says so', async () => {
    const group = { logGroup: '/aws/lambda/tocsin-notifier' };
    await matcher(
      subscriptionEvent(
        [1, 2, 3].map((n) => event(n, failed('1.1.1.1'))),
        group,
      ),
    );
    expect(firedLabels()).toEqual([]);
    expect(stack.said('uncounted')).toMatchObject([
      { events: 3, ...group, reason: expect.stringContaining('itself') },
    ]);
  });

  it('keeps to what only records', async () => {
    await matcher(subscriptionEvent([event(1, 'QUIET')]));
    await stack.advance(MINUTE);
    expect(stack.said('alert')).toMatchObject([{ withheld: 'the rule only records' }]);
    expect(await stack.mails()).toEqual([]);
  });
});

describe('malformed input', () => {
  it('leaves out a malformed event of a batch, says so, and counts the others', async () => {
    const good = [1, 2, 3].map((n) => event(n, failed('1.1.1.1')));
    await matcher(subscriptionEvent([...good, { id: eventId(4), timestamp: 'yesterday' }, {}]));
    expect(firedLabels()).toEqual(['1.1.1.1']);
    expect(stack.said('uncounted')).toMatchObject([
      { events: 2, reason: expect.stringMatching(/malformed/) },
    ]);
  });

  it('takes nothing from a delivery of which nothing is left, not even a time', async () => {
    await matcher(subscriptionEvent([{ id: eventId(1), timestamp: 'yesterday' }]));
    await matcher(subscriptionEvent([]));
    expect(stack.said('events')).toEqual([]);
  });

  it('says of an event of somebody else what was expected', async () => {
    await expect(matcher({ key1: 'value1' } as never)).rejects.toThrow(
      'This is no delivery of CloudWatch Logs: an event with awslogs.data was expected.',
    );
  });

  it.each([
    ['no base64', '%%%'],
    ['no gzip', Buffer.from('hello').toString('base64')],
    ['no JSON', gzipSync('hello').toString('base64')],
    ['another JSON', gzipSync('{"hello":1}').toString('base64')],
    ['half a payload', gzipSync(randomBytes(1000)).subarray(0, 500).toString('base64')],
    ['a bomb', gzipSync(Buffer.alloc(200 * 1024 * 1024), { level: 1 }).toString('base64')],
  ])('%s: is logged with its reason, and not asked for again', async (_, data) => {
    expect(await matcher({ awslogs: { data } })).toBeUndefined();
    expect(console.error).toHaveBeenCalledTimes(1);
    expect(stack.said('events')).toEqual([]);
  });
});

describe('the failure queue', () => {
  it('counts what Lambda had given up on, once', async () => {
    const payload = subscriptionEvent([1, 2, 3].map((n) => event(n, failed('1.1.1.1'))));
    await matcher(payload);
    const again = await matcher(sqsEvent([invocationRecord(payload)]));
    expect(again).toEqual({ batchItemFailures: [] });
    const other = subscriptionEvent([4, 5].map((n) => event(n, failed('2.2.2.2'))));
    await matcher(sqsEvent([invocationRecord(other)]));
    expect(firedLabels()).toEqual(['1.1.1.1']);
  });

  it('fails only the message that is none of Lambda’s', async () => {
    const payload = subscriptionEvent([1, 2, 3].map((n) => event(n, failed('1.1.1.1'))));
    const answer = await matcher(sqsEvent(['hello', invocationRecord(payload), { requestPayload: {} }]));
    expect(answer).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-0' }, { itemIdentifier: 'message-2' }],
    });
    expect(firedLabels()).toEqual(['1.1.1.1']);
  });
});

describe('redelivery', () => {
  it('counts an identical batch once, in the same function and in another', async () => {
    const batch = subscriptionEvent([1, 2].map((n) => event(n, failed('1.1.1.1'))));
    const again = [matcher, freshMatcher(), freshMatcher()];
    await Promise.all(again.map((handler) => handler(batch)));
    await matcher(batch);
    expect(firedLabels()).toEqual([]);
    await matcher(subscriptionEvent([event(3, failed('1.1.1.1'))]));
    expect(fired()).toMatchObject([{ value: 3 }]);
  });

  it('counts events once that come again in other batches', async () => {
    const [a, b, c] = [1, 2, 3].map((n) => event(n, failed('1.1.1.1')));
    await matcher(subscriptionEvent([a, b].map(Object)));
    await matcher(subscriptionEvent([b].map(Object)));
    await freshMatcher()(subscriptionEvent([b, a].map(Object)));
    expect(firedLabels()).toEqual([]);
    await matcher(subscriptionEvent([c, a].map(Object)));
    expect(fired()).toMatchObject([{ value: 3 }]);
  });

  it('counts a large batch once', async () => {
    const batch = subscriptionEvent(Array.from({ length: 49 }, (_, n) => event(n, 'FLOOD')));
    await matcher(batch);
    await freshMatcher()(batch);
    expect(firedLabels()).toEqual([]);
    await matcher(subscriptionEvent([event(50, 'FLOOD')]));
    expect(fired()).toMatchObject([{ value: 50 }]);
  });

  it('tells nothing twice when all of it comes again after the alert was told', async () => {
    const batch = subscriptionEvent([1, 2, 3].map((n) => event(n, failed('1.1.1.1'))));
    await matcher(batch);
    await stack.advance(10 * SECOND);
    await freshMatcher()(batch);
    await stack.advance(20 * MINUTE);
    await freshMatcher()(batch);
    await stack.advance(20 * MINUTE);
    expect(stack.said('alert').map(({ status }) => status)).toEqual(['firing', 'resolved']);
    expect(stack.said('delivery').map(({ status }) => status)).toEqual(['firing', 'resolved']);
  });
});

describe('late and early events', () => {
  it('are reported, not counted, beyond 24 h and 2 h', async () => {
    const now = stack.clock.now();
    await matcher(
      subscriptionEvent([
        event(1, failed('1.1.1.1'), now - 24 * HOUR - SECOND),
        event(2, failed('1.1.1.1'), now - 24 * HOUR - SECOND),
        event(3, failed('1.1.1.1'), now - 24 * HOUR),
        event(4, failed('2.2.2.2'), now + 2 * HOUR + SECOND),
      ]),
    );
    expect(stack.said('uncounted')).toMatchObject([{ events: 3, reason: expect.stringContaining('24 h') }]);
    expect(stack.said('events')).toMatchObject([{ events: 4, matched: 1, lagMs: 0 }]);
    expect(firedLabels()).toEqual([]);
  });

  it('tell a breach that is over, marked as such, once; an older one is only recorded', async () => {
    const now = stack.clock.now();
    const late = (from: number, address: string, age: number) =>
      subscriptionEvent([0, 1, 2].map((n) => event(from + n, failed(address), now - age)));
    await matcher(late(1, '1.1.1.1', 30 * MINUTE));
    await matcher(late(4, '2.2.2.2', 3 * HOUR));
    await matcher(late(1, '1.1.1.1', 30 * MINUTE));
    await stack.advance(20 * MINUTE);
    expect(fired().map(({ alreadyOver }) => alreadyOver)).toEqual([true, true]);
    expect(stack.said('alert').map(({ withheld }) => withheld === null)).toEqual([true, false]);
    expect(stack.said('delivery')).toMatchObject([{ groupLabels: { address: '1.1.1.1' }, status: 'firing' }]);
  });
});

describe('redaction', () => {
  it('covers label values and lines, before anything is written or told', async () => {
    await matcher(subscriptionEvent([event(1, 'charge of 4111111111111111 refused, pin=1234')]));
    await stack.advance(10 * SECOND);
    expect(fired()[0]?.labels.card).toBe('[redacted]');
    expect(fired()[0]?.lines[0]?.message).toBe('charge of [redacted] refused, [redacted]');
    const everything = JSON.stringify([await stack.state.scan(), await stack.mails(), stack.said('alert')]);
    expect(everything).not.toMatch(/4111111111111111|pin=1234/);
  });
});
