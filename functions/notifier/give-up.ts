/** What follows where a delivery failed for good: the receiver's fallback is told, and the delivery is kept. */
import type { DeadDelivery, DeliveryMessage } from '../../shared/alerts/messages.ts';
import type { Configuration } from '../../shared/config/model.ts';
import type { Queue } from '../../shared/ports.ts';
import { type Failed, fallBack } from './fall-back.ts';
import type { TellInsteadDeps } from './tell-instead.ts';

export interface GiveUpDeps extends TellInsteadDeps {
  /** For what failed for good, with the reason. */
  deadLetters: Queue<DeadDelivery>;
}

/** May be repeated: the fallback is told once all the same. */
export async function giveUp(deps: GiveUpDeps, configuration: Configuration, failed: Failed): Promise<void> {
  // The failure of a test message is told to whoever sent it.
  if (failed.plan.trial === true) return;
  await fallBack(deps, configuration, failed);
  await bury(deps, failed.message, failed.reason);
}

/** Puts a delivery into the dead-letter queue, with its reason. */
export async function bury(
  { deadLetters }: Pick<GiveUpDeps, 'deadLetters'>,
  message: DeliveryMessage,
  reason: string,
): Promise<void> {
  await deadLetters.send([{ body: { ...message, reason } }]);
}
