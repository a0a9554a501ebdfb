/** What PagerDuty, Alertmanager and receivers of its webhooks check, and how they answer. */
import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { bytes, type Judge, parsed, refusal, taken } from './checks.ts';

const FIVE_MINUTES_S = 300;

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

export const pagerduty: Judge = ({ body }) => {
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

export const alertmanager: Judge = ({ body }) => {
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

export const webhook: Judge = ({ headers, body }, secret, nowMs) => {
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
