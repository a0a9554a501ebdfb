import { describe, expect, it } from 'vitest';
import type { Channel } from '../../shared/channels/channel.ts';
import { deliverableChannels } from '../../shared/channels/registry.ts';
import type { ChannelKind } from '../../shared/config/model.ts';
import { PortError } from '../../shared/ports.ts';
import { deliver, json, KINDS, text } from './http-channels.ts';
import { NOON, sampleAlert, sampleNotification } from './sample-notification.ts';
import { type Answer, scriptedOutside } from './scripted-outside.ts';

/** Those that need no secret, and answer by a port of their own. */
const PORTED = { sms: { to: ['+8613800000000', '+8613900000000'] }, eventbridge: { bus: 'ops' } };
const robot = (errcode: number, errmsg: string) => json(200, { errcode, errmsg });
const feishu = (code: number, msg: string) => json(200, { code, data: {}, msg });
const lost = (code: string, transient: boolean) => new PortError(code, `example.com: ${code}`, { transient });
const LATER = new Date(NOON + 90_000).toUTCString();

type Expected = 'delivered' | 'failed' | 'retry' | { retry: number };

/** What each provider documents, and what its users report: channel, what it is, the answer, the outcome. */
const TABLE: [ChannelKind, string, Answer, Expected][] = [
  ['feishu', 'ok', feishu(0, 'success'), 'delivered'],
  ['feishu', 'malformed', feishu(9499, 'Bad Request'), 'failed'],
  ['feishu', 'too often', feishu(9499, 'too many request'), 'retry'],
  ['feishu', 'too often, as 400', json(400, { code: 9499, msg: 'too many request' }), 'retry'],
  ['feishu', 'limited', feishu(11232, 'frequency limited psm[x]appID[1500]'), 'retry'],
  ['feishu', 'every form refused', feishu(11246, 'ErrCode: 200550; ErrMsg: chart spec is invalid'), 'failed'],
  ['feishu', 'a card that may pass', feishu(11246, 'Service Internal Error'), 'retry'],
  ['feishu', 'internal limit', feishu(11247, 'internal send message is limited'), 'retry'],
  ['feishu', 'internal error', feishu(2200, 'internal error'), 'retry'],
  ['feishu', 'token', feishu(19001, 'incoming webhook access token invalid'), 'failed'],
  ['feishu', 'type', feishu(19002, 'params error, msg_type need'), 'failed'],
  ['feishu', 'signature, twice', feishu(19021, 'sign match fail'), 'failed'],
  ['feishu', 'address', feishu(19022, 'Ip Not Allowed'), 'failed'],
  ['feishu', 'keyword', feishu(19024, 'Key Words Not Found'), 'failed'],
  ['feishu', 'every form too big', feishu(19036, 'exceeds the size limit'), 'failed'],
  ['feishu', 'audit', feishu(11248, 'audit'), 'failed'],
  ['feishu', 'banned', feishu(11242, 'chat is banned'), 'failed'],
  ['feishu', 'no bot', feishu(11249, 'bot is not in the chat'), 'failed'],
  ['feishu', 'gateway', json(200, { code: 99991400 }, { 'x-ogw-ratelimit-reset': '7' }), { retry: 7000 }],
  ['feishu', '429 with seconds', text(429, '', { 'retry-after': '10' }), { retry: 10_000 }],
  ['feishu', '502', text(502, '<html>'), 'retry'],
  ['feishu', '404', text(404, ''), 'failed'],
  ['feishu', 'no code', text(200, '<html>'), 'retry'],

  ['webhook', '200', text(200, ''), 'delivered'],
  ['webhook', '202', text(202, 'queued'), 'delivered'],
  ['webhook', '204', text(204, ''), 'delivered'],
  ['webhook', '301', text(301, '', { location: 'http://10.0.0.1/' }), 'failed'],
  ['webhook', '400', text(400, 'bad request'), 'failed'],
  ['webhook', '401', text(401, 'bad signature'), 'failed'],
  ['webhook', '404', text(404, ''), 'failed'],
  ['webhook', '408', text(408, ''), 'retry'],
  ['webhook', '413', text(413, ''), 'failed'],
  ['webhook', '429 with seconds', text(429, '', { 'retry-after': '17' }), { retry: 17_000 }],
  ['webhook', '429 with a date', text(429, '', { 'retry-after': LATER }), { retry: 90_000 }],
  ['webhook', '429 with nonsense', text(429, '', { 'retry-after': 'soon' }), 'retry'],
  ['webhook', '500', text(500, 'oops'), 'retry'],
  ['webhook', '503 with a wait', text(503, '', { 'retry-after': '120' }), { retry: 120_000 }],

  ['dingtalk', 'ok', robot(0, 'ok'), 'delivered'],
  ['dingtalk', 'system busy', robot(-1, '系统繁忙'), 'retry'],
  ['dingtalk', 'too fast', robot(130101, 'send too fast, exceed 20 times per minute'), { retry: 60_000 }],
  ['dingtalk', 'limited', robot(410100, 'send too fast'), { retry: 60_000 }],
  ['dingtalk', 'keyword', robot(310000, 'keywords not in content'), 'failed'],
  ['dingtalk', 'signature', robot(310000, 'sign not match'), 'failed'],
  ['dingtalk', 'address', robot(310000, 'ip X.X.X.X not in whitelist'), 'failed'],
  ['dingtalk', 'timestamp', robot(310000, 'invalid timestamp'), 'retry'],
  [
    'dingtalk',
    'a signature that came too late',
    robot(310000, 'description:机器人发送签名过期;solution:签名生成时间和发送时间请保持在1小时以内;'),
    'retry',
  ],
  [
    'dingtalk',
    'signature, as it is told today',
    robot(
      310000,
      'description:机器人发送签名不匹配;solution:请确认签名和生成签名的时间戳必须都放在调用的网址中;',
    ),
    'failed',
  ],
  ['dingtalk', 'the group is gone', robot(400013, '群已被解散'), 'failed'],
  ['dingtalk', 'an unknown type', robot(400105, '不支持的消息类型'), 'failed'],
  ['dingtalk', 'no such robot', robot(400106, '机器人不存在'), 'failed'],
  ['dingtalk', 'text', robot(430102, '含有不合适的文本'), 'failed'],
  ['dingtalk', 'picture', robot(430103, '含有不合适的图片'), 'failed'],
  ['dingtalk', 'content', robot(430104, '含有不合适的内容'), 'failed'],
  ['dingtalk', 'content type', robot(43004, '无效的HTTP HEADER Content-Type'), 'failed'],
  ['dingtalk', 'token', robot(300005, 'token is not exist'), 'failed'],
  ['dingtalk', 'unknown token', robot(400101, 'access_token not exist'), 'failed'],
  ['dingtalk', 'robot off', robot(400102, 'robot is disabled'), 'failed'],
  ['dingtalk', 'unsafe link', robot(430101, 'unsafe link'), 'failed'],
  ['dingtalk', 'too long', robot(460101, 'message too long, exceed 20000 bytes'), 'failed'],
  ['dingtalk', 'parameter', robot(40035, 'missing parameter json'), 'failed'],
  ['dingtalk', 'no code', text(200, '<html>'), 'retry'],
  ['dingtalk', '502', text(502, 'bad gateway'), 'retry'],
  ['dingtalk', '403', text(403, ''), 'failed'],

  ['wecom', 'ok', robot(0, 'ok'), 'delivered'],
  ['wecom', 'busy', robot(-1, 'system busy'), 'retry'],
  ['wecom', 'too often', robot(45009, 'api freq out of limit'), { retry: 60_000 }],
  ['wecom', 'concurrent', robot(45033, 'api concurrent out of limit'), 'retry'],
  ['wecom', 'no such robot', robot(93000, 'invalid webhook url'), 'failed'],
  ['wecom', 'type', robot(40008, 'invalid message type'), 'failed'],
  ['wecom', 'length', robot(40058, 'markdown.content exceed max length 4096'), 'failed'],
  ['wecom', 'too long', robot(45002, 'message content exceed limit'), 'failed'],
  ['wecom', 'empty', robot(44004, 'empty content'), 'failed'],
  ['wecom', 'another version', robot(6000, 'data version conflict'), 'retry'],
  ['wecom', 'a JSON escape', robot(40033, 'invalid request character'), 'failed'],
  ['wecom', 'no code', text(200, ''), 'retry'],
  ['wecom', '500', text(500, ''), 'retry'],

  ['slack', 'ok', text(200, 'ok'), 'delivered'],
  ['slack', 'refused content', text(400, 'invalid_payload'), 'failed'],
  ['slack', 'refused blocks', text(400, 'invalid_blocks'), 'failed'],
  ['slack', 'user', text(400, 'user_not_found'), 'failed'],
  ['slack', 'prohibited', text(403, 'action_prohibited'), 'failed'],
  ['slack', 'token', text(403, 'invalid_token'), 'failed'],
  ['slack', 'channel', text(404, 'channel_not_found'), 'failed'],
  ['slack', 'no service', text(404, 'no_service'), 'failed'],
  ['slack', 'archived', text(410, 'channel_is_archived'), 'failed'],
  ['slack', 'no text', text(400, 'no_text'), 'failed'],
  ['slack', 'attachments', text(400, 'too_many_attachments'), 'failed'],
  ['slack', 'no hooks', text(403, 'no_active_hooks'), 'failed'],
  ['slack', 'workspace', text(403, 'team_disabled'), 'failed'],
  ['slack', 'general', text(403, 'posting_to_general_channel_denied'), 'failed'],
  ['slack', 'limited', text(429, 'rate_limited', { 'retry-after': '30' }), { retry: 30_000 }],
  ['slack', 'rollup', text(500, 'rollup_error'), 'retry'],

  ['pagerduty', '202', json(202, { status: 'success', dedup_key: 'k' }), 'delivered'],
  ['pagerduty', '400', json(400, { status: 'invalid event', errors: ["'routing_key' is wrong"] }), 'failed'],
  ['pagerduty', '400 without words', text(400, ''), 'failed'],
  ['pagerduty', '429 with a wait', json(429, {}, { 'retry-after': '30' }), { retry: 30_000 }],
  ['pagerduty', '413', text(413, ''), 'failed'],
  ['pagerduty', '502', text(502, ''), 'retry'],
  ['pagerduty', '403', text(403, 'forbidden'), 'failed'],
  ['pagerduty', '429', json(429, { status: 'throttle exceeded' }), 'retry'],
  ['pagerduty', '500', text(500, ''), 'retry'],
  ['pagerduty', '503', text(503, ''), 'retry'],

  ['alertmanager', '200', text(200, ''), 'delivered'],
  ['alertmanager', '400', text(400, '"bad labels"'), 'failed'],
  ['alertmanager', '401', text(401, 'Unauthorized'), 'failed'],
  ['alertmanager', '404', text(404, 'page not found'), 'failed'],
  ['alertmanager', '429', text(429, '', { 'retry-after': '5' }), { retry: 5000 }],
  ['alertmanager', '500', text(500, '"internal"'), 'retry'],
  ...KINDS.flatMap((kind): typeof TABLE => [
    [kind, 'a time-out', lost('Timeout', true), 'retry'],
    [kind, 'a reset connection', lost('ConnectionReset', true), 'retry'],
    [kind, 'a refused connection', lost('ConnectionRefused', true), 'retry'],
    [kind, 'an address that is not public', lost('Forbidden', false), 'failed'],
    [kind, 'a certificate that is refused', lost('CertificateRefused', false), 'failed'],
  ]),
];

