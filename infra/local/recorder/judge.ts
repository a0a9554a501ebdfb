/** What each provider checks of a request, and how it answers; limits and codes as its documentation has them. */
import { createHmac } from 'node:crypto';
import * as z from 'zod';
import type { HttpProvider } from './provider.ts';

export interface RecordedRequest {
  url: URL;
  headers: Readonly<Record<string, string | undefined>>;
  body: string;
}

export interface RecordedAnswer {
  status: number;
  body: string;
  /** Why it was not taken; null: it was. */
  refused: string | null;
}

type Judge = (request: RecordedRequest, secret: string | null, nowMs: number) => RecordedAnswer;

const HOUR_MS = 3_600_000;
const FIVE_MINUTES_S = 300;

function parsed<Shape>(schema: z.ZodType<Shape>, body: string): { value: Shape } | { refused: string } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { refused: 'the body is no JSON' };
  }
  const result = schema.safeParse(json);
  if (result.success) return { value: result.data };
  const [issue] = result.error.issues;
  return { refused: `${issue?.path.join('.')}: ${issue?.message}` };
}

const bytes = (text: string) => Buffer.byteLength(text, 'utf8');
const taken = (status: number, body: string): RecordedAnswer => ({ status, body, refused: null });
const refusal = (status: number, body: string, refused: string): RecordedAnswer => ({
  status,
  body,
  refused,
});
const robot = (errcode: number, errmsg: string) => JSON.stringify({ errcode, errmsg });

const dingtalkBody = z.strictObject({
  msgtype: z.literal('markdown'),
  markdown: z.strictObject({ title: z.string().min(1), text: z.string().min(1) }),
  at: z.strictObject({
    isAtAll: z.boolean(),
    atMobiles: z.array(z.string()),
    atUserIds: z.array(z.string()),
  }),
});

const dingtalk: Judge = ({ url, body }, secret, nowMs) => {
  if (secret !== null) {
    const timestamp = url.searchParams.get('timestamp') ?? '';
    const sign = createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
    if (Math.abs(Number(timestamp) - nowMs) > HOUR_MS)
      return refusal(200, robot(310000, 'invalid timestamp'), '310000 invalid timestamp');
    if (url.searchParams.get('sign') !== sign)
      return refusal(200, robot(310000, 'sign not match'), '310000 sign not match');
  }
  if (bytes(body) > 20_000) return refusal(200, robot(460101, 'message too long'), '460101 message too long');
  const message = parsed(dingtalkBody, body);
  if ('refused' in message)
    return refusal(200, robot(40035, 'invalid parameter'), `40035 ${message.refused}`);
  return taken(200, robot(0, 'ok'));
};

const wecomBody = z.union([
  z.strictObject({
    msgtype: z.literal('markdown'),
    markdown: z.strictObject({ content: z.string().min(1) }),
  }),
  z.strictObject({
    msgtype: z.literal('markdown_v2'),
    markdown_v2: z.strictObject({ content: z.string().min(1) }),
  }),
  z.strictObject({
    msgtype: z.literal('text'),
    text: z.strictObject({
      content: z.string().min(1),
      mentioned_list: z.array(z.string()),
      mentioned_mobile_list: z.array(z.string()),
    }),
  }),
]);

const wecom: Judge = ({ body }) => {
  const message = parsed(wecomBody, body);
  if ('refused' in message)
    return refusal(200, robot(40058, 'invalid Request Parameter'), `40058 ${message.refused}`);
  const { value } = message;
  const [content, limit] =
    value.msgtype === 'text'
      ? [value.text.content, 2048]
      : [value.msgtype === 'markdown' ? value.markdown.content : value.markdown_v2.content, 4096];
  if (bytes(content) > limit) {
    const why = `${value.msgtype}.content exceed max length ${limit}`;
    return refusal(200, robot(40058, why), `40058 ${why}`);
  }
  return taken(200, robot(0, 'ok'));
};

