import type { BusEvent, EventBus } from '../../ports.ts';
import type { Channel, Outcome } from '../channel.ts';
import { failureOutcome } from '../failure.ts';
import { batchesOf, eventsOf } from './request.ts';
import { type EventbridgeSettings, eventbridgeSchema } from './settings.ts';

/** Puts all of them; what was refused is put once more, without what was taken. */
async function putAll(bus: EventBus, name: string, events: BusEvent[], timeoutMs: number): Promise<Outcome> {
  let outcome: Outcome = { outcome: 'delivered', reference: null };
  for (const batch of batchesOf(events)) {
    const errors = await bus.put(name, batch, timeoutMs);
    const passing = batch.filter((_, index) => errors[index]?.transient === true);
    const again = passing.length > 0 ? await bus.put(name, passing, timeoutMs) : [];
    const final = errors.filter((error) => error !== null && !error.transient);
    const [worst] = [...final, ...again.filter((error) => error !== null)];
    // A refusal for good outweighs one that passes: trying again would put what was taken a second time for nothing.
    if (worst != null && outcome.outcome !== 'failed') outcome = failureOutcome(worst);
  }
  return outcome;
}

/** Every transition as an event on a bus, `source` tocsin. */
export const eventbridgeChannel: Channel<EventbridgeSettings> = {
  kind: 'eventbridge',
  schema: eventbridgeSchema,
  async deliver(notification, settings, { events }) {
    if (events === undefined) return { outcome: 'failed', reason: 'there is no event bus here' };
    try {
      return await putAll(events, settings.bus, eventsOf(notification), settings.timeoutMs);
    } catch (error) {
      return failureOutcome(error);
    }
  },
};
