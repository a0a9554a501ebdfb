/** What became of a mail after SES took it: written down, told where somebody cannot be reached, and forgotten again. */
import type { Configuration } from '../../shared/config/model.ts';
import {
  type Delivery,
  finishDelivery,
  loadDelivery,
  type Plan,
  type PlannedDelivery,
  withAttempt,
} from '../../shared/deliveries/ledger.ts';
import type { MailEvent } from '../../shared/deliveries/mail-events.ts';
import {
  isFailing,
  noteArrived,
  noteFailing,
  noteReturned,
  recipientsOf,
} from '../../shared/deliveries/returned-mail.ts';
import { channelOf } from './channel-of.ts';
import type { Carried } from './deliver.ts';
import type { Failed } from './fall-back.ts';
import { fallBack } from './fall-back.ts';
import { type GiveUpDeps, giveUp } from './give-up.ts';
import { report } from './report.ts';

/** Whoever sends the mail still writes down that it was taken: the event waits so long, ms. */
const AFTER_SEND_MS = 5_000;

interface Known {
  plan: Plan;
  planned: PlannedDelivery;
  delivery: Delivery;
}

/** May be repeated: what follows is told once. */
export async function takeMailEvent(
  deps: GiveUpDeps,
  configuration: Configuration,
  event: MailEvent,
): Promise<Carried> {
  const found = await loadDelivery(deps.state, event.notificationId, event.delivery);
  const planned = found?.plan.deliveries.find(({ id }) => id === event.delivery);
  // The ledger forgets after a while; so long nothing stays in doubt about a mail.
  if (found === undefined || planned === undefined) return { kind: 'done' };
  const now = deps.clock();
  if (found.delivery.leaseUntil > now) return { kind: 'later', notBefore: now + AFTER_SEND_MS };
  const { receiver } = found.plan.notification;
  if (event.fate === 'arrived') await noteArrived(deps.state, receiver, event);
  else sayReturned(deps, receiver, event, event.fate);
  if (event.fate === 'lost' || event.fate === 'complaint')
    await takeReturned(deps, configuration, { ...found, planned }, event);
  return { kind: 'done' };
}

function sayReturned(
  { happened }: GiveUpDeps,
  receiver: string,
  { addresses, reason }: MailEvent,
  fate: Exclude<MailEvent['fate'], 'arrived'>,
): void {
  for (const address of addresses) happened({ type: 'returned', receiver, address, fate, reason });
}

/** The fallback is told of a mail that reached nobody, and of every address that begins to fail. */
async function takeReturned(
  deps: GiveUpDeps,
  configuration: Configuration,
  known: Known,
  event: MailEvent,
): Promise<void> {
  const { receiver } = known.plan.notification;
  const isLost = event.fate === 'lost' && (await reachedNobody(deps, configuration, known, event));
  if (isLost) await fail(deps, configuration, known, event);
  else if (await isNews(deps, receiver, event)) await fallBack(deps, configuration, failureOf(known, event));
  // Last: after a crash in between, it still is news.
  await noteFailing(deps.state, receiver, event);
}

async function reachedNobody(
  { state }: GiveUpDeps,
  configuration: Configuration,
  { plan, planned, delivery }: Known,
  event: MailEvent,
): Promise<boolean> {
  const returned = await noteReturned(state, event);
  if (delivery.status !== 'delivered' || isOlder(delivery, event)) return false;
  const config = channelOf(configuration, plan, planned);
  const recipients = config === undefined ? event.addresses : recipientsOf(config.settings);
  return recipients.every((address) => returned.has(address));
}

/** Whether the event speaks of a mail that was sent again since. */
function isOlder({ log = [] }: Delivery, { messageId }: MailEvent): boolean {
  return log.some(({ reason }) => reason === messageId) && log.at(-1)?.reason !== messageId;
}

async function isNews({ state }: GiveUpDeps, receiver: string, { addresses }: MailEvent): Promise<boolean> {
  const failing = await Promise.all(addresses.map((address) => isFailing(state, receiver, address)));
  return failing.includes(false);
}

async function fail(
  deps: GiveUpDeps,
  configuration: Configuration,
  known: Known,
  event: MailEvent,
): Promise<void> {
  const { plan, planned, delivery } = known;
  const failed = failureOf(known, event);
  const { reason, generation } = failed;
  const now = deps.clock();
  report(deps, plan, planned, { outcome: 'failed', reason }, now);
  await giveUp(deps, configuration, failed);
  const log = withAttempt(delivery, { at: now, outcome: 'failed', reason, generation });
  await finishDelivery(deps.state, plan.notification.id, planned.id, { status: 'failed', reason }, log, now);
}

function failureOf({ plan, planned, delivery }: Known, { addresses, reason }: MailEvent): Failed {
  const { notification } = plan;
  return {
    message: {
      version: 1,
      type: 'delivery',
      notificationId: notification.id,
      delivery: planned.id,
      notBefore: 0,
    },
    plan,
    planned,
    generation: delivery.generation ?? 0,
    reason: `${addresses.join(', ')}: ${reason}`,
  };
}
