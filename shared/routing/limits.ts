/**
 * How many notifications a receiver bears: a token bucket as GCRA (ITU-T I.371, "virtual scheduling"), one number per
 * receiver that is moved without being read first, so that functions at the same time never agree on one token twice.
 * Half of the limit may come at once and the rest trickles in, so that no span of `perMs` ever holds more than `count`.
 */
import type { NotifiedAlert } from '../alerts/notification.ts';
import { isSignOfLife } from '../alerts/signs-of-life.ts';
import type { ChannelKind, Receiver } from '../config/model.ts';
import type { Key, Table } from '../ports.ts';
import { formatDuration } from '../text/durations.ts';

export type Limit = NonNullable<Receiver['limit']>;

const MINUTE_MS = 60_000;
/** What bots take in a minute at most. */
const TAKEN: Partial<Record<ChannelKind, number>> = { feishu: 100, dingtalk: 20, wecom: 20 };
const ATTEMPTS = 3;

/** A receiver's limit: its own, or that of its most sensitive channel; null: none. */
export function limitOf({ limit, channels }: Receiver): Limit | null {
  if (limit !== null) return limit;
  const count = Math.min(...channels.map(({ kind }) => TAKEN[kind] ?? Number.POSITIVE_INFINITY));
  return Number.isFinite(count) ? { count, perMs: MINUTE_MS } : null;
}

interface Pace {
  /** Between two tokens, ms. */
  everyMs: number;
  /** How far (ms) the bucket may be ahead of time. */
  aheadMs: number;
}

function paceOf({ count, perMs }: Limit): Pace {
  const atOnce = Math.ceil(count / 2);
  const everyMs = perMs / (count - atOnce + 1);
  return { everyMs, aheadMs: (atOnce - 1) * everyMs };
}

/** Takes a token at `now` (ms); false: there is none. */
export async function admit(state: Table, receiver: string, limit: Limit, now: number): Promise<boolean> {
  const { everyMs, aheadMs } = paceOf(limit);
  const key = keyOf(receiver);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const busy = await state.update(key, { add: { paidUntil: everyMs } }, [
      [
        { attribute: 'paidUntil', is: '>=', value: now },
        { attribute: 'paidUntil', is: '<=', value: now + aheadMs },
      ],
    ]);
    if (busy !== undefined || (await startAgain(state, key, everyMs, now))) return true;
    const paidUntil = Number((await state.get(key))?.paidUntil ?? 0);
    if (paidUntil > now + aheadMs) return false;
  }
  return false;
}

/** Why the receiver bears no more at `now` (ms); null: it does, and a token was taken, but for a sign of life. */
export async function foldedBy(
  state: Table,
  receiver: Receiver,
  alerts: readonly Pick<NotifiedAlert, 'ruleId'>[],
  now: number,
): Promise<string | null> {
  if (alerts.every(({ ruleId }) => isSignOfLife(ruleId))) return null;
  const limit = limitOf(receiver);
  if (limit === null || (await admit(state, receiver.name, limit, now))) return null;
  const { count, perMs } = limit;
  return `folded into a digest: receiver ${receiver.name} takes ${count} notifications in ${formatDuration(perMs, 'en')}`;
}

/** Takes the next token, whenever that comes; answers when that is, ms. */
export async function reserve(state: Table, receiver: string, limit: Limit, now: number): Promise<number> {
  const { everyMs, aheadMs } = paceOf(limit);
  const key = keyOf(receiver);
  if (await startAgain(state, key, everyMs, now)) return now;
  const after = await state.update(key, { add: { paidUntil: everyMs } });
  return Math.max(now, Number(after?.paidUntil) - everyMs - aheadMs);
}

/** The bucket was full. */
async function startAgain(state: Table, key: Key, everyMs: number, now: number): Promise<boolean> {
  const idle = [
    [{ attribute: 'paidUntil', is: 'absent' as const }],
    [{ attribute: 'paidUntil', is: '<' as const, value: now }],
  ];
  return (await state.update(key, { set: { paidUntil: now + everyMs } }, idle)) !== undefined;
}

function keyOf(receiver: string): Key {
  return { pk: `limit#${receiver}`, sk: 'bucket' };
}
