import { randomUUID } from 'node:crypto';
import type { DeliveryMessage } from '../../shared/alerts/messages.ts';
import type { Notification } from '../../shared/alerts/notification.ts';
import type { Receiver, Severity } from '../../shared/config/model.ts';
import { createDelivery, type Plan, settlePlan } from '../../shared/deliveries/ledger.ts';
import type { Table } from '../../shared/ports.ts';

const RULE = 'tocsin-test';
const WORDS = 'A test message of tocsin: nothing is wrong. 这是 tocsin 的测试消息，一切正常。';

export interface Trial {
  receiver: Receiver;
  severity: Severity;
  /** Whether it tells an end instead of a beginning. */
  isResolved: boolean;
}

/** A notification that says it is a test. `now`: ms. */
function notificationOf({ receiver, severity, isResolved }: Trial, now: number): Notification {
  const labels = { rule: RULE, severity };
  const status = isResolved ? 'resolved' : 'firing';
  const source = { account: '000000000000', region: 'local', logGroups: ['tocsin-test'] };
  return {
    version: 1,
    id: `test-${randomUUID()}`,
    receiver: receiver.name,
    status,
    reason: 'test message',
    groupKey: `test:${receiver.name}`,
    groupLabels: { rule: RULE },
    incident: `test-${receiver.name}`,
    at: now,
    alerts: [
      {
        fingerprint: RULE,
        ruleId: RULE,
        title: 'tocsin test',
        severity,
        status,
        labels,
        annotations: { summary: WORDS },
        startsAt: now - 60_000,
        endsAt: isResolved ? now : null,
        alreadyOver: false,
        condition: {
          kind: 'count',
          is: { operator: '>=', threshold: 1, unit: 'none', scale: 1, text: '>= 1' },
          withinMs: 300_000,
        },
        value: 1,
        peak: 1,
        series: [],
        lines: [{ at: now - 60_000, message: WORDS, logGroup: 'tocsin-test', logStream: 'test' }],
        source,
        endReason: null,
      },
    ],
  };
}

/** Writes a test message for every channel of the receiver down, whatever these want to hear of; the messages to send. */
export async function planTrial(
  state: Table,
  trial: Trial,
  now: number,
): Promise<{ plan: Plan; messages: DeliveryMessage[] }> {
  const notification = notificationOf(trial, now);
  const { channels } = trial.receiver;
  const deliveries = channels.map(({ kind }, index) => {
    const position = channels.slice(0, index).filter((other) => other.kind === kind).length;
    return { id: `${kind}#${position}`, kind, position, status: notification.status, alerts: [0] };
  });
  const plan = await settlePlan(state, { notification, members: [], deliveries, trial: true }, now);
  for (const { id } of deliveries) await createDelivery(state, notification.id, id, now);
  const messages = deliveries.map(({ id }): DeliveryMessage => {
    return { version: 1, type: 'delivery', notificationId: notification.id, delivery: id, notBefore: now };
  });
  return { plan, messages };
}
