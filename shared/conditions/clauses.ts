/**
 * A rule's `when`: what is measured for each of its clauses, and what they say together. The worst that holds decides,
 * and stretches in which any of them holds are one (contract §1.3).
 */
import { type Condition, type Rule, SEVERITIES, type Severity, type WhenClause } from '../config/model.ts';
import type { Slicing } from '../count/slices.ts';
import type { Series } from '../count/store.ts';
import { anomalyMeasure, anomalySlicing } from './anomaly.ts';
import type { Measure } from './measures/measure.ts';
import { windowQuestion } from './question.ts';
import type { Run } from './runs.ts';

/** A stretch in which a clause held. */
export interface ClauseRun extends Run {
  severity: Severity;
  condition: Condition;
}

/** What is measured of a clause's events, in slices; null: the clause looks at single events. */
export function measured(condition: Condition): { measure: Measure<unknown>; slicing: Slicing } | null {
  if (condition.kind === 'anomaly') {
    return { measure: anomalyMeasure(condition), slicing: anomalySlicing(condition) };
  }
  return windowQuestion(condition);
}

/** The counters of a clause; clauses that measure the same share them. */
export function seriesOf(rule: Rule, generation: string, fingerprint: string, clause: number): Series {
  const first = sharedBy(rule)[clause] ?? clause;
  const name = first === 0 ? fingerprint : `${fingerprint}.${first}`;
  return { ruleId: rule.id, generation, fingerprint: name };
}

/** The clauses whose measure is to be written: those of the same measure are written once. */
export function writtenClauses(rule: Rule): number[] {
  return sharedBy(rule).filter((first, clause) => first === clause);
}

const SHARED = new WeakMap<Rule, number[]>();

/** For each clause the first that measures the same. */
function sharedBy(rule: Rule): number[] {
  const known = SHARED.get(rule);
  if (known !== undefined) return known;
  const names = rule.when.map(measureName);
  const first = names.map((name) => names.indexOf(name));
  SHARED.set(rule, first);
  return first;
}

function measureName({ condition }: WhenClause): string {
  switch (condition.kind) {
    case 'count':
      return JSON.stringify(['count', condition.withinMs]);
    case 'spike':
      return JSON.stringify(['count', condition.withinMs]);
    case 'ratio':
      return JSON.stringify(['ratio', condition.withinMs, condition.of]);
    case 'distinct':
      return JSON.stringify(['distinct', condition.withinMs, condition.value.text]);
    case 'value': {
      const { withinMs, value, stat, is } = condition;
      return JSON.stringify(['value', withinMs, value.text, stat, is.unit, is.scale]);
    }
    default:
      return JSON.stringify(condition);
  }
}

/**
 * Runs of all clauses as runs of the alert: what overlaps is one, and its severity and condition are those of the worst
 * clause that held at any time of it. What begins no later than `gapMs` after an end is one with it too, as it would
 * have been had somebody looked in between; but not where somebody did, up to `lookedTo` (ms, event time).
 */
export function mergeRuns(runs: readonly ClauseRun[], gapMs: number, lookedTo: number): ClauseRun[] {
  const merged: ClauseRun[] = [];
  for (const run of [...runs].sort((a, b) => a.startsAt - b.startsAt)) {
    const last = merged.at(-1);
    const gap = last !== undefined && last.endsAt > lookedTo ? gapMs : 0;
    if (last === undefined || run.startsAt > last.endsAt + gap) merged.push({ ...run });
    else merged[merged.length - 1] = together(last, run);
  }
  return merged;
}

function together(earlier: ClauseRun, later: ClauseRun): ClauseRun {
  const worst = isWorse(later.severity, earlier.severity) ? later : earlier;
  const gap = later.startsAt > earlier.endsAt ? [{ from: earlier.endsAt, to: later.startsAt }] : [];
  return {
    ...worst,
    gaps: [...(earlier.gaps ?? []), ...gap, ...(later.gaps ?? [])],
    startsAt: Math.min(earlier.startsAt, later.startsAt),
    endsAt: Math.max(earlier.endsAt, later.endsAt),
  };
}

/** Whether a severity is worse than another. */
export function isWorse(severity: Severity, than: Severity): boolean {
  return SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(than);
}
