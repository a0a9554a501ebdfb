import { describe, expect, it } from 'vitest';
import { type DeliverDeps, deliver } from '../../../functions/notifier/deliver.ts';
import type { DeadDelivery, DeliveryMessage, DispatcherMessage } from '../../../shared/alerts/messages.ts';
import type { Outcome } from '../../../shared/channels/channel.ts';
import { channelSchemas } from '../../../shared/channels/registry.ts';
import { createDelivery, loadDelivery, settlePlan } from '../../../shared/deliveries/ledger.ts';
import type { Happening } from '../../../shared/happenings.ts';
import { MemoryTable } from '../../../shared/memory/table.ts';
import type { Outgoing } from '../../../shared/ports.ts';
import { NOON, sampleAlert, sampleNotification } from '../../channels/sample-notification.ts';
import { configurationOf } from '../../support/document.ts';

const CONFIGURATION = configurationOf(`
version: 1
rules: [{ id: errors, match: ERROR, when: { count: 1, within: 1h } }]
receivers:
  - { name: ops, webhook: [{ url: "https://ops.example.com/" }], fallback: spare }
  - { name: spare, webhook: [{ url: "https://spare.example.com/" }], limit: 2/m }
route: { receiver: ops }
`);

/** A notifier whose one channel answers with what it is told to; the last again and again. */
function startNotifier(...outcomes: Outcome[]) {
  const state = new MemoryTable();
  const happenings: Happening[] = [];
  const sent = { deliveries: [] as DeliveryMessage[], timers: [] as DispatcherMessage[] };
  const world = { now: NOON };
  let asked = 0;
  const into = <Message>(list: Message[]) => ({
    send: async (messages: Outgoing<Message>[]) => void list.push(...messages.map(({ body }) => body)),
  });
  const nowhere = () => Promise.reject(new Error('nothing is sent here'));
  const deps: DeliverDeps = {
    state,
    deliveries: into(sent.deliveries),
    alerts: into(sent.timers),
    deadLetters: into<DeadDelivery>([]),
    channels: {
      webhook: {
        kind: 'webhook',
        schema: channelSchemas.webhook,
        deliver: async () => {
          asked += 1;
          return outcomes[Math.min(asked, outcomes.length) - 1] as Outcome;
        },
      },
    },
    clock: () => world.now,
    random: () => 0.5,
    happened: (happening) => void happenings.push(happening),
    transport: { request: nowhere },
    mailer: { send: nowhere },
    secrets: { get: nowhere },
  };
  const plan = async (id: string, trial?: true) => {
    const delivery = { id: 'webhook#0', kind: 'webhook' as const, position: 0, status: 'firing' as const };
    const deliveries = [{ ...delivery, alerts: [0] }];
    const notification = sampleNotification({ id, alerts: [sampleAlert({ fingerprint: id })] });
    await settlePlan(state, { notification, members: [], deliveries, ...(trial ? { trial } : {}) }, NOON);
    await createDelivery(state, id, 'webhook#0', NOON);
  };
  const run = (notificationId: string) =>
    deliver(deps, CONFIGURATION, {
      version: 1,
      type: 'delivery',
      notificationId,
      delivery: 'webhook#0',
      notBefore: 0,
    });
  const ledger = async (id: string) => (await loadDelivery(state, id, 'webhook#0'))?.delivery;
  return { plan, run, ledger, world, sent, happenings, state };
}

const WAIT = { outcome: 'retry', afterMs: 5_000, reason: 'not its turn', unsent: true } as const;
const DONE = { outcome: 'delivered', reference: null } as const;

describe('a delivery whose turn has not come', () => {
  it('waits without an attempt, and its endpoint does not rest for it', async () => {
    const { plan, run, ledger, world, happenings, state } = startNotifier(WAIT, DONE);
    await plan('one');
    expect(await run('one')).toEqual({ kind: 'later', notBefore: NOON + 5_000 });
    expect(await ledger('one')).toMatchObject({ status: 'pending', attempts: 0, reason: WAIT.reason });
    expect(happenings).toEqual([]);
    expect((await state.scan()).filter(({ pk }) => pk.startsWith('endpoint#'))).toEqual([]);
    world.now += 5_000;
    expect(await run('one')).toEqual({ kind: 'done' });
    expect(await ledger('one')).toMatchObject({ status: 'delivered', attempts: 1 });
  });

  it('waits as a test message, too, but no longer than a minute', async () => {
    const { plan, run, ledger, world } = startNotifier(WAIT);
    await plan('one', true);
    expect(await run('one')).toMatchObject({ kind: 'later' });
    world.now += 58_000;
    expect(await run('one')).toEqual({ kind: 'later', notBefore: NOON + 60_000 });
    world.now = NOON + 60_000;
    expect(await run('one')).toEqual({ kind: 'done' });
    expect(await ledger('one')).toMatchObject({ status: 'failed', reason: WAIT.reason });
  });
});

describe("a fallback's own limit", () => {
  it('holds for what it is told instead of others: the rest is kept for its digest', async () => {
    const { plan, run, sent, happenings, state } = startNotifier({ outcome: 'failed', reason: 'gone' });
    for (const id of ['one', 'two', 'three', 'four']) {
      await plan(id);
      await run(id);
      // Carried out a second time, as after a crash.
      await run(id);
    }
    expect(sent.deliveries).toHaveLength(1);
    expect(sent.timers).toMatchObject([{ type: 'flush' }]);
    const folded = happenings.filter((happening) => happening.type === 'flush');
    expect(folded).toHaveLength(3);
    expect(folded[0]).toMatchObject({ receiver: 'spare', result: 'folded' });
    const kept = (await state.scan()).filter(({ sk }) => sk.startsWith('fold#'));
    expect(kept).toHaveLength(3);
    expect(kept[0]).toMatchObject({ insteadOf: { receiver: 'ops', channel: 'webhook' } });
  });
});
