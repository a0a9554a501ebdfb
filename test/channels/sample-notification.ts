import type { Notification, NotifiedAlert } from '../../shared/alerts/notification.ts';
import { emailSchema } from '../../shared/channels/email/settings.ts';
import { feishuSchema } from '../../shared/channels/feishu/settings.ts';

export const NOON = Date.UTC(2026, 10, 21, 2, 2, 5);

/** A firing alert of the contract's example rule; `changes` replace what a test is about. */
export function sampleAlert(changes: Partial<NotifiedAlert> = {}): NotifiedAlert {
  return {
    fingerprint: 'order-errors/order',
    ruleId: 'order-errors',
    title: 'High error count in order service',
    severity: 'critical',
    status: 'firing',
    labels: { rule: 'order-errors', severity: 'critical', service: 'order', team: 'payments' },
    annotations: {
      summary: '{{ $value }} errors in {{ $labels.service }}',
      runbook: 'https://wiki.example.com/order-errors',
    },
    startsAt: NOON - 125_000,
    endsAt: null,
    alreadyOver: false,
    condition: {
      kind: 'count',
      is: { operator: '>=', threshold: 10, unit: 'none', scale: 1, text: '>= 10' },
      withinMs: 300_000,
    },
    value: 12,
    peak: 15,
    series: Array.from({ length: 24 }, (_, index) => ({
      at: NOON - (24 - index) * 5000,
      value: [0, 1, 0, 2, 1, 3][index % 6] ?? 0,
    })),
    lines: [
      {
        at: NOON - 4000,
        message:
          '{"level":"ERROR","service":"order","traceId":"4bf92f3577b34da6a3ce929d0e0e4736","err":"timeout"}',
        logGroup: '/app/order-api',
        logStream: 'i-0abc',
      },
      {
        at: NOON - 1000,
        message: 'ERROR payment gateway answered 503 after 3 tries',
        logGroup: '/app/order-api',
        logStream: 'i-0abc',
      },
    ],
    source: {
      account: '123456789012',
      region: 'eu-west-1',
      logGroups: ['/app/order-api', '/app/order-jobs'],
    },
    endReason: null,
    ...changes,
  };
}

export function resolvedAlert(changes: Partial<NotifiedAlert> = {}): NotifiedAlert {
  return sampleAlert({ status: 'resolved', endsAt: NOON + 400_000, ...changes });
}

export function sampleNotification(changes: Partial<Notification> = {}): Notification {
  return {
    version: 1,
    id: '01JD0000000000000000000001',
    receiver: 'ops',
    status: 'firing',
    reason: 'first notification of the group',
    groupKey: '{}:{rule="order-errors"}',
    groupLabels: { rule: 'order-errors' },
    alerts: [sampleAlert()],
    at: NOON,
    ...changes,
  };
}

export function resolvedNotification(changes: Partial<Notification> = {}): Notification {
  return sampleNotification({
    id: '01JD0000000000000000000002',
    status: 'resolved',
    alerts: [resolvedAlert()],
    at: NOON + 430_000,
    ...changes,
  });
}

export const feishuSettings = (changes: Record<string, unknown> = {}) =>
  feishuSchema.parse({
    webhook: 'https://open.feishu.cn/open-apis/bot/v2/hook/0123456789abcdef',
    secret: 'secret:feishu#sign',
    ...changes,
  });

export const emailSettings = (changes: Record<string, unknown> = {}) =>
  emailSchema.parse({ to: ['ops@example.com'], from: 'alerts@example.com', ...changes });
