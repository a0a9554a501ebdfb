import { type Delivery, loadDelivery, type Plan } from '../../shared/deliveries/ledger.ts';
import { jsonFields } from '../../shared/json.ts';
import type { Table } from '../../shared/ports.ts';
import { formatTime } from '../../shared/text/times.ts';
import type { Letter } from './letters.ts';

/** What is known of a dead letter. */
export interface Described {
  type: 'dead-letter';
  id: string;
  queue: string;
  /** ISO 8601 */
  sentAt: string;
  reason: string;
  /** null: it is no delivery, or the ledger has forgotten it. */
  delivery: {
    notificationId: string;
    delivery: string;
    receiver: string | null;
    title: string | null;
    status: string | null;
    attempts: number;
    generation: number;
    log: Delivery['log'] & object;
  } | null;
}

/** Which delivery a letter is; null: it is none. */
export function deliveryOf({ queue, body }: Letter): { notificationId: string; delivery: string } | null {
  const { type, notificationId, delivery } = jsonFields(body);
  if (queue !== 'deliveries' || type !== 'delivery') return null;
  if (typeof notificationId !== 'string' || typeof delivery !== 'string') return null;
  return { notificationId, delivery };
}

/** Deliveries say why themselves, and so does Lambda of what it gave up on; SQS does not. */
function reasonOf({ body }: Letter): string {
  const { reason, requestContext } = jsonFields(body);
  if (typeof reason === 'string') return reason;
  const condition = jsonFields(JSON.stringify(requestContext ?? null)).condition;
  return typeof condition === 'string'
    ? condition
    : 'it was tried too often; the log of its function says why';
}

function titleOf({ notification }: Plan): string | null {
  return notification.alerts[0]?.title ?? null;
}

/** A letter for people: why it lies there, and what the ledger knows of its delivery. */
export async function describe(state: Table, letter: Letter): Promise<Described> {
  const named = deliveryOf(letter);
  const found = named === null ? undefined : await loadDelivery(state, named.notificationId, named.delivery);
  const delivery = named && {
    ...named,
    receiver: found?.plan.notification.receiver ?? null,
    title: found === undefined ? null : titleOf(found.plan),
    status: found?.delivery.status ?? null,
    attempts: found?.delivery.attempts ?? 0,
    generation: found?.delivery.generation ?? 0,
    log: found?.delivery.log ?? [],
  };
  const { id, queue, sentAt } = letter;
  return {
    type: 'dead-letter',
    id,
    queue,
    sentAt: new Date(sentAt).toISOString(),
    reason: reasonOf(letter),
    delivery,
  };
}

/** On one line, for people. */
export function inWords({ id, queue, sentAt, reason, delivery }: Described, timeZone: string): string {
  const what =
    delivery === null
      ? queue
      : `${delivery.receiver ?? 'an unknown receiver'} ${delivery.delivery}${delivery.title === null ? '' : ` "${delivery.title}"`}`;
  return `${id.slice(0, 8)}  ${formatTime(Date.parse(sentAt), timeZone)}  ${what}: ${reason}`;
}
