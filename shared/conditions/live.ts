/**
 * Judging what has just been written, at the least cost.
 *
 * Ordinarily the windows are read after the write: of those who together cross a threshold, the last sees all. Where
 * many write, that read is large, and a period of announcing begins: the head then carries `hot`, and everyone adds
 * its matches to the head's `told` after writing them. The answer, free and consistent, bounds every window: no more
 * than the fullest was when it was read (after an announcement that answered `told₀`), and what was announced since.
 * While that stays below the threshold nobody reads. The last to announce of those who cross a threshold sees in
 * `told` what all of them have written, and reads.
 * Who does not announce reads the head after writing, as always, and learns there that it should have: it announces
 * and reads again. Who knows of another period than the head's forgets its bound.
 * Functions that know the alert to fire neither read nor announce (`FiringMemory`), so no bound may be taken while one
 * of them may still believe that. Therefore the windows of the last `SKEW_MS` belong to what a bound is taken from: one
 * that holds makes it so high that nobody skips a read. That no period begins or goes on where a window holds, and that
 * a bound is taken anew after a window's length (`until`), only saves units: an older bound counts too much, not too
 * little. Each of the other parts is held to a course of events that it decides (`test/conditions/announcing.test.ts`).
 */
import { beginHot, endHot, type Head, readHead, tell } from '../count/head.ts';
import type { SeriesMemory } from '../count/memory.ts';
import { readCounts } from '../count/read.ts';
import { type RecentCounts, readRecent } from '../count/recent.ts';
import { openSeconds, SKEW_MS, type Slicing, sliceAt, sliceStart, slicingOf } from '../count/slices.ts';
import { type CountContext, expiryOf, type Series } from '../count/store.ts';
import { type CountCondition, type Judgement, judgeSlices } from './count.ts';
import { fullestWindow } from './runs.ts';

/** What a batch wrote into a series. */
export interface Written {
  /** Timestamps (ms) of all written events, one each, in any order: their number is what is announced. */
  times: readonly number[];
  /** The condition is known to hold at this time (ms); runs are not followed back beyond it. */
  sinceMs: number | undefined;
}

/** A stretch of slices whose windows are judged together. */
interface Stretch {
  first: number;
  last: number;
}

/** Announcing ends where the open slices hold less than that part of what it began with. */
const COOL_PART = 1 / 4;

/** Judges every window that contains a written event. Call it after the events were recorded. */
export async function judgeWritten(
  context: CountContext,
  series: Series,
  condition: CountCondition,
  { times, sinceMs }: Written,
): Promise<Judgement> {
  const slicing = slicingOf(condition.withinMs);
  const expiresAt = expiryOf(context.clock(), condition.withinMs);
  const announce = () => tell(context.table, series, times.length, expiresAt);
  const ceiling = context.memory.of(series).ceiling;
  const told = ceiling === undefined ? undefined : await announce();
  const judged: Judgement = { runs: [], chart: () => [] };
  for (const stretch of stretchesOf(times, slicing)) {
    if (told !== undefined && staysBelow(ceiling, told, stretch, condition)) continue;
    const work = { context, series, condition, slicing, stretch, sinceMs, told, announce };
    const { runs, chart } = isRecent(work) ? await judgeRecent(work) : await judgePast(work);
    judged.runs.push(...runs);
    judged.chart = chart;
  }
  return judged;
}

interface Work {
  context: CountContext;
  series: Series;
  condition: CountCondition;
  slicing: Slicing;
  stretch: Stretch;
  sinceMs: number | undefined;
  /** The head's answer to this batch's announcement. */
  told: Head | undefined;
  announce: () => Promise<Head>;
}

/** Written slices whose windows overlap belong together; between others lies what need not be read. */
function stretchesOf(times: readonly number[], slicing: Slicing): Stretch[] {
  const slices = [...new Set(times.map((at) => sliceAt(at, slicing)))].sort((a, b) => a - b);
  const stretches: Stretch[] = [];
  for (const slice of slices) {
    const last = stretches.at(-1);
    if (last !== undefined && slice - last.last < 2 * slicing.windowSlices) last.last = slice;
    else stretches.push({ first: slice, last: slice });
  }
  return stretches;
}

function staysBelow(
  ceiling: SeriesMemory['ceiling'],
  told: Head,
  { first, last }: Stretch,
  { is }: CountCondition,
): boolean {
  if (ceiling === undefined || told.hot !== ceiling.period) return false;
  if (first < ceiling.from || last >= ceiling.until) return false;
  const bound = ceiling.peak + told.told - ceiling.told;
  return is.operator === '>' ? bound <= is.threshold : bound < is.threshold;
}

function isRecent({ context, slicing, stretch }: Work): boolean {
  return stretch.first >= sliceAt(context.clock(), slicing) - slicing.windowSlices;
}

/** Late events: their windows are read for themselves, whatever has come since. */
async function judgePast(work: Work): Promise<Judgement> {
  const { context, series, told } = work;
  const head = told ?? (await readHead(context.table, series));
  if (told === undefined && head.hot !== null) await work.announce();
  return await judgeStretch(work, (from, to) => readCounts(context.table, series, from, to, head));
}

async function judgeRecent(work: Work): Promise<Judgement> {
  const { context, series, slicing, stretch } = work;
  const span = slicing.windowSlices - 1;
  const first = Math.min(stretch.first, sliceAt(context.clock() - SKEW_MS, slicing));
  const read = () => readRecent(context, series, slicing, first - span);
  let { told } = work;
  let recent = await read();
  if (told === undefined && recent.head.hot !== null) {
    told = await work.announce();
    recent = await read();
  }
  const judged = await judgeStretch(work, (from, to) =>
    from >= first - span
      ? Promise.resolve(recent.counts)
      : readCounts(context.table, series, from, to, recent.head),
  );
  await heedLoad(work, first, recent, told, judged);
  return judged;
}

async function judgeStretch(work: Work, read: Parameters<typeof judgeSlices>[0]): Promise<Judgement> {
  const { condition, slicing, stretch, sinceMs } = work;
  const { first, last } = stretch;
  return await judgeSlices(read, condition, sliceStart(first, slicing), sliceStart(last, slicing), sinceMs);
}

/** Begins or ends a period of announcing, or takes note of the bound in the one that is on. */
async function heedLoad(
  { context, series, condition, slicing }: Work,
  first: number,
  { counts, head, open }: RecentCounts,
  told: Head | undefined,
  { runs }: Judgement,
): Promise<void> {
  const known = context.memory.of(series);
  const { hotFromBytes, hotWritesPerSecond } = context.memory.sizes;
  const often = open.writes > hotWritesPerSecond * openSeconds(slicing);
  known.ceiling = undefined;
  const { operator, threshold } = condition.is;
  const peak = fullestWindow(counts, slicing, first);
  const holds = runs.length > 0 || (operator === '>' ? peak > threshold : peak >= threshold);
  if (head.hot !== null) {
    if (holds || open.bytes < hotFromBytes * COOL_PART) await endHot(context.table, series, head.hot);
    else if (told?.hot === head.hot) {
      const until = sliceAt(context.clock(), slicing) + slicing.windowSlices;
      known.ceiling = { period: head.hot, told: told.told, peak, from: first, until };
    }
  } else if (!holds && often && open.bytes > hotFromBytes && (operator === '>' || operator === '>=')) {
    await beginHot(context.table, series, expiryOf(context.clock(), condition.withinMs));
  }
}
