import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SesFault } from '../../../infra/local/aws/ses-faults.ts';
import type { ScriptedAnswer } from '../../../infra/local/feishu/faults.ts';
import type { DeliveryAttempt } from '../../../shared/happenings.ts';
import { MINUTE, SECOND, startTestStack, type TestStack } from '../../support/stack.ts';

// Real seconds: more than the busiest machine takes for an answer, and few for who waits them out.
const LONG = '60s';
const SHORT = '1s';
const documentWith = ({ feishu = LONG, email = LONG }) => `
version: 1
rules:
  - { id: errors, match: { regex: 'ERROR (?P<about>\\w+)' }, groupBy: [about], when: { count: 1, within: 12h } }
receivers:
  - name: ops
    feishu: [{ webhook: secret:bot, secret: secret:sign, timeout: ${feishu} }]
    email: [{ to: [ops@example.com], timeout: ${email} }]
route: { receiver: ops, groupBy: ['...'], groupWait: 1s, groupInterval: 12h, repeatInterval: 7d }
`;

let stack: TestStack;
let about = 0;
beforeAll(async () => {
  stack = await startTestStack(documentWith({}));
});
afterAll(() => stack.stop());

/** One alert, whose deliveries meet these answers. */
async function fire(answers: ScriptedAnswer[], faults: SesFault[] = []) {
  about += 1;
  const name = `case${about}`;
  stack.feishu.script('*', answers);
  stack.ses.script(faults);
  await stack.log([`ERROR ${name}`]);
  await stack.advance(5 * SECOND);
  const attempts = (channel: string) =>
    stack
      .said('delivery')
      .filter((attempt) => attempt.channel === channel && attempt.groupLabels.about === name);
  const outcomes = (channel: string) => attempts(channel).map(({ outcome }) => outcome);
  return {
    outcomes,
    reason: (channel: string) => attempts(channel)[0]?.reason ?? '',
    cards: () =>
      stack.feishu
        .received()
        .filter(({ body }) => JSON.stringify(body).includes(`${name}"`))
        .map(({ body }) => body.card),
    mails: async () =>
      (await stack.mails()).filter(({ body }) => body.text?.includes(`ERROR ${name}\n`)).length,
    dead: async () => {
      const ids = new Set([...attempts('email'), ...attempts('feishu')].map(({ id }: DeliveryAttempt) => id));
      const bodies = (await stack.deadLetters('deliveries')) as { notificationId: string; reason: string }[];
      return bodies.filter(({ notificationId }) => ids.has(notificationId)).map(({ reason }) => reason);
    },
  };
}

describe('a Feishu bot that fails for a while', () => {
  const faults: [string, ScriptedAnswer, RegExp][] = [
    ['9499 too many request', { kind: 'code', code: 9499, message: 'too many request' }, /9499/],
    ['9499 as HTTP 400', { kind: 'code', code: 9499, message: 'too many request', status: 400 }, /9499/],
    ['11232', { kind: 'code', code: 11232 }, /11232/],
    ['2200', { kind: 'code', code: 2200 }, /2200/],
    ['HTTP 500', { kind: 'status', status: 500 }, /HTTP 500/],
    ['HTTP 429', { kind: 'status', status: 429, headers: { 'x-ogw-ratelimit-reset': '20' } }, /HTTP 429/],
    ['a reset connection', { kind: 'reset' }, /reset/i],
  ];
  it.each(faults)('%s: is tried again, while the mail arrives at once', async (_, answer, reason) => {
    const alert = await fire([answer]);
    expect([alert.outcomes('email'), alert.outcomes('feishu')]).toEqual([['delivered'], ['retry']]);
    expect(alert.reason('feishu')).toMatch(reason);
    await stack.advance(5 * MINUTE);
    expect(alert.outcomes('feishu')).toEqual(['retry', 'delivered']);
    expect([alert.cards().length, await alert.mails()]).toEqual([1, 1]);
    expect(await alert.dead()).toEqual([]);
  });

  it('is tried again where no answer came at all, while the mail arrives at once', async () => {
    await stack.apply(documentWith({ feishu: SHORT }));
    const alert = await fire([{ kind: 'hang' }]);
    expect([alert.outcomes('email'), alert.outcomes('feishu')]).toEqual([['delivered'], ['retry']]);
    expect(alert.reason('feishu')).toMatch(/^Timeout/);
    await stack.apply(documentWith({}));
    await stack.advance(5 * MINUTE);
    expect(alert.outcomes('feishu')).toEqual(['retry', 'delivered']);
    expect([alert.cards().length, await alert.mails()]).toEqual([1, 1]);
  });

  it('signs anew, once, where the signature was refused', async () => {
    const alert = await fire([{ kind: 'code', code: 19021 }]);
    expect(alert.outcomes('feishu')).toEqual(['delivered']);
    expect(alert.cards()).toHaveLength(1);
  });

  it('sends a refused card in a simpler form', async () => {
    const message = 'message card has invalid user resource, ext=ErrCode: 200550; ErrMsg: bad chart spec';
    const alert = await fire([{ kind: 'code', code: 11246, message }]);
    expect([alert.outcomes('feishu'), alert.cards().length]).toEqual([['delivered'], 1]);
  });

  it('sends a copy with the same id where the answer was lost', async () => {
    const alert = await fire([{ kind: 'lost' }]);
    await stack.advance(5 * MINUTE);
    expect(alert.outcomes('feishu')).toEqual(['retry', 'delivered']);
    const [first, second, ...more] = alert.cards();
    expect(second).toEqual(first);
    expect(more).toEqual([]);
  });
});

