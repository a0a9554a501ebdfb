/**
 * The function ends at every call it makes to the outside, before or after its effect; the fallback is told once all
 * the same, and of no beginning after its end.
 */
import { describe, expect, it } from 'vitest';
import { type DeliverDeps, deliver } from '../../../functions/notifier/deliver.ts';
import type { DeadDelivery, DeliveryMessage, DispatcherMessage } from '../../../shared/alerts/messages.ts';
import type { Notification } from '../../../shared/alerts/notification.ts';
import type { Channel, Outcome } from '../../../shared/channels/channel.ts';
import { channelSchemas } from '../../../shared/channels/registry.ts';
import {
  createDelivery,
  ENQUEUED_GRACE_MS,
  SEND_LEASE_MS,
  settlePlan,
} from '../../../shared/deliveries/ledger.ts';
import { MemoryTable } from '../../../shared/memory/table.ts';
import type { Outgoing, Table } from '../../../shared/ports.ts';
import { NOON, sampleAlert, sampleNotification } from '../../channels/sample-notification.ts';
import { configurationOf } from '../../support/document.ts';

const CONFIGURATION = configurationOf(`
version: 1
rules: [{ id: errors, match: ERROR, when: { count: 1, within: 1h } }]
receivers:
  - { name: ops, webhook: [{ url: "https://ops.example.com/" }], fallback: spare }
  - { name: spare, slack: [{ webhook: secret:slack }] }
route: { receiver: ops }
`);
const ID = 'notification-1';
const MESSAGE: DeliveryMessage = {
  version: 1,
  type: 'delivery',
  notificationId: ID,
  delivery: 'webhook#0',
  notBefore: 0,
};

/** Ends the function at its `at`th call, before or after the effect; null: never. */
class World {
  readonly state = new MemoryTable();
  readonly told: { kind: string; notification: Notification }[] = [];
  readonly dead: DeadDelivery[] = [];
  waiting: DeliveryMessage[] = [MESSAGE];
  now = NOON;
  calls = 0;
  readonly #end: { at: number; when: 'before' | 'after' } | null;

  constructor(end: { at: number; when: 'before' | 'after' } | null) {
    this.#end = end;
  }

  async #call<Result>(effect: () => Promise<Result>): Promise<Result> {
    this.calls += 1;
    const isEnd = this.calls === this.#end?.at;
    if (isEnd && this.#end?.when === 'before') throw new Error('the function ends here');
    const result = await effect();
    if (isEnd) throw new Error('the function ends here');
    return result;
  }

  #channel(kind: 'webhook' | 'slack', outcome: Outcome): Channel {
    return {
      kind,
      schema: channelSchemas[kind],
      deliver: (notification) =>
        this.#call(async () => {
          this.told.push({ kind, notification });
          return outcome;
        }),
    };
  }

  #table(): Table {
    const methods = ['get', 'query', 'update', 'put', 'delete', 'due', 'scan'] as const;
    const { state } = this;
    const wrap = (name: (typeof methods)[number]) =>
      [
        name,
        (...given: never[]) =>
          this.#call(() => (state[name] as (...all: never[]) => Promise<unknown>).call(state, ...given)),
      ] as const;
    return Object.fromEntries(methods.map(wrap)) as unknown as Table;
  }

  #queue<Message>(into: (message: Message) => void) {
    return {
      send: (messages: Outgoing<Message>[]) =>
        this.#call(async () => {
          for (const { body } of messages) into(body);
        }),
    };
  }

  deps(): DeliverDeps {
    const nowhere = () => Promise.reject(new Error('nothing is sent here'));
    return {
      state: this.#table(),
      deliveries: this.#queue<DeliveryMessage>((message) => void this.waiting.push(message)),
      alerts: this.#queue<DispatcherMessage>(() => undefined),
      deadLetters: this.#queue<DeadDelivery>((message) => void this.dead.push(message)),
      channels: {
        webhook: this.#channel('webhook', { outcome: 'failed', reason: 'HTTP 404' }),
        slack: this.#channel('slack', { outcome: 'delivered', reference: null }),
      },
      clock: () => this.now,
      random: () => 0.5,
      happened() {},
      transport: { request: nowhere },
      mailer: { send: nowhere },
      secrets: { get: nowhere },
    };
  }

  async begin(notification = sampleNotification({ id: ID })): Promise<void> {
    const { id, status } = notification;
    const planned = { id: 'webhook#0', kind: 'webhook' as const, position: 0, status, alerts: [0] };
    await settlePlan(this.state, { notification, members: [], deliveries: [planned] }, this.now);
    await createDelivery(this.state, id, 'webhook#0', this.now);
  }

  /** Whether the function came to its end. */
  async invoke(message: DeliveryMessage): Promise<boolean> {
    const carried = await deliver(this.deps(), CONFIGURATION, message).catch(() => null);
    return carried?.kind === 'done';
  }

  /** Messages come back after a while; what nobody carries is enqueued again, as the evaluator does it. */
  async run(): Promise<void> {
    for (let round = 0; round < 6; round++) {
      for (const message of this.waiting.splice(0)) {
        if (!(await this.invoke(message))) this.waiting.push(message);
      }
      this.now += SEND_LEASE_MS + ENQUEUED_GRACE_MS;
      for (const { pk, sk, status } of await this.state.scan()) {
        if (!sk.startsWith('delivery#') || status !== 'pending') continue;
        const [notificationId = '', delivery = ''] = [
          pk.slice('notification#'.length),
          sk.slice('delivery#'.length),
        ];
        this.waiting.push({ ...MESSAGE, notificationId, delivery });
      }
    }
  }

  async statuses(): Promise<unknown[]> {
    const items = (await this.state.scan()).filter(({ sk }) => sk.startsWith('delivery#'));
    return items.map(({ sk, status }) => `${sk} ${status}`).toSorted();
  }
}

