/** Judging what only time can tell: all clauses of a rule for one series, up to now. */
import type { Rule, WhenClause } from '../config/model.ts';
import { readSets } from '../count/read.ts';
import { sliceStart } from '../count/slices.ts';
import type { Series } from '../count/store.ts';
import type { Table } from '../ports.ts';
import { judgeAnomaly } from './anomaly.ts';
import { type ClauseRun, seriesOf } from './clauses.ts';
import { FOR_LOOK_MS, GRACE_MS } from './compare.ts';
import { windowQuestion } from './question.ts';
import type { Run } from './runs.ts';
import {
  type Fired,
  heldFor,
  judgeWindows,
  lastJudged,
  type ReadSets,
  uncertainEnd,
  type WindowQuestion,
} from './windows.ts';

export interface TimedStretch {
  /** Windows that end in or after this instant (ms, event time) are judged. */
  fromMs: number;
  nowMs: number;
  /** What lacks is judged up to here only, ms: no logs are known beyond it. */
  logsEndAt: number;
  /** When the series was first heard of, ms. */
  firstAt: number;
  /** Windows that stay out of baselines, by clause. */
  excluded: Record<string, number[]>;
  /** What is known of the alert, asked where something holds; null: what holds again has to hold for its time anew. */
  fired: (() => Promise<Fired>) | null;
}

export interface TimedJudgement {
  runs: ClauseRun[];
  series: { at: number; value: number }[];
  excluded: Record<string, number[]>;
  /** Every window that ends up to here was judged, ms, event time. */
  judgedTo: number;
  /** No window that was not judged ends before this, ms, event time. */
  knownTo: number;
  /** Since when a clause holds that does not fire yet, ms, event time; null: none does. */
  pendingSince: number | null;
  /** When there is more to judge, ms, processing time; null: not before more events come. */
  nextAt: number | null;
  /** null: later windows may say something else than the last one, even if no more events come. */
  settled: Settled | null;
}

/** The last window that is over is empty, and so are all after it: they say what it says, until more events come. */
export interface Settled {
  /** A clause holds, and fires. */
  holds: boolean;
  /** A look up to here finds nothing else, ms, processing time. */
  until: number;
}

/** An event that has yet to come may make all of its slice hold; so long (ms) an end is held back for that. */
const SLICE_WAIT_MS = 5_000;

interface ClauseJudgement extends Omit<TimedJudgement, 'excluded'> {
  excluded?: number[];
}

/** The longest time (ms) from the end of one window of a rule to the end of the next. */
export function longestStepMs({ when }: Rule): number {
  const steps = when.map(({ condition }) =>
    condition.kind === 'anomaly' ? condition.withinMs : (windowQuestion(condition)?.slicing.sliceMs ?? 0),
  );
  return Math.max(...steps);
}

/** When (ms, processing time) there is more to judge after a look at `nowMs` that found the rule settled. */
export function nextSettledLook({ when }: Rule, nowMs: number): number {
  const ends = when.map(({ condition }) => {
    const question = windowQuestion(condition);
    return question?.holdsWhenEmpty === true
      ? nextEnd(question, nowMs) + question.graceMs
      : Number.POSITIVE_INFINITY;
  });
  return Math.min(...ends);
}

/** Judges every clause over windows. */
export async function judgeTimed(
  table: Table,
  rule: Rule,
  generation: string,
  fingerprint: string,
  stretch: TimedStretch,
): Promise<TimedJudgement> {
  const judged: TimedJudgement = {
    runs: [],
    series: [],
    excluded: {},
    judgedTo: Number.POSITIVE_INFINITY,
    knownTo: Number.POSITIVE_INFINITY,
    pendingSince: null,
    nextAt: null,
    settled: { holds: false, until: Number.POSITIVE_INFINITY },
  };
  for (const [index, clause] of rule.when.entries()) {
    const series = seriesOf(rule, generation, fingerprint, index);
    const one = await judgeClause(table, series, clause, stretch, stretch.excluded[index] ?? []);
    if (one === null) continue;
    judged.runs.push(...one.runs);
    if (judged.series.length === 0) judged.series = one.series;
    judged.judgedTo = Math.min(judged.judgedTo, one.judgedTo);
    judged.knownTo = Math.min(judged.knownTo, one.knownTo);
    judged.pendingSince = earlier(judged.pendingSince, one.pendingSince);
    judged.nextAt = earlier(judged.nextAt, one.nextAt);
    judged.settled = bothSettled(judged.settled, one.settled);
    if (one.excluded !== undefined) judged.excluded[index] = one.excluded;
  }
  return judged;
}

async function judgeClause(
  table: Table,
  series: Series,
  clause: WhenClause,
  stretch: TimedStretch,
  excluded: readonly number[],
): Promise<ClauseJudgement | null> {
  const read: ReadSets = (from, to) => readSets(table, series, from, to);
  if (clause.condition.kind === 'anomaly') return await judgeAnomalous(read, clause, stretch, excluded);
  const question = windowQuestion(clause.condition);
  return question === null ? null : await judgeQuestion(read, clause, question, stretch);
}

