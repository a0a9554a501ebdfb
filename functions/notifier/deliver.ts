/** One delivery: claim it in the ledger, send it once through its channel, note what became of it. */

import type { DeadDelivery, DeliveryMessage } from '../../shared/alerts/messages.ts';
import type { Notification } from '../../shared/alerts/notification.ts';
import type { Channel, ChannelContext, Outcome } from '../../shared/channels/channel.ts';
import type { ChannelConfig, ChannelKind, Configuration } from '../../shared/config/model.ts';
import {
  claimDelivery,
  type Delivery,
  finishDelivery,
  loadDelivery,
  notificationFor,
  type Plan,
  type PlannedDelivery,
  postponeDelivery,
  RETRY_HORIZON_MS,
} from '../../shared/deliveries/ledger.ts';
import type { Happened } from '../../shared/happenings.ts';
import type { Queue, Table } from '../../shared/ports.ts';
import { REPEATED } from '../../shared/routing/flush.ts';
import { backoffMs } from './backoff.ts';
import { type LinkDeps, withLinks } from './with-links.ts';

export interface DeliverDeps extends Omit<ChannelContext, 'timeZone'>, Pick<LinkDeps, 'links'> {
  state: Table;
  /** For what failed for good, with the reason. */
  deadLetters: Queue<DeadDelivery>;
  channels: Partial<Record<ChannelKind, Channel>>;
  happened: Happened;
  /** In [0, 1). */
  random: () => number;
}

/** What is to be done with the message that asked for the delivery: nothing more, or bring it again later (ms). */
export type Carried = { kind: 'done' } | { kind: 'later'; notBefore: number };

export async function deliver(
  deps: DeliverDeps,
  configuration: Configuration,
  message: DeliveryMessage,
): Promise<Carried> {
  const { notificationId, delivery: id } = message;
  const found = await loadDelivery(deps.state, notificationId, id);
  const planned = found?.plan.deliveries.find((candidate) => candidate.id === id);
  if (found === undefined || planned === undefined)
    return await bury(deps, message, 'the ledger does not know it');
  const { status, leaseUntil, notBefore } = found.delivery;
  if (status !== 'pending') return { kind: 'done' };
  const now = deps.clock();
  if (Math.max(leaseUntil, notBefore) > now)
    return { kind: 'later', notBefore: Math.max(leaseUntil, notBefore) };
  const claimed = await claimDelivery(deps.state, notificationId, id, now);
  // Somebody else took it in between; the evaluator brings it back should they fail.
  if (claimed === undefined) return { kind: 'done' };
  const outcome = await attempt(deps, configuration, found.plan, planned);
  return await note(deps, message, found.plan, planned, claimed, outcome);
}

async function bury(deps: DeliverDeps, message: DeliveryMessage, reason: string): Promise<Carried> {
  await deps.deadLetters.send([{ body: { ...message, reason } }]);
  return { kind: 'done' };
}

async function attempt(
  deps: DeliverDeps,
  { receivers, settings }: Configuration,
  plan: Plan,
  planned: PlannedDelivery,
): Promise<Outcome> {
  const { receiver: name } = plan.notification;
  const receiver = receivers.find((candidate) => candidate.name === name);
  const config = receiver?.channels.filter(({ kind }) => kind === planned.kind)[planned.position];
  const channel = deps.channels[planned.kind];
  if (config === undefined || channel === undefined) {
    return { outcome: 'failed', reason: `receiver ${name} has no channel ${planned.id} any more` };
  }
  const context = { ...deps, timeZone: settings.timeZone };
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
  message: DeliveryMessage,
  plan: Plan,
  planned: PlannedDelivery,
  delivery: Delivery,
  outcome: Outcome,
): Promise<Carried> {
  const { id } = plan.notification;
  const now = deps.clock();
  const final = giveUpAfterHorizon(outcome, delivery, now);
  report(deps, plan, planned, final, now);
  switch (final.outcome) {
    case 'delivered':
      await finishDelivery(deps.state, id, planned.id, 'delivered', null, now);
      return { kind: 'done' };
    case 'failed':
      // Buried first: a crash in between repeats the attempt, and does not forget the failure.
      await bury(deps, message, final.reason);
      await finishDelivery(deps.state, id, planned.id, 'failed', final.reason, now);
      return { kind: 'done' };
    case 'retry': {
      const wanted = now + (final.afterMs ?? backoffMs(delivery.attempts, deps.random()));
      // Whatever a provider asks for: the last attempt is made while there still is a horizon.
      const notBefore = Math.min(wanted, delivery.createdAt + RETRY_HORIZON_MS);
      await postponeDelivery(deps.state, id, planned.id, notBefore, final.reason);
      return { kind: 'later', notBefore };
    }
  }
}

function giveUpAfterHorizon(outcome: Outcome, { createdAt, attempts }: Delivery, now: number): Outcome {
  if (outcome.outcome !== 'retry' || now < createdAt + RETRY_HORIZON_MS) return outcome;
  const hours = RETRY_HORIZON_MS / 3_600_000;
  return {
    outcome: 'failed',
    reason: `given up after ${hours} h and ${attempts} attempts: ${outcome.reason}`,
  };
}

function report(deps: DeliverDeps, plan: Plan, planned: PlannedDelivery, outcome: Outcome, at: number): void {
  const notification = notificationFor(plan, planned);
  const { id, receiver, groupLabels, status, alerts } = notification;
  deps.happened({
    type: 'delivery',
    id,
    at,
    receiver,
    channel: planned.kind,
    status,
    outcome: outcome.outcome,
    reason: outcome.outcome === 'delivered' ? null : outcome.reason,
    lagMs: outcome.outcome === 'delivered' ? lagOf(notification, at) : null,
    groupLabels,
    alerts: alerts.map(({ status, labels, value }) => ({ status, labels, value })),
  });
}

function lagOf({ status, reason, alerts }: Notification, at: number): number | null {
  if (status === 'resolved' || reason === REPEATED) return null;
  return at - alerts.reduce((newest, { startsAt }) => Math.max(newest, startsAt), 0);
}
