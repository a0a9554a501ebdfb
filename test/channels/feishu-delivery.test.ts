import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ScriptedAnswer } from '../../infra/local/feishu/faults.ts';
import { type FeishuStandIn, startFeishuStandIn } from '../../infra/local/feishu/stand-in.ts';
import type { ChannelContext } from '../../shared/channels/channel.ts';
import { feishuChannel } from '../../shared/channels/feishu/channel.ts';
import { createTransport } from '../../shared/net/undici-transport.ts';
import { PortError } from '../../shared/ports.ts';
import { feishuSettings, NOON, sampleAlert, sampleNotification } from './sample-notification.ts';

const TOKEN = 'bot-token-0123456789';
const SECRET = 'sign-key-with-some-length';

let standIn: FeishuStandIn;
let now = NOON;
const transport = createTransport({ allowPrivate: true });

beforeAll(async () => {
  standIn = await startFeishuStandIn({
    clock: () => now,
    botFor: (token) => (token === TOKEN ? { secret: SECRET, keyword: '告警' } : null),
    rateLimits: false,
  });
});
afterAll(async () => {
  await transport.close();
  await standIn.stop();
});
afterEach(() => {
  now = NOON;
  standIn.script(TOKEN, []);
});

function context(changes: Partial<ChannelContext> = {}): ChannelContext {
  return {
    clock: () => now,
    transport,
    mailer: { send: () => Promise.reject(new PortError('Forbidden', 'no mail here', { transient: false })) },
    secrets: {
      get: async (name, key) => {
        if (name === 'feishu' && key === 'webhook') return `${standIn.url}/open-apis/bot/v2/hook/${TOKEN}`;
        if (name === 'feishu' && key === 'sign') return SECRET;
        throw new PortError('SecretNotFound', `there is no secret ${name}`, { transient: false });
      },
    },
    timeZone: 'Asia/Shanghai',
    ...changes,
  };
}

const settings = (changes: Record<string, unknown> = {}) =>
  feishuSettings({
    webhook: 'secret:feishu#webhook',
    secret: 'secret:feishu#sign',
    keyword: '告警',
    timeout: '30s',
    ...changes,
  });

const deliver = (changes: Record<string, unknown> = {}, other: Partial<ChannelContext> = {}) =>
  feishuChannel.deliver(sampleNotification(), settings(changes), context(other));

const taken = () => standIn.received().length;

describe('delivery to a Feishu bot', () => {
  it('is signed, holds the keyword, and is taken', async () => {
    const before = taken();
    expect(await deliver()).toEqual({ outcome: 'delivered', reference: null });
    expect(taken()).toBe(before + 1);
    expect(standIn.received().at(-1)).toMatchObject({
      msgType: 'interactive',
      body: { timestamp: String(NOON / 1000) },
    });
  });

  /** [what, scripted answers, outcome, messages taken, reason] */
  const faults: [string, ScriptedAnswer[], string, number, RegExp?][] = [
    ['9499 rate limit', [{ kind: 'code', code: 9499, message: 'too many request' }], 'retry', 0, /9499/],
    ['11232', [{ kind: 'code', code: 11232 }], 'retry', 0, /11232/],
    ['19021 once', [{ kind: 'code', code: 19021 }], 'delivered', 1],
    ['19021 twice', [{ kind: 'code', code: 19021, times: 2 }], 'failed', 0, /19021/],
    ['19024', [{ kind: 'code', code: 19024 }], 'failed', 0, /Key Words Not Found/],
    ['19001', [{ kind: 'code', code: 19001 }], 'failed', 0, /19001/],
    ['HTTP 500', [{ kind: 'status', status: 500 }], 'retry', 0, /HTTP 500/],
    ['a reset connection', [{ kind: 'reset' }], 'retry', 0, /ConnectionReset/],
    ['no answer', [{ kind: 'hang' }], 'retry', 0, /Timeout/],
    ['a lost answer', [{ kind: 'lost' }], 'retry', 1, /ConnectionReset/],
    ['a refused card', [{ kind: 'code', code: 11246 }], 'delivered', 1],
    ['two refused cards', [{ kind: 'code', code: 11246, times: 2 }], 'delivered', 1],
    ['everything refused', [{ kind: 'code', code: 11246, times: 3 }], 'failed', 0, /plain card: .*text: /],
    ['too big', [{ kind: 'code', code: 19036 }], 'delivered', 1],
  ];
  it.each(faults)('after %s', async (_what, answers, outcome, messages, reason) => {
    const before = taken();
    standIn.script(TOKEN, answers);
    const hangs = answers.some(({ kind }) => kind === 'hang');
    const result = await deliver(hangs ? { timeout: '1s' } : {});
    expect(result.outcome).toBe(outcome);
    expect(taken() - before).toBe(messages);
    if (result.outcome !== 'delivered') expect(result.reason).toMatch(reason ?? /./);
    expect(JSON.stringify(result)).not.toContain(TOKEN);
    expect(JSON.stringify(result)).not.toContain(SECRET);
  });

  it('signs anew by the clock of the second try', async () => {
    const times = [NOON - 7_200_000, NOON];
    const clock = () => times.shift() ?? NOON;
    expect((await deliver({}, { clock })).outcome).toBe('delivered');
    expect(standIn.received().at(-1)?.body.timestamp).toBe(String(NOON / 1000));
    expect(standIn.refused().at(-1)?.reason).toContain('19021');
  });

  it('falls back to plain text, which still holds the keyword and mentions nobody', async () => {
    standIn.script(TOKEN, [{ kind: 'code', code: 11246, times: 2 }]);
    const result = await deliver({ mention: { critical: ['all'] } });
    expect(result).toEqual({ outcome: 'delivered', reference: 'sent as text' });
    const { msgType, body } = standIn.received().at(-1) ?? { msgType: '', body: {} };
    expect(msgType).toBe('text');
    expect(JSON.stringify(body)).toContain('告警');
    expect(JSON.stringify(body)).not.toContain('<at');
  });

  it('masks what a provider repeats', async () => {
    const message = `bad hook ${standIn.url}/open-apis/bot/v2/hook/${TOKEN} with key ${SECRET}`;
    standIn.script(TOKEN, [{ kind: 'code', code: 19001, message }]);
    const result = JSON.stringify(await deliver());
    expect(result).toContain('***');
    expect(result).not.toContain(TOKEN);
    expect(result).not.toContain(SECRET);
  });

  it('fails where the secret is missing or is no address', async () => {
    expect(await deliver({ webhook: 'secret:nothing' })).toMatchObject({
      outcome: 'failed',
      reason: /SecretNotFound/,
    });
    const garbled = await deliver({ webhook: 'open.feishu.cn/hook/abcdefgh' });
    expect(garbled).toEqual({ outcome: 'failed', reason: 'the Feishu webhook is no web address' });
  });

  it('delivers a group of many alerts with huge lines', async () => {
    const lines = Array.from({ length: 5 }, () => ({
      at: NOON,
      message: '"\\'.repeat(1000),
      logGroup: 'g',
      logStream: 's',
    }));
    const alerts = Array.from({ length: 50 }, (_, index) =>
      sampleAlert({ lines, labels: { n: String(index) } }),
    );
    const result = await feishuChannel.deliver(sampleNotification({ alerts }), settings(), context());
    expect(result).toEqual({ outcome: 'delivered', reference: null });
  });
});
