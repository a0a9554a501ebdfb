/** What people do while the product runs: edit, silence, acknowledge, send again what was given up. */
import { acknowledge } from '../../shared/alerts/acknowledgement.ts';
import type { DeadDelivery } from '../../shared/alerts/messages.ts';
import { episodeOf, isHeadKey } from '../../shared/alerts/store.ts';
import { reopenDelivery } from '../../shared/deliveries/ledger.ts';
import type { MemoryTable } from '../../shared/memory/table.ts';
import type { Value } from '../../shared/ports.ts';
import { addSilence, expireSilence } from '../../shared/routing/silences.ts';
import type { LaggingTable } from './lagging-table.ts';
import type { Scenario } from './scenario.ts';
import type { SimulatedQueue } from './sqs.ts';
import type { World } from './world.ts';

/** What people can reach. */
interface Reach {
  config: MemoryTable;
  state: LaggingTable;
  alerts: SimulatedQueue;
  deliveries: SimulatedQueue;
  failures: SimulatedQueue;
  deadDeliveries: DeadDelivery[];
}

export class People {
  readonly #world: World;
  readonly #reach: Reach;
  #toRedrive: number;

  constructor(world: World, scenario: Scenario, reach: Reach) {
    this.#world = world;
    this.#reach = reach;
    this.#toRedrive = scenario.redrivenAt.length;
    for (const edit of scenario.edits) world.at(edit.at, () => void this.#edit(edit));
    for (const silence of scenario.silences) {
      world.at(silence.startsAt, () => {
        world.note(() => `SILENCE ${JSON.stringify(silence)}`);
        void addSilence(reach.state, silence);
      });
    }
    for (const { id, at } of scenario.cutShort) {
      world.at(at, () => {
        world.note(() => `SILENCE ${id} is cut short`);
        void expireSilence(reach.state, id, at);
      });
    }
    for (const at of scenario.redrivenAt) world.at(at, () => void this.#redriveAll(at));
    for (const at of scenario.acknowledgedAt) world.at(at, () => void this.#acknowledgeAll(at));
  }

  /** Nobody will send anything again. */
  get isDone(): boolean {
    return this.#toRedrive === 0;
  }

  async #edit({ kind, id, body }: Scenario['edits'][number]): Promise<void> {
    const { config } = this.#reach;
    this.#world.note(() => `EDIT ${kind} ${id}: ${JSON.stringify(body)}`);
    if (body === null) await config.delete({ pk: kind, sk: id });
    else await config.put({ ...(body as Record<string, Value>), pk: kind, sk: id });
  }

  async #acknowledgeAll(at: number): Promise<void> {
    const { state } = this.#reach;
    for (const item of (await state.scan()).filter(isHeadKey)) {
      const { alert } = episodeOf(item);
      const { outcome } = await acknowledge(state, alert, { by: 'Wei', until: null }, at);
      this.#world.note(() => `ACKNOWLEDGE ${alert.fingerprint}: ${outcome}`);
    }
  }

  /** As `tocsin dlq redrive` does. */
  async #redriveAll(at: number): Promise<void> {
    const { state, alerts, deliveries, failures, deadDeliveries } = this.#reach;
    for (const queue of [alerts, deliveries, failures]) queue.redrive();
    for (const dead of deadDeliveries.splice(0)) {
      const { notificationId, delivery } = dead;
      const message = await reopenDelivery(state, notificationId, delivery, at);
      this.#world.note(
        () => `REDRIVE ${notificationId} ${delivery}: ${message === undefined ? 'dropped' : 'again'}`,
      );
      if (message !== undefined) deliveries.add(JSON.stringify(message), 0);
      // What it says has expired; that it failed stays known.
      else deadDeliveries.push(dead);
    }
    this.#toRedrive -= 1;
  }
}