const slackText = z.object({ type: z.enum(['plain_text', 'mrkdwn']), text: z.string().min(1).max(3000) });
const slackBody = z.object({
  text: z.string().min(1).max(40_000),
  attachments: z
    .array(
      z.object({
        blocks: z
          .array(
            z.object({
              type: z.enum(['section', 'context', 'rich_text', 'header', 'divider']),
              text: slackText.optional(),
              fields: z
                .array(slackText.refine(({ text }) => text.length <= 2000))
                .max(10)
                .optional(),
            }),
          )
          .max(50),
      }),
    )
    .optional(),
});

const slack: Judge = ({ body }) => {
  const message = parsed(slackBody, body);
  return 'refused' in message
    ? refusal(400, 'invalid_payload', `invalid_payload: ${message.refused}`)
    : taken(200, 'ok');
};

const pagerdutyHead = {
  routing_key: z.string().length(32, "Length of 'routing_key' is incorrect (should be 32 characters)"),
  dedup_key: z.string().max(255),
};
const pagerdutyBody = z.union([
  z.object({ ...pagerdutyHead, event_action: z.enum(['acknowledge', 'resolve']) }),
  z.object({
    ...pagerdutyHead,
    event_action: z.literal('trigger'),
    payload: z.object({
      summary: z.string().min(1).max(1024),
      source: z.string().min(1),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
    }),
  }),
]);

const pagerduty: Judge = ({ body }) => {
  const event = parsed(pagerdutyBody, body);
  if ('refused' in event || bytes(body) > 512_000) {
    const why = 'refused' in event ? event.refused : 'the event is larger than 512 KB';
    const answer = { status: 'invalid event', message: 'Event object is invalid', errors: [why] };
    return refusal(400, JSON.stringify(answer), why);
  }
  const { dedup_key } = event.value;
  return taken(202, JSON.stringify({ status: 'success', message: 'Event processed', dedup_key }));
};

const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const labelSet = z.record(z.string().regex(labelName, 'is no label name'), z.string());
const time = z.iso.datetime();
const alertmanagerBody = z.array(
  z
    .object({
      labels: labelSet.refine((labels) => 'alertname' in labels, 'alertname is missing'),
      annotations: labelSet,
      startsAt: time,
      endsAt: time,
    })
    .refine(({ startsAt, endsAt }) => startsAt <= endsAt, 'start time must be before end time'),
);

const alertmanager: Judge = ({ body }) => {
  const alerts = parsed(alertmanagerBody, body);
  return 'refused' in alerts ? refusal(400, JSON.stringify(alerts.refused), alerts.refused) : taken(200, '');
};

const webhookBody = z.object({
  version: z.literal('4'),
  groupKey: z.string(),
  truncatedAlerts: z.number(),
  status: z.enum(['firing', 'resolved']),
  receiver: z.string(),
  groupLabels: z.record(z.string(), z.string()),
  commonLabels: z.record(z.string(), z.string()),
  commonAnnotations: z.record(z.string(), z.string()),
  externalURL: z.string(),
  alerts: z.array(
    z.object({
      status: z.enum(['firing', 'resolved']),
      labels: z.record(z.string(), z.string()),
      annotations: z.record(z.string(), z.string()),
      startsAt: time,
      endsAt: time,
      generatorURL: z.string(),
      fingerprint: z.string(),
    }),
  ),
});

const webhook: Judge = ({ headers, body }, secret, nowMs) => {
  if (secret !== null) {
    const timestamp = headers['x-tocsin-timestamp'] ?? '';
    const expected = `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
    const isFresh = Math.abs(nowMs / 1000 - Number(timestamp)) <= FIVE_MINUTES_S;
    if (!isFresh || headers['x-tocsin-signature'] !== expected)
      return refusal(401, 'the signature does not match', 'the signature does not match');
  }
  const message = parsed(webhookBody, body);
  return 'refused' in message ? refusal(400, message.refused, message.refused) : taken(200, '');
};

const JUDGES: Record<HttpProvider, Judge> = {
  webhook,
  dingtalk,
  wecom,
  slack,
  pagerduty,
  alertmanager,
};

/** What the provider would answer; `secret` signs what it is sent, null where nothing does. */
export function judgeRequest(
  provider: HttpProvider,
  request: RecordedRequest,
  secret: string | null,
  nowMs: number,
): RecordedAnswer {
  return JUDGES[provider](request, secret, nowMs);
}