describe('what an answer means', () => {
  it.each(TABLE)('%s: %s', async (kind, _what, answer, expected) => {
    const { outcome } = await deliver(kind, [answer]);
    const wanted =
      typeof expected === 'object' ? { outcome: 'retry', afterMs: expected.retry } : { outcome: expected };
    expect(outcome).toMatchObject(wanted);
    if (outcome.outcome !== 'delivered') expect(outcome.reason).toMatch(/\S/);
    if (expected === 'retry') expect(outcome).toMatchObject({ afterMs: null });
  });
});

const aws = (code: string, transient: boolean) =>
  new PortError(code, `AWS: ${code} +8613800000000`, { transient });

describe('what AWS answers', () => {
  const texts: [string, (PortError | null)[], Expected][] = [
    ['both are taken', [null, null], 'delivered'],
    ['throttled', [aws('ThrottledException', true), null], 'retry'],
    ['an internal error', [aws('InternalErrorException', true), null], 'retry'],
    ['a time-out', [aws('Timeout', true), aws('Timeout', true)], 'retry'],
    ['no permission', [aws('AuthorizationErrorException', false), null], 'failed'],
    ['an opted-out number', [aws('OptedOutException', false), null], 'failed'],
    ['no number', [aws('InvalidParameterException', false), null], 'failed'],
    ['one passes, one never', [aws('InvalidParameterException', false), aws('Timeout', true)], 'retry'],
  ];
  it.each(texts)('sms: %s', async (_what, answers, expected) => {
    const { context } = scriptedOutside([]);
    const left = [...answers];
    const sent: string[] = [];
    const texting = {
      async send(to: string, words: string) {
        const error = left.shift() ?? null;
        if (error !== null) throw error;
        sent.push(`${to} ${words}`);
        return { messageId: 'id' };
      },
    };
    const channel = deliverableChannels.sms as Channel;
    const outcome = await channel.deliver(sampleNotification(), channel.schema.parse(PORTED.sms), {
      ...context,
      texts: texting,
    });
    expect(outcome.outcome).toBe(expected);
    expect(JSON.stringify(outcome)).not.toContain('13800000000');
    expect(sent.length).toBe(answers.filter((answer) => answer === null).length);
  });

  const puts: [string, (PortError | null)[][], Expected, number][] = [
    ['all are taken', [[null, null]], 'delivered', 1],
    ['one passes at the second try', [[aws('ThrottlingException', true), null], [null]], 'delivered', 2],
    ['one passes later', [[aws('InternalFailure', true), null], [aws('InternalFailure', true)]], 'retry', 2],
    ['one never passes', [[aws('MalformedDetail', false), null]], 'failed', 1],
    [
      'one passes, one never',
      [[aws('InternalFailure', true), aws('MalformedDetail', false)], [null]],
      'failed',
      2,
    ],
  ];
  it.each(puts)('eventbridge: %s', async (_what, answers, expected, calls) => {
    const { context } = scriptedOutside([]);
    const sizes: number[] = [];
    const events = {
      async put(_bus: string, batch: unknown[]) {
        sizes.push(batch.length);
        return answers[sizes.length - 1] ?? [];
      },
    };
    const channel = deliverableChannels.eventbridge as Channel;
    const notification = sampleNotification({ alerts: [sampleAlert(), sampleAlert()] });
    const settings = channel.schema.parse(PORTED.eventbridge);
    const outcome = await channel.deliver(notification, settings, { ...context, events });
    expect(outcome.outcome).toBe(expected);
    expect(sizes.length).toBe(calls);
  });

  it.each([
    ['sms', aws('AuthorizationErrorException', false), 'failed'],
    ['eventbridge', aws('AccessDeniedException', false), 'failed'],
    ['eventbridge', aws('ThrottlingException', true), 'retry'],
    ['eventbridge', aws('Timeout', true), 'retry'],
  ] as const)('%s as a whole: %s', async (kind, error, expected) => {
    const { context } = scriptedOutside([]);
    const refuse = () => Promise.reject(error);
    const channel = deliverableChannels[kind] as Channel;
    const settings = channel.schema.parse(PORTED[kind]);
    const ports = { texts: { send: refuse }, events: { put: refuse } };
    const outcome = await channel.deliver(sampleNotification(), settings, { ...context, ...ports });
    expect(outcome.outcome).toBe(expected);
    const without = await channel.deliver(sampleNotification(), settings, context);
    expect(without.outcome).toBe('failed');
  });
});