async function judgeQuestion(
  read: ReadSets,
  { condition, severity, forMs }: WhenClause,
  question: WindowQuestion,
  { fromMs, nowMs: now, logsEndAt, firstAt, fired }: TimedStretch,
): Promise<ClauseJudgement> {
  const { slicing, span, early, graceMs, holdsWhenEmpty } = question;
  const nowMs = holdsWhenEmpty ? Math.min(now, logsEndAt) : now;
  // Another clause may have it looked at while none of its own windows is over: it is no shorter for that.
  const againMs = forMs > 0 && fired === null ? slicing.sliceMs : 0;
  const { runs, series, lastSlice } = await judgeWindows(read, question, {
    fromMs,
    nowMs,
    sinceMs: fromMs - forMs - againMs,
    firstAt,
  });
  const last = lastJudged(question, nowMs);
  const held = heldFor(runs, forMs, {
    uncertainMs: uncertainEnd(question),
    nowMs,
    fired: await firedOf(runs, forMs, fired),
  });
  const current = runs.at(-1);
  const isPending =
    current !== undefined && current.endsAt > nowMs - graceMs && current.startsAt + forMs > nowMs - graceMs;
  const nextSlice = nextEnd(question, nowMs);
  const firesAt = isPending && early ? current.startsAt + forMs : Number.POSITIVE_INFINITY;
  // A write may begin a run at any time; how long it has held must not wait for the end of a long slice.
  const againAt = early && forMs > 0 ? nowMs + FOR_LOOK_MS : Number.POSITIVE_INFINITY;
  const drained = lastSlice === undefined || lastSlice + span - 1 < last + (early ? 0 : 1);
  return {
    runs: held.map((run) => ({ ...run, severity, condition })),
    pendingSince: isPending && forMs > 0 && held.at(-1)?.endsAt !== current.endsAt ? current.startsAt : null,
    series,
    judgedTo: sliceStart(last + 1, slicing),
    // What is judged with every write is true of the slice of now too; only a short one is waited for.
    knownTo: early
      ? Math.max(sliceStart(last + 1, slicing), nowMs - graceMs - SLICE_WAIT_MS)
      : sliceStart(last + 2, slicing),
    nextAt: drained && !holdsWhenEmpty ? null : Math.min(nextSlice, firesAt, againAt) + graceMs,
    settled:
      lastSlice === undefined || lastSlice + span <= last
        ? settledBy(question, nowMs, { current, held: held.at(-1), forMs })
        : null,
  };
}

/** What windows say of which nothing more is to come. */
function settledBy(
  question: WindowQuestion,
  nowMs: number,
  { current, held, forMs }: { current: Run | undefined; held: Run | undefined; forMs: number },
): Settled | null {
  const { holdsWhenEmpty, early, graceMs } = question;
  if (!holdsWhenEmpty)
    return current === undefined ? { holds: false, until: Number.POSITIVE_INFINITY } : null;
  const goesOn = nextEnd(question, nowMs);
  if (early || current?.endsAt !== goesOn) return null;
  if (held?.endsAt === goesOn) return { holds: true, until: Number.POSITIVE_INFINITY };
  return { holds: false, until: current.startsAt + forMs + graceMs - 1 };
}

function bothSettled(one: Settled | null, other: Settled | null): Settled | null {
  if (one === null || other === null) return null;
  return { holds: one.holds || other.holds, until: Math.min(one.until, other.until) };
}

/** When the next window is over whose events are still waited for at `nowMs`, ms, event time. */
function nextEnd(question: WindowQuestion, nowMs: number): number {
  return sliceStart(lastJudged(question, nowMs) + 2, question.slicing);
}

async function judgeAnomalous(
  read: ReadSets,
  { condition, severity, forMs }: WhenClause,
  { fromMs, nowMs: now, logsEndAt, firstAt, fired }: TimedStretch,
  excludedBefore: readonly number[],
): Promise<ClauseJudgement> {
  if (condition.kind !== 'anomaly') throw new Error(`An anomaly was expected, not ${condition.kind}.`);
  const nowMs = condition.direction === 'up' ? now : Math.min(now, logsEndAt);
  const stretch = { fromMs: fromMs - forMs, nowMs, sinceMs: fromMs - forMs, firstAt };
  const { levels, series, excluded, lastSlice } = await judgeAnomaly(
    read,
    condition,
    stretch,
    excludedBefore,
  );
  const { withinMs, baselineMs } = condition;
  const last = Math.floor((nowMs - GRACE_MS) / withinMs) - 1;
  // Where there are several levels, each has to hold for its own time.
  const [only] = levels.length === 1 ? levels : [];
  const known = only === undefined ? null : await firedOf(only.runs, forMs, fired);
  const runs = levels.flatMap((level) =>
    heldFor(level.runs, forMs, { uncertainMs: withinMs, nowMs, fired: known })
      .filter(({ endsAt }) => endsAt > fromMs)
      .map((run) => ({ ...run, severity: level.severity ?? severity, condition })),
  );
  const drained = lastSlice === undefined || (last - lastSlice) * withinMs > baselineMs;
  return {
    runs,
    series,
    excluded,
    pendingSince: null,
    judgedTo: (last + 1) * withinMs,
    knownTo: (last + 2) * withinMs,
    nextAt: drained ? null : (last + 2) * withinMs + GRACE_MS,
    // A baseline moves on, whether or not events come.
    settled: null,
  };
}

/** Nobody asks for the alert where nothing holds, or where what holds fires at once. */
async function firedOf(
  runs: readonly Run[],
  forMs: number,
  fired: TimedStretch['fired'],
): Promise<Fired | null> {
  return fired === null || forMs === 0 || runs.length === 0 ? null : await fired();
}

function earlier(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
