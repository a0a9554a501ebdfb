/** One delivery: claim it in the ledger, send it once through its channel, note what became of it. */

import type { DeliveryMessage } from '../../shared/alerts/messages.ts';
import type { Notification } from '../../shared/alerts/notification.ts';
import type { Channel, ChannelContext, Outcome } from '../../shared/channels/channel.ts';
import type { ChannelConfig, ChannelKind, Configuration } from '../../shared/config/model.ts';
import {
  type Attempt,
  abandonDelivery,
  claimDelivery,
  type Delivery,
  decideFailure,
  finishDelivery,
  loadDelivery,
  notificationFor,
  type Plan,
  type PlannedDelivery,
  postponeDelivery,
  RETRY_HORIZON_MS,
  restDelivery,
  withAttempt,
  yieldDelivery,
} from '../../shared/deliveries/ledger.ts';
import { backoffMs } from './backoff.ts';
import { channelOf } from './channel-of.ts';
import { noteEndpoint, tryEndpoint } from './endpoints.ts';
import { endForStandIns } from './fall-back.ts';
import { bury, type GiveUpDeps, giveUp } from './give-up.ts';
import { report } from './report.ts';
import { type LinkDeps, withLinks } from './with-links.ts';

export interface DeliverDeps
  extends Omit<ChannelContext, 'timeZone' | 'delivery'>,
    GiveUpDeps,
    Pick<LinkDeps, 'links'> {
  channels: Partial<Record<ChannelKind, Channel>>;
  /** In [0, 1). */
  random: () => number;
}

/** What is to be done with the message that asked for the delivery: nothing more, or bring it again later (ms). */
export type Carried = { kind: 'done' } | { kind: 'later'; notBefore: number };

/** A delivery that was claimed, and what it is to be sent with. */
interface Claimed {
  message: DeliveryMessage;
  plan: Plan;
  planned: PlannedDelivery;
  delivery: Delivery;
  /** undefined: the receiver has no such channel any more. */
  config: ChannelConfig | undefined;
}

const DONE: Carried = { kind: 'done' };

const UNKNOWN = 'the ledger does not know it';

/** A test message waits so long for its turn, ms. */
const TRIAL_WAIT_MS = 60_000;

/**
 * Makes one attempt at a delivery, unless it is done, claimed by somebody else or not yet due. What fails for good
 * goes to the fallback and the dead-letter queue.
 * @throws what the ports throw: the message then comes again, and the ledger knows how far it got
 */
export async function deliver(
  deps: DeliverDeps,
  configuration: Configuration,
  message: DeliveryMessage,
): Promise<Carried> {
  const { notificationId, delivery: id } = message;
  const found = await loadDelivery(deps.state, notificationId, id);
  const planned = found?.plan.deliveries.find((candidate) => candidate.id === id);
  if (found === undefined || planned === undefined) {
    await bury(deps, message, UNKNOWN);
    await abandonDelivery(deps.state, notificationId, id, UNKNOWN, deps.clock());
    return DONE;
  }
  const { plan, delivery } = found;
  if (delivery.status !== 'pending') return DONE;
  const now = deps.clock();
  const notBefore = Math.max(delivery.leaseUntil, delivery.notBefore);
  if (notBefore > now) return { kind: 'later', notBefore };
  const config = channelOf(configuration, plan, planned);
  const trial = await tryEndpoint(deps, config, found, now);
  if (!trial.allowed) return await waitForEndpoint(deps, message, delivery, trial.openUntil, now);
  const claimed = await claimDelivery(deps.state, notificationId, id, now);
  // Somebody else took it in between; the evaluator brings it back should they fail.
  if (claimed === undefined) return DONE;
  const own = { message, plan, planned, delivery: claimed, config };
  if (claimed.verdict !== undefined)
    return await end(deps, configuration, own, claimed.verdict, claimed.log ?? []);
  const { generation = 0 } = claimed;
  // Before it is sent: afterwards nothing may fail before that is noted.
  await endForStandIns(deps, configuration, { plan, planned, generation });
  const outcome = await attempt(deps, configuration, own);
  if (outcome.outcome === 'retry' && outcome.unsent === true && hasTime(own, deps.clock()))
    return await waitForTurn(deps, own, outcome);
  const carried = await note(deps, configuration, own, outcome);
  // Last: should it fail, nothing of the delivery is lost.
  await noteEndpoint(deps, config, trial.breaker, outcome);
  return carried;
}

/** Not an attempt: the endpoint is known to be down, or asked for a wait. */
async function waitForEndpoint(
  deps: DeliverDeps,
  { notificationId, delivery: id }: DeliveryMessage,
  { createdAt, reason }: Delivery,
  openUntil: number,
  now: number,
): Promise<Carried> {
  // Spread, so that what waited together does not come back together.
  const wanted = openUntil + Math.round(deps.random() * 2_000);
  const notBefore = Math.min(wanted, createdAt + RETRY_HORIZON_MS);
  await restDelivery(deps.state, notificationId, id, notBefore, reason ?? 'its endpoint rests', now);
  return { kind: 'later', notBefore };
}