describe('a Feishu bot that refuses for good', () => {
  const faults: [string, ScriptedAnswer, RegExp][] = [
    ['19021 twice', { kind: 'code', code: 19021, times: 2 }, /19021: sign match fail/],
    ['19024', { kind: 'code', code: 19024 }, /19024: Key Words Not Found/],
    ['19001', { kind: 'code', code: 19001 }, /19001/],
    ['19022', { kind: 'code', code: 19022 }, /19022/],
    ['9499 Bad Request', { kind: 'code', code: 9499 }, /9499: Bad Request/],
    ['HTTP 404', { kind: 'status', status: 404 }, /HTTP 404/],
  ];
  it.each(faults)('%s: lies in the dead-letter queue with its reason', async (_, answer, reason) => {
    const alert = await fire([answer]);
    expect([alert.outcomes('email'), alert.outcomes('feishu')]).toEqual([['delivered'], ['failed']]);
    expect(await alert.dead()).toEqual([expect.stringMatching(reason)]);
    await stack.advance(5 * MINUTE);
    expect([alert.outcomes('feishu').length, alert.cards().length, await alert.mails()]).toEqual([1, 0, 1]);
  });
});

const error = (name: string, status: number, message: string): SesFault => ({
  kind: 'error',
  name,
  status,
  message,
});

describe('SES that fails for a while', () => {
  const faults: [string, SesFault, RegExp][] = [
    [
      'the sending rate',
      error('ThrottlingException', 400, 'Maximum sending rate exceeded.'),
      /^ThrottlingException/,
    ],
    ['too many requests', error('TooManyRequestsException', 429, 'slow down'), /^TooManyRequestsException/],
    [
      'an internal error',
      error('InternalServiceErrorException', 500, 'oops'),
      /^InternalServiceErrorException/,
    ],
    ['a reset connection', { kind: 'reset' }, /^ConnectionReset/],
  ];
  it.each(faults)('%s: is tried again, while the card arrives at once', async (_, fault, reason) => {
    const alert = await fire([], [fault]);
    expect([alert.outcomes('email'), alert.outcomes('feishu')]).toEqual([['retry'], ['delivered']]);
    expect(alert.reason('email')).toMatch(reason);
    await stack.advance(5 * MINUTE);
    expect(alert.outcomes('email')).toEqual(['retry', 'delivered']);
    expect([alert.cards().length, await alert.mails()]).toEqual([1, 1]);
    expect(await alert.dead()).toEqual([]);
  });

  it('is tried again where no answer came at all, while the card arrives at once', async () => {
    await stack.apply(documentWith({ email: SHORT }));
    const alert = await fire([], [{ kind: 'hang' }]);
    expect([alert.outcomes('email'), alert.outcomes('feishu')]).toEqual([['retry'], ['delivered']]);
    expect(alert.reason('email')).toMatch(/^Timeout/);
    await stack.apply(documentWith({}));
    await stack.advance(5 * MINUTE);
    expect(alert.outcomes('email')).toEqual(['retry', 'delivered']);
    expect([alert.cards().length, await alert.mails()]).toEqual([1, 1]);
  });
});

describe('SES that refuses for good', () => {
  const faults: [string, SesFault][] = [
    ['MessageRejected', error('MessageRejected', 400, 'Email address is not verified.')],
    ['SendingPausedException', error('SendingPausedException', 400, 'Sending is paused.')],
    ['AccountSuspendedException', error('AccountSuspendedException', 400, 'suspended')],
    ['ThrottlingException', error('ThrottlingException', 400, 'Daily message quota exceeded.')],
    ['LimitExceededException', error('LimitExceededException', 400, 'too many')],
  ];
  it.each(faults)('%s: lies in the dead-letter queue with its reason', async (name, fault) => {
    const alert = await fire([], [fault]);
    expect([alert.outcomes('email'), alert.outcomes('feishu')]).toEqual([['failed'], ['delivered']]);
    expect(await alert.dead()).toEqual([expect.stringContaining(`${name}: `)]);
    expect([alert.cards().length, await alert.mails()]).toEqual([1, 0]);
  });
});