async function outcomeOf(end: ConstructorParameters<typeof World>[0]) {
  const world = new World(end);
  await world.begin();
  await world.run();
  return world;
}

describe('the fallback', () => {
  it('is told once, wherever the function ends', async () => {
    const { calls, told } = await outcomeOf(null);
    expect(told.map(({ kind }) => kind)).toEqual(['webhook', 'slack']);
    expect(calls).toBeGreaterThan(15);
    const triedAgain: string[] = [];
    for (let at = 1; at <= calls; at++) {
      for (const when of ['before', 'after'] as const) {
        const world = await outcomeOf({ at, when });
        const where = `ended ${when} call ${at} of ${calls}`;
        const spare = world.told.filter(({ kind }) => kind === 'slack');
        expect(new Set(spare.map(({ notification: { id } }) => id)).size, where).toBe(1);
        if (world.told.filter(({ kind }) => kind === 'webhook').length > 1) triedAgain.push(where);
        // A copy only where the answer of the channel was lost, or not recorded.
        expect(spare.length, where).toBeLessThanOrEqual(2);
        expect(world.told.length, where).toBeLessThanOrEqual(3);
        expect(new Set(world.dead.map(({ reason }) => reason)), where).toEqual(new Set(['HTTP 404']));
        expect(await world.statuses(), where).toEqual([
          'delivery#slack#0 delivered',
          'delivery#webhook#0 failed',
        ]);
      }
    }
    // Only where the channel's answer was lost, or not yet written down; not while others are told of the failure.
    expect(triedAgain).toHaveLength(2);
  });

  it('is not told again of what it was told since, and is reminded by what came later', async () => {
    const world = new World(null);
    const alerts = [sampleAlert()];
    await world.begin(sampleNotification({ id: ID, alerts, at: NOON }));
    await world.begin(sampleNotification({ id: 'notification-2', alerts, at: NOON + 30_000 }));
    world.now += 60_000;
    await world.invoke({ ...MESSAGE, notificationId: 'notification-2' });
    await world.run();
    const toldOf = () => world.told.filter(({ kind }) => kind === 'slack').length;
    expect(toldOf()).toBe(1);
    await world.begin(sampleNotification({ id: 'notification-3', alerts, at: world.now }));
    await world.invoke({ ...MESSAGE, notificationId: 'notification-3' });
    await world.run();
    expect(toldOf()).toBe(2);
  });

  it('is told of no beginning after its end, wherever the function ends', async () => {
    const { calls } = await outcomeOf(null);
    const firing = sampleAlert();
    const over = sampleNotification({
      id: 'notification-2',
      status: 'resolved',
      alerts: [{ ...firing, status: 'resolved', endsAt: NOON + 60_000 }],
    });
    const heard = new Set<string>();
    for (let at = 1; at <= calls; at++) {
      for (const when of ['before', 'after'] as const) {
        const world = new World({ at, when });
        await world.begin(sampleNotification({ id: ID, alerts: [firing] }));
        if (await world.invoke(MESSAGE)) continue;
        world.now += 60_000;
        await world.begin(over);
        await world.invoke({ ...MESSAGE, notificationId: over.id });
        await world.run();
        const told = world.told
          .filter(({ kind }) => kind === 'slack')
          .map(({ notification }) => notification);
        const inOrder = told.toSorted((one, other) => one.at - other.at).map(({ status }) => status);
        const last = inOrder.lastIndexOf('firing');
        if (inOrder.includes('resolved')) expect(inOrder.indexOf('resolved')).toBeGreaterThan(last);
        heard.add([...new Set(inOrder)].join(', then '));
      }
    }
    expect([...heard].toSorted()).toEqual(['firing, then resolved', 'resolved']);
  });
});
