/** What was sent, what is still to be, and what could not be. */
import { titleWords } from '../../../shared/channels/alert-words.ts';
import { deliveryOfKey, loadDelivery, NOTIFICATION_PREFIX } from '../../../shared/deliveries/ledger.ts';
import { loadFailing } from '../../../shared/deliveries/returned-mail.ts';
import { dueKeys } from '../../../shared/due.ts';
import type { Table } from '../../../shared/ports.ts';
import { reasonText } from '../../../shared/text/reasons.ts';
import { listDeadLetters } from '../dead-letters.ts';
import type { Visit } from '../visit.ts';
import { readConfiguration } from './configuration.ts';

const PENDING_MAX = 100;
const ATTEMPTS_MAX = 100;

/** Answers `GET /api/deliveries`: what is under way, what failed for good, addresses that fail, the last attempts. */
export async function getDeliveries({ place, now, reader }: Visit): Promise<unknown> {
  const { state, queues, journal } = place;
  const [pending, dead, configuration] = await Promise.all([
    pendingDeliveries(state),
    listDeadLetters(state, queues, now),
    readConfiguration(state),
  ]);
  const told = <Row extends { reason: string | null }>(row: Row): Row => ({
    ...row,
    reason: row.reason === null ? null : reasonText(row.reason, reader.locale),
  });
  const failing = await loadFailing(state, configuration.receivers);
  const attempts = (journal?.attempts ?? []).slice(0, ATTEMPTS_MAX).map((attempt) => {
    const { id, at, receiver, channel, status, outcome, reason, lagMs, groupLabels } = attempt;
    return {
      id,
      at,
      receiver,
      channel,
      status,
      outcome,
      reason,
      lagMs,
      groupLabels,
      alerts: attempt.alerts.length,
    };
  });
  return {
    now,
    attempts: journal === null ? null : attempts.map(told),
    pending: pending.map(told),
    dead: dead?.map(told) ?? null,
    failing,
  };
}

/** Those that are under way, or wait to be tried again. */
async function pendingDeliveries(state: Table) {
  const keys = (await dueKeys(state, Number.MAX_SAFE_INTEGER))
    .filter(({ pk, sk }) => pk.startsWith(NOTIFICATION_PREFIX) && sk.startsWith('delivery#'))
    .slice(0, PENDING_MAX);
  const found = keys.map(async (key) => {
    const { notificationId, delivery } = deliveryOfKey(key);
    const loaded = await loadDelivery(state, notificationId, delivery);
    if (loaded?.delivery.status !== 'pending') return [];
    const { notification } = loaded.plan;
    const { attempts, notBefore, reason, createdAt } = loaded.delivery;
    const [first] = notification.alerts;
    const title = first === undefined ? null : titleWords(first);
    const { receiver, status } = notification;
    return [
      { id: notificationId, delivery, receiver, status, title, attempts, notBefore, reason, createdAt },
    ];
  });
  return (await Promise.all(found)).flat();
}
