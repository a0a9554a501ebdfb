/** What is drawn of a rule: the values that its clauses compare, beside their thresholds. */
import { onlyCount } from '../../../shared/conditions/count.ts';
import { measureTheSame } from '../../../shared/conditions/same-measure.ts';
import type { Condition, Rule, WhenClause } from '../../../shared/config/model.ts';
import { slicingOf } from '../../../shared/count/slices.ts';
import type { Hit } from '../../../shared/match/program.ts';
import { describeCondition } from '../../../shared/text/condition.ts';
import { formatDuration } from '../../../shared/text/durations.ts';
import { formatNumber } from '../../../shared/text/numbers.ts';
import { Bins } from './bins.ts';
import { type Gauge, gaugeOf } from './gauge.ts';
import { type Limit, type Scale, scaleOf } from './scale.ts';

/** Of rules whose condition counts in no window, ms. */
const WITHIN_MS_DEFAULT = 60_000;

export interface Chart {
  /** The conditions in words. */
  condition: string;
  /** The worst value of any group over time. */
  bins: Bins;
  /** The worst value of all, in words. */
  extreme: string;
  /** What the values are compared with, the least first; empty: with nothing. */
  limits: Limit[];
  format(value: number): string;
}

/** ms */
export function withinOf(condition: Condition | undefined): number {
  const within = condition !== undefined && 'withinMs' in condition ? condition.withinMs : WITHIN_MS_DEFAULT;
  return Math.max(within, 1);
}

/** The clauses of a rule, those together that compare the same; none where its matches are all that is counted. */
export function drawingsOf(rule: Rule): Drawing[] {
  if (onlyCount(rule) !== null) return [];
  const drawings: Drawing[] = [];
  for (const [index, clause] of rule.when.entries()) {
    const scale = scaleOf(clause.condition);
    if (scale === null || drawings.some((drawing) => drawing.join(clause))) continue;
    drawings.push(new Drawing(rule, index, clause, scale));
  }
  return drawings;
}

/** How often a rule matched within a window, where its condition compares nothing else. */
export function countChart(rule: Rule, bins: Bins, withinMs: number): Chart {
  const limits = rule.when.flatMap(({ condition }) => scaleOf(condition)?.limits ?? []);
  return {
    condition: rule.when.map(({ condition }) => describeCondition(condition, 'en')).join('; '),
    bins,
    extreme: `at most ${formatNumber(bins.worst ?? 0, 0)} within ${formatDuration(withinMs, 'en')}`,
    limits,
    format: (value) => formatNumber(value, 0),
  };
}

export class Drawing {
  readonly #rule: Rule;
  /** The number of the clause that is measured; the others compare the same. */
  readonly #index: number;
  readonly #condition: Condition;
  readonly #scale: Scale;
  readonly #clauses: WhenClause[];
  readonly #gauges = new Map<string, Gauge | null>();
  #bins = new Bins(0, 1);

  constructor(rule: Rule, index: number, clause: WhenClause, scale: Scale) {
    this.#rule = rule;
    this.#index = index;
    this.#condition = clause.condition;
    this.#scale = scale;
    this.#clauses = [clause];
  }

  /** Takes a clause in that compares the same; false where it does not. */
  join(clause: WhenClause): boolean {
    const isSame = measureTheSame(clause.condition, this.#condition);
    if (isSame) this.#clauses.push(clause);
    return isSame;
  }

  /** Before the first event, at its time (ms). */
  begin(time: number): void {
    const { sliceMs } = slicingOf(withinOf(this.#condition));
    this.#bins = new Bins(time, sliceMs, this.#scale.isFall ? Math.min : Math.max);
    if (this.#rule.groupBy.length === 0) this.#follow(JSON.stringify({}), time);
  }

  take(hit: Hit, group: string): void {
    const known = this.#gauges.get(group);
    (known === undefined ? this.#follow(group, null) : known)?.add(hit);
  }

  #follow(group: string, since: number | null): Gauge | null {
    const gauge = gaugeOf(this.#condition, this.#index, this.#bins, since);
    this.#gauges.set(group, gauge);
    return gauge;
  }

  /** After the last event, at its time (ms). */
  end(time: number): void {
    const { sliceMs } = slicingOf(withinOf(this.#condition));
    // The last slice is not over when the log is; what is waited for did not come until then.
    for (const gauge of this.#gauges.values())
      gauge?.advance(this.#condition.kind === 'absent' ? time : time + sliceMs);
    this.#gauges.clear();
  }

  chart(): Chart {
    const { format, isFall } = this.#scale;
    const { worst } = this.#bins;
    const bound = isFall ? 'at least' : 'at most';
    const isOne = this.#rule.when.length === 1;
    const limits = this.#clauses.flatMap((clause) =>
      (scaleOf(clause.condition)?.limits ?? []).map(({ threshold, severity }) => {
        return { threshold, severity: severity ?? (isOne ? null : clause.severity) };
      }),
    );
    return {
      condition: this.#clauses.map((clause) => this.#words(clause, isOne)).join('; '),
      bins: this.#bins,
      extreme: worst === null ? 'never measured' : `${bound} ${format(worst)} ${this.#stretch()}`,
      limits: limits.toSorted((a, b) => a.threshold - b.threshold),
      format,
    };
  }

  #words({ severity, condition }: WhenClause, isOne: boolean): string {
    const words = describeCondition(condition, 'en');
    return isOne ? words : `${severity}: ${words}`;
  }

  #stretch(): string {
    const { kind } = this.#condition;
    if (kind === 'consecutive') return 'in a row';
    if (kind === 'absent') return 'without a match';
    if (kind === 'anomaly') return 'off its baseline';
    return `within ${formatDuration(withinOf(this.#condition), 'en')}`;
  }
}