/** The last time that a delivery may wait until, ms. A test waits no longer than whoever asked for it. */
function deadlineOf({ plan, delivery }: Claimed): number {
  return delivery.createdAt + (plan.trial === true ? TRIAL_WAIT_MS : RETRY_HORIZON_MS);
}

function hasTime(claimed: Claimed, now: number): boolean {
  return now < deadlineOf(claimed);
}

/** Not an attempt either: the channel knows that it is not the delivery's turn. */
async function waitForTurn(
  deps: DeliverDeps,
  claimed: Claimed,
  { afterMs, reason }: Extract<Outcome, { outcome: 'retry' }>,
): Promise<Carried> {
  const notBefore = Math.min(deps.clock() + (afterMs ?? 0), deadlineOf(claimed));
  await yieldDelivery(deps.state, claimed.plan.notification.id, claimed.planned.id, notBefore, reason);
  return { kind: 'later', notBefore };
}

async function attempt(
  deps: DeliverDeps,
  { settings }: Configuration,
  { plan, planned, config }: Claimed,
): Promise<Outcome> {
  const { receiver: name } = plan.notification;
  const channel = deps.channels[planned.kind];
  if (config === undefined || channel === undefined) {
    return { outcome: 'failed', reason: `receiver ${name} has no channel ${planned.id} any more` };
  }
  const context = { ...deps, timeZone: settings.timeZone, delivery: planned.id };
  const notification = await withLinks(deps, notificationFor(plan, planned));
  return await send(channel, notification, config, context);
}

/** A channel throws nothing; should one do so all the same, the attempt counts as one that may pass later. */
async function send(
  channel: Channel,
  notification: Notification,
  { settings }: ChannelConfig,
  context: ChannelContext,
): Promise<Outcome> {
  try {
    return await channel.deliver(notification, settings, context);
  } catch (error) {
    return {
      outcome: 'retry',
      afterMs: null,
      reason: `unexpected ${error instanceof Error ? error.name : 'error'}`,
    };
  }
}

async function note(
  deps: DeliverDeps,
  configuration: Configuration,
  claimed: Claimed,
  outcome: Outcome,
): Promise<Carried> {
  const { plan, planned, delivery } = claimed;
  const { id } = plan.notification;
  const now = deps.clock();
  const final = giveUpInTime(outcome, claimed, now);
  report(deps, plan, planned, final, now);
  const log = withAttempt(delivery, attemptOf(final, delivery, now));
  switch (final.outcome) {
    case 'delivered':
      await finishDelivery(deps.state, id, planned.id, { status: 'delivered', reason: null }, log, now);
      return DONE;
    case 'failed':
      // Decided first: after a crash in between, what follows is made up for, and the attempt is not repeated.
      await decideFailure(deps.state, id, planned.id, final.reason, log);
      return await end(deps, configuration, claimed, final.reason, log);
    case 'retry': {
      const wanted = now + (final.afterMs ?? backoffMs(delivery.attempts, deps.random()));
      // Whatever a provider asks for: the last attempt is made while there still is a horizon.
      const notBefore = Math.min(wanted, delivery.createdAt + RETRY_HORIZON_MS);
      await postponeDelivery(deps.state, id, planned.id, notBefore, { reason: final.reason, log });
      return { kind: 'later', notBefore };
    }
  }
}

/** It failed for good: others are told, and it is kept for whoever wants to try it again. */
async function end(
  deps: DeliverDeps,
  configuration: Configuration,
  { message, plan, planned, delivery }: Claimed,
  reason: string,
  log: Attempt[],
): Promise<Carried> {
  const { generation = 0 } = delivery;
  await giveUp(deps, configuration, { message, plan, planned, generation, reason });
  await finishDelivery(
    deps.state,
    plan.notification.id,
    planned.id,
    { status: 'failed', reason },
    log,
    deps.clock(),
  );
  return DONE;
}

function attemptOf(outcome: Outcome, { generation = 0 }: Delivery, at: number): Attempt {
  const reason = outcome.outcome === 'delivered' ? outcome.reference : outcome.reason;
  return { at, outcome: outcome.outcome, reason, generation };
}

function giveUpInTime(outcome: Outcome, { plan, delivery }: Claimed, now: number): Outcome {
  const { createdAt, attempts } = delivery;
  if (outcome.outcome !== 'retry') return outcome;
  if (plan.trial === true) return { outcome: 'failed', reason: outcome.reason };
  if (now < createdAt + RETRY_HORIZON_MS) return outcome;
  const hours = RETRY_HORIZON_MS / 3_600_000;
  return {
    outcome: 'failed',
    reason: `given up after ${hours} h and ${attempts} attempts: ${outcome.reason}`,
  };
}
