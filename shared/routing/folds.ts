/**
 * What a receiver's limit left no room for, kept until a digest tells it: an item per notification, beside the head of
 * a group whose flushes are the digests.
 */
import { digest } from '../alerts/identity.ts';
import type { Notification, NotifiedAlert } from '../alerts/notification.ts';
import type { Item, Key, Table } from '../ports.ts';
import { stored } from '../stored.ts';
import { GROUP_PREFIX } from './groups.ts';
import type { TakenRoute } from './tree.ts';

export interface Fold {
  key: Key;
  /** Processing time, ms. */
  at: number;
  alerts: NotifiedAlert[];
  /** Indexes of the alerts that nobody had been told of before. */
  news: number[];
  /** The `groupKey` of the notification. */
  group: string;
  /** As in `Notification`; null: the receiver was to be told itself. */
  insteadOf: NonNullable<Notification['insteadOf']> | null;
}

const DIGEST_PREFIX = 'digest-';
const FOLD_PREFIX = 'fold#';
const MINUTE_MS = 60_000;

/** The group whose flushes are the digests of a receiver. */
export function digestGroupOf(receiver: string): string {
  return `${DIGEST_PREFIX}${digest(receiver)}`;
}

/** Whether a group is one of digests; it stands only while there is something to tell. */
export function isDigestGroup(groupId: string): boolean {
  return groupId.startsWith(DIGEST_PREFIX);
}

/** The route of a receiver's digests: they go by no tree, wait for no rhythm, and are never repeated. */
export function digestRoute(receiver: string): TakenRoute {
  return {
    id: 'digest',
    receiver,
    groupBy: [],
    groupWaitMs: 0,
    groupIntervalMs: MINUTE_MS,
    repeatIntervalMs: null,
    muteTimeIntervals: [],
    activeTimeIntervals: [],
    escalate: [],
  };
}

/** Keeps a notification for the digest; lines and charts stay behind. `news`: as in `Fold`. */
export async function putFold(
  state: Table,
  { id, receiver, groupKey, alerts, insteadOf }: Notification,
  news: number[],
  at: number,
): Promise<void> {
  const short = alerts.map((alert) => ({ ...alert, lines: [], series: [], annotations: {} }));
  await state.put({
    pk: `${GROUP_PREFIX}${digestGroupOf(receiver)}`,
    sk: `${FOLD_PREFIX}${id}`,
    at,
    alerts: stored(short),
    news,
    group: groupKey,
    ...(insteadOf === undefined ? {} : { insteadOf }),
  });
}

/** Everything that waits for a digest, the oldest first. */
export async function loadFolds(state: Table, groupId: string): Promise<Fold[]> {
  const items = await state.query({ pk: `${GROUP_PREFIX}${groupId}`, from: FOLD_PREFIX, to: 'fold$' });
  return items.map(foldOf).sort((a, b) => a.at - b.at);
}

function foldOf({ pk, sk, at, alerts, news, group = '', insteadOf = null }: Item): Fold {
  const told = alerts as unknown as NotifiedAlert[];
  return {
    key: { pk, sk },
    at: Number(at),
    alerts: told,
    // Folds of versions before this one do not say what was news, nor in which group.
    news: (news as number[]) ?? [...told.keys()],
    group: String(group),
    insteadOf: insteadOf as unknown as Fold['insteadOf'],
  };
}

/** Whom a digest stands in for: the same for all that it tells; null: nobody, or not all of it. */
export function insteadOfAll([first, ...more]: readonly Fold[]): Fold['insteadOf'] {
  const same = (one: Fold['insteadOf']) => `${one?.receiver}\n${one?.channel}`;
  const own = first?.insteadOf ?? null;
  return more.every(({ insteadOf }) => same(insteadOf) === same(own)) ? own : null;
}

/** The oldest folds, as many as fit into one digest of so many bytes, and one at least. */
export function firstDigest(folds: readonly Fold[], bytesMax: number): Fold[] {
  let bytes = 0;
  let taken = 0;
  for (const { alerts } of folds) {
    bytes += Buffer.byteLength(JSON.stringify(alerts));
    if (taken > 0 && bytes > bytesMax) break;
    taken += 1;
  }
  return folds.slice(0, taken);
}

/**
 * Every alert once, in its last state; what was news to every group that tells of it here, and ended, is over before
 * anybody heard of it.
 */
export function latestOf(folds: readonly Fold[]): NotifiedAlert[] {
  const latest = new Map<string, NotifiedAlert>();
  const groups = new Set<string>();
  const heard = new Set<string>();
  for (const { alerts, news, group } of folds) {
    for (const [index, alert] of alerts.entries()) {
      const name = `${alert.fingerprint} ${alert.startsAt}`;
      if (!groups.has(`${group} ${name}`) && !news.includes(index)) heard.add(name);
      groups.add(`${group} ${name}`);
      latest.set(name, { ...alert, alreadyOver: alert.status === 'resolved' && !heard.has(name) });
    }
  }
  return [...latest.values()];
}
