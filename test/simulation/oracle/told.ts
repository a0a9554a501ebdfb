/** What people heard, notification by notification, and what was kept from them with a reason. */
import type { Episode } from '../../../shared/alerts/episode.ts';
import type { Notification, NotifiedAlert } from '../../../shared/alerts/notification.ts';
import { ALERT_PREFIX, episodeOf } from '../../../shared/alerts/store.ts';
import { loadPlan, NOTIFICATION_PREFIX, type Plan } from '../../../shared/deliveries/ledger.ts';
import type { Decision } from '../../../shared/routing/decisions.ts';
import type { Cloud } from '../cloud.ts';
import type { Received } from '../outside-world.ts';

/** One notification through one channel, with all its copies. */
export interface Told {
  kind: string;
  notification: Notification;
  copies: Received[];
}

/** In the order in which they were decided on. */
export function toldBy(cloud: Cloud): Told[] {
  const found = new Map<string, Told>();
  for (const received of cloud.outside.received) {
    const { kind, notification } = received;
    const name = `${notification.id} ${kind}`;
    const told = found.get(name) ?? { kind, notification, copies: [] };
    told.copies.push(received);
    found.set(name, told);
  }
  return [...found.values()].sort((a, b) => a.notification.at - b.notification.at);
}

/** A plan, also one that has expired. */
export async function planOf({ state }: Cloud, notificationId: string): Promise<Plan | undefined> {
  const gone = state.expired.find(
    ({ pk, sk }) => pk === `${NOTIFICATION_PREFIX}${notificationId}` && sk === 'plan',
  );
  return (gone as unknown as Plan | undefined) ?? (await loadPlan(state, notificationId));
}

/** The alerts' episodes as the state table holds them. */
export async function episodesIn({ state }: Cloud): Promise<Episode[]> {
  const items = [...state.expired, ...(await state.scan())];
  return items.filter(({ pk, alert }) => pk.startsWith(ALERT_PREFIX) && alert !== undefined).map(episodeOf);
}

/** Episodes that some group never told, because it wrote down that another alert inhibits them. */
export async function inhibitedIn({ state }: Cloud): Promise<Set<string>> {
  const tombstones = [...state.expired, ...(await state.scan())].filter(({ sk }) => sk.startsWith('done#'));
  const inhibited = tombstones.filter(({ log }) =>
    ((log ?? []) as unknown as Decision[]).some(({ reason }) => reason.includes('told; inhibited by ')),
  );
  return new Set(inhibited.map(({ sk }) => sk.slice('done#'.length)));
}

/** `alpha/a`: the alert that a notification speaks of. */
export function nameOf({ labels }: Pick<NotifiedAlert, 'labels'>): string {
  return `${labels.rule}/${labels.g ?? ''}${labels.value ?? ''}`;
}

/** Names an episode. */
export function nameOfEpisode(alert: Pick<NotifiedAlert, 'labels' | 'startsAt'>): string {
  return `${nameOf(alert)}@${alert.startsAt}`;
}
