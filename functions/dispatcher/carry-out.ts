import type { DeliveryMessage } from '../../shared/alerts/messages.ts';
import { forEachConcurrently } from '../../shared/concurrency.ts';
import { enqueueDeliveries } from '../../shared/deliveries/enqueue.ts';
import type { Plan } from '../../shared/deliveries/ledger.ts';
import type { Happened } from '../../shared/happenings.ts';
import type { Queue } from '../../shared/ports.ts';
import { markTold } from '../../shared/routing/members.ts';
import type { EnterDeps } from './enter-group.ts';
import { fold } from './fold.ts';

export interface CarryOutDeps extends EnterDeps {
  deliveries: Queue<DeliveryMessage>;
  happened: Happened;
}

const AT_A_TIME = 8;

/** Creates and enqueues a plan's deliveries, or keeps it for a digest; then notes what was told. */
export async function carryOut(deps: CarryOutDeps, plan: Plan): Promise<void> {
  const { notification, members } = plan;
  const now = deps.clock();
  if (plan.folded !== undefined) await fold(deps, notification, newsOf(plan));
  await enqueueDeliveries(deps, plan, now);
  await forEachConcurrently(members, AT_A_TIME, (member) => markTold(deps.state, member, now));
}

/** The alerts that this plan tells for the first time. */
function newsOf({ notification: { at }, members }: Plan): number[] {
  return [...members.keys()].filter((index) => (members[index]?.firstToldAt ?? at) === at);
}
