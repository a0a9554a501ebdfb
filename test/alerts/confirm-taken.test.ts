/** The dispatcher confirms what it took, and nothing that came while it did. */
import { expect, it } from 'vitest';
import type { Episode } from '../../shared/alerts/episode.ts';
import type { AlertMessage, DispatcherMessage } from '../../shared/alerts/messages.ts';
import { confirmTaken, headKey, loadEpisode, writeEpisode } from '../../shared/alerts/store.ts';
import { dueKeys } from '../../shared/due.ts';
import { MemoryQueue } from '../../shared/memory/queue.ts';
import { MemoryTable } from '../../shared/memory/table.ts';
import { NOON, resolvedAlert, sampleAlert } from '../channels/sample-notification.ts';

const KEY = headKey('order-errors', 'order-errors/order');
const HOUR = 3_600_000;

const ENDED: Episode = {
  generation: 'g',
  revision: 1,
  seq: 2,
  confirmedSeq: 1,
  groupLabels: {},
  heldUntil: NOON,
  keepFiringMs: 0,
  receiver: null,
  withheld: null,
  alert: resolvedAlert(),
};
const BEGUN_ANEW: Episode = { ...ENDED, seq: 3, alert: sampleAlert({ startsAt: NOON + HOUR }) };

/** A table in which something happens once, after the first item was read. */
class Interrupted extends MemoryTable {
  meanwhile: (() => Promise<unknown>) | undefined;

  override async get(...given: Parameters<MemoryTable['get']>): ReturnType<MemoryTable['get']> {
    const item = await super.get(...given);
    const { meanwhile } = this;
    this.meanwhile = undefined;
    await meanwhile?.();
    return item;
  }
}

it('confirms no transition that came while an earlier one was being confirmed', async () => {
  const state = new Interrupted();
  const deps = { state, alerts: new MemoryQueue<DispatcherMessage>(), clock: () => NOON };
  await writeEpisode(deps, KEY, undefined, ENDED);
  state.meanwhile = () => writeEpisode(deps, KEY, ENDED, BEGUN_ANEW);
  await confirmTaken(state, { key: KEY, seq: ENDED.seq } as AlertMessage, NOON);
  expect(await loadEpisode(state, KEY)).toMatchObject({ seq: 3, confirmedSeq: 1 });
  expect(await dueKeys(state, NOON + HOUR)).toMatchObject([KEY]);
  expect((await state.get(KEY))?.ttl).toBeUndefined();
});

it('lets an ended alert rest once its end was taken', async () => {
  const state = new MemoryTable();
  const deps = { state, alerts: new MemoryQueue<DispatcherMessage>(), clock: () => NOON };
  await writeEpisode(deps, KEY, undefined, ENDED);
  await confirmTaken(state, { key: KEY, seq: ENDED.seq } as AlertMessage, NOON);
  expect(await dueKeys(state, NOON + HOUR)).toEqual([]);
  expect((await state.get(KEY))?.ttl).toBeGreaterThan(NOON / 1000);
});
