/** What a rule counted, window by window, and what would have fired by it. */
import { STRAGGLERS_MS } from '../../../shared/alerts/episode.ts';
import { generationOf } from '../../../shared/alerts/identity.ts';
import { seriesOf } from '../../../shared/conditions/clauses.ts';
import { windowQuestion } from '../../../shared/conditions/question.ts';
import type { Run } from '../../../shared/conditions/runs.ts';
import {
  heldFor,
  lastJudged,
  uncertainEnd,
  type WindowQuestion,
} from '../../../shared/conditions/windows.ts';
import type { Condition, Rule } from '../../../shared/config/model.ts';
import { readSets, type SliceSets } from '../../../shared/count/read.ts';
import { sliceAt, sliceStart } from '../../../shared/count/slices.ts';
import type { Table } from '../../../shared/ports.ts';

export interface Point {
  /** ms */
  at: number;
  /** In the condition's base unit. */
  value: number;
}

/** A stretch of what one clause of a rule counted for one of its groups. */
export interface Asked {
  rule: Rule;
  clause: number;
  fingerprint: string;
  /** Event time, ms. */
  fromMs: number;
  nowMs: number;
}

export interface Windows {
  question: WindowQuestion;
  points: Point[];
  /** Stretches in which the condition held for as long as its `for` asks. */
  runs: Run[];
}

/**
 * The windows of a stretch, judged by each of the conditions, which may differ from the clause's own in what they
 * compare with; null: the clause looks at no windows. The counters are read once.
 */
export async function readWindows(
  state: Table,
  { rule, clause, fingerprint, fromMs, nowMs }: Asked,
  conditions: readonly Condition[],
): Promise<Windows[] | null> {
  const questions = conditions.map(windowQuestion).filter((question) => question !== null);
  const [any] = questions;
  if (any === undefined || questions.length < conditions.length) return null;
  const series = seriesOf(rule, generationOf(rule), fingerprint, clause);
  const first = sliceAt(fromMs, any.slicing);
  const sets = await readSets(state, series, first - any.span + 1, sliceAt(nowMs, any.slicing));
  const forMs = rule.when[clause]?.forMs ?? 0;
  return questions.map((question) => {
    const { points, runs } = judged(question, sets, first, nowMs);
    const uncertainMs = uncertainEnd(question);
    return { question, points, runs: heldFor(runs, forMs, { uncertainMs, nowMs, fired: null }) };
  });
}

/** The worst of what the windows came to. */
export function peakOf({ points, question }: Windows): number {
  return points.map(({ value }) => value).reduce((a, b) => question.worse(a, b));
}

function judged(
  question: WindowQuestion,
  sets: SliceSets,
  first: number,
  nowMs: number,
): Omit<Windows, 'question'> {
  const { slicing, early, measure, worse } = question;
  const last = early ? sliceAt(nowMs, slicing) : lastJudged(question, nowMs);
  const slices = new Map([...sets].map(([slice, entries]) => [slice, measure.fold(entries)]));
  const points: Point[] = [];
  const runs: Run[] = [];
  for (let slice = Math.min(first, last); slice <= last; slice++) {
    const verdict = question.verdict((number) => slices.get(number), slice);
    const at = sliceStart(slice + 1, slicing);
    points.push({ at, value: verdict?.value ?? 0 });
    if (verdict?.holds !== true) continue;
    const open = runs.at(-1);
    if (open?.endsAt === at - slicing.sliceMs)
      Object.assign(open, { endsAt: at, value: verdict.value, peak: worse(open.peak, verdict.value) });
    else runs.push({ startsAt: at - slicing.sliceMs, endsAt: at, peak: verdict.value, value: verdict.value });
  }
  return { points, runs };
}

/** How many episodes the runs are: an alert that has not resolved yet fires on. */
export function episodesIn(runs: readonly Run[], keepFiringMs: number): number {
  const gapMs = keepFiringMs + STRAGGLERS_MS;
  return runs.filter((run, index) => {
    const before = runs[index - 1];
    return before === undefined || run.startsAt > before.endsAt + gapMs;
  }).length;
}

/** At most so many points, of each stretch the worst. */
export function thinned(
  points: readonly Point[],
  most: number,
  worse: (a: number, b: number) => number,
): Point[] {
  const each = Math.ceil(points.length / most);
  if (each <= 1) return [...points];
  const kept: Point[] = [];
  for (let end = points.length; end > 0; end -= each) {
    const together = points.slice(Math.max(0, end - each), end);
    const value = together.map((point) => point.value).reduce((a, b) => worse(a, b));
    kept.push({ at: together.at(-1)?.at ?? 0, value });
  }
  return kept.reverse();
}
