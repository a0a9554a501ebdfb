/**
 * `anomaly`: a count, a share or a statistic lies many standard deviations off its own baseline: the mean of earlier
 * windows and their standard deviation (a Shewhart control chart: "Economic Control of Quality of Manufactured
 * Product", 1931), floored at √mean, the deviation of a Poisson process, and at 1, so that a quiet series is not
 * judged by its stillness. Windows are tumbling and aligned to the epoch. With a season, only windows at the same time
 * of earlier seasons are compared with. Shares are measured in percent, where those floors make sense.
 *
 * Windows of an incident stay out of the baseline, so that it does not become the norm while it lasts, unless it lasts
 * for a whole baseline: then it is the norm.
 */

import { measuredNumber } from '../config/comparisons.ts';
import type { Condition, Severity } from '../config/model.ts';
import { SEVERITIES } from '../config/model.ts';
import type { Slicing } from '../count/slices.ts';
import { sliceAt, sliceStart } from '../count/slices.ts';
import { AHEAD_MS_MAX } from '../count/store.ts';
import { GRACE_MS } from './compare.ts';
import { MATCHES } from './measures/matches.ts';
import type { Measure } from './measures/measure.ts';
import { numbersMeasure, statisticOf } from './measures/numbers.ts';
import { SHARE } from './measures/share.ts';
import type { Run } from './runs.ts';
import type { ReadSets, Stretch } from './windows.ts';

export type AnomalyCondition = Extract<Condition, { kind: 'anomaly' }>;

/** What one window holds. */
interface Observed {
  value: number;
  /** How many events the value rests on. */
  samples: number;
}

/** Where a window lies against its baseline. */
interface Standing extends Observed {
  /** Standard deviations off the mean; negative: below it. */
  deviations: number;
  mean: number;
  deviation: number;
}

export interface AnomalyLevel {
  severity: Severity | null;
  runs: Run[];
}

export interface AnomalyJudgement {
  /** One for each severity that the condition names, or one with none; mildest first. */
  levels: AnomalyLevel[];
  series: { at: number; value: number }[];
  /** Windows (numbers) of incidents, which stay out of the baseline; in order. */
  excluded: number[];
  lastSlice: number | undefined;
}

const BASELINE_PART = 0.8;
const BARE = { unit: 'none', scale: 1 } as const;
const PERCENT = 100;
const CHART_POINTS = 120;
const SAMPLES_MIN = 2;

/** A slice is a whole window. */
export function anomalySlicing({ withinMs }: AnomalyCondition): Slicing {
  return { sliceMs: withinMs, windowSlices: 1 };
}

/** What the slices of the condition hold. */
export function anomalyMeasure(condition: AnomalyCondition): Measure<unknown> {
  return observerOf(condition).measure;
}

interface Observer<Slice> {
  measure: Measure<Slice>;
  /** undefined: the window says nothing. */
  observe(slice: Slice | undefined): Observed | undefined;
}

function observerOf({ over }: AnomalyCondition): Observer<unknown> {
  switch (over.kind) {
    case 'count':
      return observer({ measure: MATCHES, observe: (count = 0) => ({ value: count, samples: count }) });
    case 'ratio':
      return observer({
        measure: SHARE,
        observe: (share) =>
          share === undefined || share.of === 0
            ? undefined
            : { value: (share.matched / share.of) * PERCENT, samples: share.of },
      });
    case 'value': {
      const measure = numbersMeasure(over.stat, readBare);
      return observer({
        measure,
        observe: (numbers) => {
          const value = numbers && statisticOf(numbers, over.stat);
          return numbers === undefined || value === undefined ? undefined : { value, samples: numbers.count };
        },
      });
    }
  }
}

function observer<Slice>(made: Observer<Slice>): Observer<unknown> {
  return made as Observer<unknown>;
}

function readBare(value: unknown): number | null {
  return measuredNumber(value, BARE);
}

/** Judges every window that is over and ends in or after `fromMs`, given the incidents before it. */
export async function judgeAnomaly(
  read: ReadSets,
  condition: AnomalyCondition,
  { fromMs, nowMs, firstAt }: Stretch,
  excludedBefore: readonly number[],
): Promise<AnomalyJudgement> {
  const slicing = anomalySlicing(condition);
  const { measure, observe } = observerOf(condition);
  const from = Math.max(sliceAt(fromMs, slicing), sliceAt(firstAt, slicing));
  const last = sliceAt(nowMs - GRACE_MS, slicing) - 1;
  const windows = Math.ceil(condition.baselineMs / condition.withinMs);
  // Windows that are not over yet are read too: somebody must come back for them.
  const sets = await read(
    from - windows,
    Math.max(last, from) + Math.ceil(AHEAD_MS_MAX / condition.withinMs),
  );
  const slices = new Map([...sets].map(([slice, entries]) => [slice, measure.fold(entries)]));
  const excluded = new Set(excludedBefore.filter((window) => window < from && window >= from - 2 * windows));
  const levels = levelsOf(condition);
  const judged: AnomalyJudgement = {
    levels: levels.map(({ severity }) => ({ severity, runs: [] })),
    series: [],
    excluded: [],
    lastSlice: slices.size === 0 ? undefined : Math.max(...slices.keys()),
  };
  const observeAt = (window: number) => observe(slices.get(window));
  for (let window = from; window <= last; window++) {
    const observed = observeAt(window);
    if (observed !== undefined)
      judged.series.push({ at: sliceStart(window + 1, slicing), value: observed.value });
    const standing = observed && standingIn(condition, { window, firstAt, excluded }, observed, observeAt);
    for (const [index, { threshold }] of levels.entries()) {
      const holds = standing !== undefined && isAnomalous(condition, standing, threshold);
      if (holds && index === 0) excluded.add(window);
      note(judged.levels[index]?.runs ?? [], window, slicing, holds ? standing : undefined, condition);
    }
  }
  judged.series = judged.series.slice(-CHART_POINTS);
  judged.excluded = [...excluded].sort((a, b) => a - b);
  return judged;
}

