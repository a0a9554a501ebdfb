/** Batches carried out by several matchers at once, and an evaluator; a scheduler decides whose call is next. */
import type { Scheduler } from 'fast-check';
import { resolvableAt } from '../../shared/alerts/episode.ts';
import { type CountCondition, judgeCount } from '../../shared/conditions/count.ts';
import type { Run } from '../../shared/conditions/runs.ts';
import type { CountSizes } from '../../shared/count/memory.ts';
import type { Slicing } from '../../shared/count/slices.ts';
import { MemoryTable } from '../../shared/memory/table.ts';
import type { Table } from '../../shared/ports.ts';
import type { Episodes } from './episodes.ts';
import { countCondition, type Faults, interleaved, Matcher, SERIES } from './matchers.ts';
import { distinct, type Event, holdingSlices } from './oracle.ts';

/** When it is, before anything happens, ms. */
export const START = Date.UTC(2026, 10, 21, 2);

export interface Delivery {
  at: number;
  events: Event[];
}

/** What is delivered together at the same second. */
export function batched(deliveries: readonly { second: number; event: Event }[]): Delivery[] {
  const batches = new Map<number, Event[]>();
  for (const { second, event } of deliveries) batches.set(second, [...(batches.get(second) ?? []), event]);
  return [...batches]
    .sort(([a], [b]) => a - b)
    .map(([second, found]) => ({ at: START + second * 1000, events: distinct(found) }));
}

/** Events in the fullest window of whole slices. */
export function fullest(events: readonly Event[], slicing: Slicing): number {
  let most = 0;
  while (holdingSlices(events, slicing, most + 1).size > 0) most++;
  return most;
}

/** How it goes. */
export interface Course {
  withinMs: number;
  threshold: number;
  /** What each matcher's clock differs by, ms. */
  skews: readonly number[];
  takes: readonly number[];
  faults: Faults;
  sizes: CountSizes;
  scheduler: Scheduler;
}

/** What the matchers claimed, and what is true of the counts in the end. */
export async function carryOut(
  { withinMs, threshold, skews, takes, faults, sizes, scheduler }: Course,
  deliveries: readonly Delivery[],
  episodes?: Episodes,
): Promise<{ claimed: Run[]; final: Run[] }> {
  const memory = new MemoryTable();
  const time = { now: START, takes, calls: 0 };
  const table = interleaved(memory, scheduler, time, faults);
  const condition = countCondition(threshold, withinMs);
  const matchers = skews.map((skew) => new Matcher(table, () => time.now + skew, condition, sizes, episodes));
  const claimed: Run[] = [];
  const waiting = deliveries[Symbol.iterator]();
  const lanes = matchers.map(async (matcher) => {
    for (let next = waiting.next(); !next.done; next = waiting.next()) {
      await scheduler.schedule(Promise.resolve(), 'delivery');
      time.now = Math.max(time.now, next.value.at);
      claimed.push(...(await matcher.take(next.value.events)));
    }
  });
  let finished = false;
  const evaluator = async () => {
    while (episodes !== undefined && !finished) {
      await scheduler.schedule(Promise.resolve(), 'evaluator');
      await resolveDue(table, condition, episodes, time.now);
    }
  };
  const done = Promise.all(lanes).finally(() => {
    finished = true;
  });
  await scheduler.waitFor(Promise.all([done, evaluator()]));
  const times = deliveries.flatMap(({ events }) => events.map(({ timestamp }) => timestamp));
  const final = await judgeCount(memory, SERIES, condition, Math.min(...times), Math.max(...times));
  return { claimed, final: final.runs };
}

/** The evaluator's part: an alert that may be over is judged again, and ends, or goes on. */
async function resolveDue(
  table: Table,
  condition: CountCondition,
  episodes: Episodes,
  now: number,
): Promise<void> {
  const episode = episodes.dueAt(now);
  if (episode === undefined) return;
  const { heldUntil } = episode;
  const judge = judgeCount(table, SERIES, condition, heldUntil, Math.max(now, heldUntil));
  const found = await judge.catch(() => undefined);
  if (found === undefined || episode.heldUntil !== heldUntil) return;
  const last = found.runs.findLast((run) => run.startsAt <= resolvableAt(episode) && run.endsAt > heldUntil);
  if (last === undefined) episode.alert.status = 'resolved';
  else episode.heldUntil = last.endsAt;
}
