/**
 * Conditions over windows of event time, whatever is measured in them. Those that more events can only bring closer
 * (`early`) are judged with every write, over windows that may be one slice longer than asked; the others over windows
 * that end at a slice's end, once that slice is over (contract §1.3, "Windows").
 */
import type { SliceSets } from '../count/read.ts';
import { type Slicing, sliceAt, sliceStart } from '../count/slices.ts';
import { AHEAD_MS_MAX } from '../count/store.ts';
import { folded } from './measures/folded.ts';
import type { Measure } from './measures/measure.ts';
import type { Observation } from './observation.ts';
import { joinRuns, type Run } from './runs.ts';

/** What a window says. */
export interface Verdict {
  holds: boolean;
  /** In the base unit of the condition. */
  value: number;
  /** Numbers behind the value, by name. */
  measured: Record<string, number>;
}

/** A condition over windows, ready to be judged. */
export interface WindowQuestion<Slice = unknown> {
  measure: Measure<Slice>;
  slicing: Slicing;
  /** How many slices, the last one included, a judgement looks at. */
  span: number;
  early: boolean;
  /** Holds where nothing happens, so that it must be asked when nothing happens. */
  holdsWhenEmpty: boolean;
  /** How long (ms) after a slice's end its events are waited for. */
  graceMs: number;
  /** Nothing is said of windows that end sooner than this (ms) after the series was first heard of. */
  silentMs?: number;
  /** Whether an event can make a window hold that did not; absent: any can. Only asked where `early`. */
  concerns?(observation: Observation): boolean;
  /** Judges the window that ends with a slice; `at` answers a slice's measure. undefined: there is nothing to judge. */
  verdict(at: (slice: number) => Slice | undefined, slice: number): Verdict | undefined;
  /** The worse of two values of this condition. */
  worse(a: number, b: number): number;
}

export type ReadSets = (from: number, to: number) => Promise<SliceSets>;

export interface WindowJudgement {
  runs: Run[];
  /** Values of the judged windows, in time order; `at` is the end of the window, ms. */
  series: { at: number; value: number }[];
  /** The last slice (number) that holds anything; undefined: none that was read does. */
  lastSlice: number | undefined;
}

export interface Stretch {
  /** Windows that end in or after this instant (ms) are judged. */
  fromMs: number;
  /** What is judged is known up to here, ms, event time. */
  nowMs: number;
  /** A run that holds at `fromMs` is followed back as far as this, ms. */
  sinceMs: number;
  /** When the series was first heard of, ms. */
  firstAt: number;
}

const WINDOWS_AT_A_TIME = 8;

/** The last slice whose events are no longer waited for at `nowMs`. */
export function lastJudged({ slicing, graceMs }: WindowQuestion, nowMs: number): number {
  return sliceAt(nowMs - graceMs, slicing) - 1;
}

/** Judges every window of a stretch. */
export async function judgeWindows(
  read: ReadSets,
  question: WindowQuestion,
  { fromMs, nowMs, sinceMs, firstAt }: Stretch,
): Promise<WindowJudgement> {
  const { slicing, span, early } = question;
  const silentUntil = firstAt + (question.silentMs ?? Number.NEGATIVE_INFINITY);
  const spoken = Math.ceil(silentUntil / slicing.sliceMs) - 1;
  const since = Math.max(spoken, sliceAt(Math.min(sinceMs, fromMs), slicing));
  const upTo = early ? sliceAt(nowMs, slicing) : lastJudged(question, nowMs);
  const last = early ? upTo + span - 1 : upTo;
  const ahead = Math.ceil(AHEAD_MS_MAX / slicing.sliceMs);
  const judged: WindowJudgement = { runs: [], series: [], lastSlice: undefined };
  const step = span * WINDOWS_AT_A_TIME;
  for (let from = since; from === since || from <= last; from += step) {
    const to = Math.min(from + step - 1, last);
    const sets = await read(from - span + 1, to === last || to < from ? Math.max(last, from) + ahead : to);
    const portion = judgePortion(question, sets, from, to, upTo);
    const known = sliceStart(upTo + (early ? 1 : 2), slicing);
    judged.runs = joinRuns(judged.runs, portion.runs, known, question.worse);
    judged.series = [...judged.series, ...portion.series].slice(-CHART_WINDOWS * span);
    judged.lastSlice = portion.lastSlice ?? judged.lastSlice;
  }
  // What ended before the stretch was only needed to know where a run began.
  judged.runs = judged.runs.filter(({ endsAt }) => endsAt > fromMs);
  return judged;
}