/** A window among others: since when there are any (ms), and which belong to incidents. */
interface Situation {
  window: number;
  firstAt: number;
  excluded: ReadonlySet<number>;
}

function standingIn(
  condition: AnomalyCondition,
  { window, firstAt, excluded }: Situation,
  observed: Observed,
  observe: (window: number) => Observed | undefined,
): Standing | undefined {
  const slicing = anomalySlicing(condition);
  if (!isBaselineThere(condition, slicing, firstAt, window)) return undefined;
  const first = sliceAt(firstAt, slicing);
  return standingOf(observed, baselineOf(condition, window, first, excluded, observe));
}

/**
 * How many standard deviations a window lies off its baseline, in the direction that counts, and whether it belongs to
 * an incident; `slices` holds what was measured of it and of those before. undefined: nothing can be said of it.
 */
export function deviationsOf(
  condition: AnomalyCondition,
  situation: Situation,
  slices: ReadonlyMap<number, unknown>,
): { deviations: number; isIncident: boolean } | undefined {
  const { observe } = observerOf(condition);
  const observeAt = (window: number) => observe(slices.get(window));
  const observed = observeAt(situation.window);
  const standing = observed && standingIn(condition, situation, observed, observeAt);
  const [mildest] = levelsOf(condition);
  if (standing === undefined || mildest === undefined) return undefined;
  const off = standing.deviations;
  return {
    deviations: condition.direction === 'both' ? Math.abs(off) : condition.direction === 'down' ? -off : off,
    isIncident: isAnomalous(condition, standing, mildest.threshold),
  };
}

/** Mildest first: what they say of a window, the first says too. */
export function levelsOf({
  deviations,
}: AnomalyCondition): { severity: Severity | null; threshold: number }[] {
  const named = SEVERITIES.flatMap((severity) => {
    const threshold = deviations[severity];
    return threshold === undefined ? [] : [{ severity, threshold }];
  });
  const all =
    deviations.default === undefined ? named : [{ severity: null, threshold: deviations.default }, ...named];
  return all.sort((a, b) => a.threshold - b.threshold);
}

function isBaselineThere(
  { baselineMs }: AnomalyCondition,
  slicing: Slicing,
  firstAt: number,
  window: number,
): boolean {
  return sliceStart(window, slicing) - firstAt >= BASELINE_PART * baselineMs;
}

/** The values that a window is compared with. */
function baselineOf(
  { baselineMs, withinMs, seasonMs }: AnomalyCondition,
  window: number,
  first: number,
  excluded: ReadonlySet<number>,
  observe: (window: number) => Observed | undefined,
): number[] {
  const step = seasonMs === null ? 1 : Math.max(1, Math.round(seasonMs / withinMs));
  const earliest = Math.max(first, window - Math.ceil(baselineMs / withinMs));
  let incident = window;
  while (excluded.has(incident - 1)) incident--;
  const isNorm = (window - incident) * withinMs >= baselineMs;
  const values: number[] = [];
  for (let number = window - step; number >= earliest; number -= step) {
    if (excluded.has(number) && !(isNorm && number >= incident)) continue;
    const observed = observe(number);
    if (observed !== undefined) values.push(observed.value);
  }
  return values;
}

function standingOf(observed: Observed, norm: readonly number[]): Standing | undefined {
  if (norm.length < SAMPLES_MIN) return undefined;
  const mean = norm.reduce((sum, value) => sum + value, 0) / norm.length;
  const variance = norm.reduce((sum, value) => sum + (value - mean) ** 2, 0) / norm.length;
  const deviation = Math.max(Math.sqrt(variance), Math.sqrt(Math.abs(mean)), 1);
  return { ...observed, mean, deviation, deviations: (observed.value - mean) / deviation };
}

function isAnomalous(
  { direction, atLeast, over }: AnomalyCondition,
  { deviations, samples, mean }: Standing,
  threshold: number,
): boolean {
  if (direction !== 'down' && deviations >= threshold) return samples >= atLeast;
  if (direction === 'up' || -deviations < threshold) return false;
  // A count that fell has few samples by its nature: enough of them must be usual.
  return (over.kind === 'count' ? mean : samples) >= atLeast;
}

function note(
  runs: Run[],
  window: number,
  slicing: Slicing,
  standing: Standing | undefined,
  { direction }: AnomalyCondition,
): void {
  if (standing === undefined) return;
  const startsAt = sliceStart(window + 1, slicing);
  const { value, mean, deviation, deviations } = standing;
  const last = runs.at(-1);
  const measured = { mean, deviation, deviations };
  if (last === undefined || last.endsAt !== startsAt) {
    runs.push({ startsAt, endsAt: startsAt + slicing.sliceMs, peak: value, value, measured });
    return;
  }
  const worse = direction === 'down' ? Math.min(last.peak, value) : Math.max(last.peak, value);
  Object.assign(last, { endsAt: startsAt + slicing.sliceMs, peak: worse, value, measured });
}