const CHART_WINDOWS = 3;

function judgePortion(
  question: WindowQuestion,
  sets: SliceSets,
  from: number,
  to: number,
  upTo: number,
): WindowJudgement {
  const { slicing, span, measure, early } = question;
  const slices = new Map([...sets].map(([slice, entries]) => [slice, folded(measure, entries)]));
  // A window that is judged once it is over begins and ends to hold at its end.
  const shift = early ? 0 : 1;
  const runs: Run[] = [];
  const series: WindowJudgement['series'] = [];
  const filled = [...slices.keys()].sort((a, b) => a - b);
  let inWindow = 0;
  let open: Run | undefined;
  for (let slice = from, end = from; slice <= to; slice = end + 1) {
    while ((filled[inWindow] ?? Number.POSITIVE_INFINITY) <= slice - span) inWindow++;
    // Empty windows all say the same, however many they are.
    end = early ? slice : Math.max(slice, Math.min(to, (filled[inWindow] ?? Number.POSITIVE_INFINITY) - 1));
    // More events only bring it closer: where nothing was added to a window that did not hold, it does not either.
    if (early && slice > Math.max(from, upTo) && open === undefined && !slices.has(slice)) continue;
    const verdict = question.verdict((number) => slices.get(number), slice);
    for (let told = Math.max(slice, end - CHART_WINDOWS * span + 1); told <= Math.min(end, upTo); told++) {
      if (verdict !== undefined) series.push({ at: sliceStart(told + 1, slicing), value: verdict.value });
    }
    if (verdict?.holds !== true) {
      open = undefined;
      continue;
    }
    open ??= begin(runs, sliceStart(slice + shift, slicing), verdict);
    open.endsAt = sliceStart(end + shift + 1, slicing);
    open.peak = question.worse(open.peak, verdict.value);
    if (slice <= upTo) Object.assign(open, { value: verdict.value, measured: verdict.measured });
  }
  return { runs, series, lastSlice: filled.at(-1) };
}

function begin(runs: Run[], startsAt: number, { value, measured }: Verdict): Run {
  const run = { startsAt, endsAt: startsAt, peak: value, value, measured };
  runs.push(run);
  return run;
}

/** What an alert is known of, by which what holds again goes on with it. Times are ms, event time. */
export interface Fired {
  /** The stretch in which it fires, to the last instant from which it goes on; null: it does not fire. */
  span: { from: number; to: number } | null;
  /** How long it fires after its condition has ended. */
  lastsMs: number;
  /** Up to here `span` knows all that held. */
  lookedTo: number;
}

/**
 * What is left of runs where the condition must hold for some time (ms) before it counts: it begins that much later. But
 * what fires already goes on as soon as it holds again, for nothing resolves while its condition holds.
 * `uncertainMs`: how much of a run's end is only known to hold until then. `fired`: null where that is not asked.
 */
export function heldFor(
  runs: readonly Run[],
  forMs: number,
  { uncertainMs, nowMs, fired }: { uncertainMs: number; nowMs: number; fired: Fired | null },
): Run[] {
  if (forMs === 0) return [...runs];
  const held: Run[] = [];
  const spans = fired === null || fired.span === null ? [] : [fired.span];
  for (const run of runs) {
    const goesOn = spans.some(({ from, to }) => run.endsAt >= from && run.startsAt <= to);
    const startsAt = goesOn ? run.startsAt : run.startsAt + forMs;
    if (startsAt > nowMs || (!goesOn && startsAt > run.endsAt - uncertainMs)) continue;
    held.push({ ...run, startsAt });
    if (fired !== null && run.endsAt > fired.lookedTo)
      spans.push({ from: startsAt, to: run.endsAt + fired.lastsMs });
  }
  return held;
}

/** How much (ms) of a run's end is only known to hold until then. */
export function uncertainEnd({ early, slicing }: WindowQuestion): number {
  return early ? 1 : slicing.sliceMs;
}
