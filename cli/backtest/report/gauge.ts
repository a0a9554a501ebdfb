/** The value that a rule's condition compares, as it goes by: what a chart draws beside the threshold. */
import { readingOf } from '../../../functions/matcher/matches.ts';
import { windowQuestion } from '../../../shared/conditions/question.ts';
import type { WindowQuestion } from '../../../shared/conditions/windows.ts';
import type { Condition } from '../../../shared/config/model.ts';
import { sliceAt, sliceStart } from '../../../shared/count/slices.ts';
import type { Hit } from '../../../shared/match/program.ts';
import { AnomalyGauge } from './anomaly-gauge.ts';
import type { Bins } from './bins.ts';

/** Log streams that are followed by themselves; events of the others are not drawn. */
const STREAMS_MAX = 2000;

/** Follows one group of a rule, and notes its values in the rule's bins. */
export interface Gauge {
  add(hit: Hit): void;
  /** Lets time pass, up to `time` (ms). */
  advance(time: number): void;
}

/**
 * Follows one group by the values that the clause of that number compares; `since`: from when on it is waited for a
 * match, ms; null: from the first on.
 */
export function gaugeOf(
  condition: Condition,
  clause: number,
  bins: Bins,
  since: number | null,
): Gauge | null {
  if (condition.kind === 'consecutive') return new RowGauge(clause, bins);
  if (condition.kind === 'absent') return new AbsenceGauge(clause, bins, since);
  if (condition.kind === 'anomaly') return new AnomalyGauge(condition, clause, bins);
  const question = windowQuestion(condition);
  return question === null ? null : new WindowGauge(question, clause, bins);
}

/** Every window that ends at a slice's end, measured by what judges it. */
class WindowGauge implements Gauge {
  readonly #question: WindowQuestion;
  readonly #clause: number;
  readonly #bins: Bins;
  readonly #slices = new Map<number, { entries: Set<string>; measured: unknown }>();
  /** The first slice whose window is spoken of: conditions that compare with what was are silent at first. */
  #spokenFrom: number | undefined;
  /** The first slice whose window was not measured yet. */
  #next = Number.NEGATIVE_INFINITY;

  constructor(question: WindowQuestion, clause: number, bins: Bins) {
    this.#question = question;
    this.#clause = clause;
    this.#bins = bins;
  }

  add(hit: Hit): void {
    const { id, timestamp: at } = hit.event;
    this.advance(at);
    const { measure, slicing, span, silentMs = 0 } = this.#question;
    this.#spokenFrom ??= Math.ceil((at + silentMs) / slicing.sliceMs) - 1;
    const slice = sliceAt(at, slicing);
    if (slice <= this.#next - span) return;
    const observation = { id, at, logStream: '', matched: hit.matched, ...readingOf(hit, this.#clause) };
    const known = this.#slices.get(slice) ?? { entries: new Set(), measured: undefined };
    for (const entry of measure.entries([observation])) known.entries.add(entry);
    known.measured = undefined;
    this.#slices.set(slice, known);
  }

  advance(time: number): void {
    const { slicing, span } = this.#question;
    const spokenFrom = this.#spokenFrom ?? 0;
    const now = sliceAt(time, slicing);
    for (; this.#next < now && this.#slices.size > 0; this.#next += 1) {
      const verdict = this.#question.verdict((slice) => this.#measured(slice), this.#next);
      if (verdict !== undefined && this.#next >= spokenFrom)
        this.#bins.note(sliceStart(this.#next + 1, slicing) - 1, verdict.value);
      this.#slices.delete(this.#next - span + 1);
    }
    this.#next = Math.max(this.#next, now);
  }

  #measured(slice: number): unknown {
    const known = this.#slices.get(slice);
    if (known !== undefined) known.measured ??= this.#question.measure.fold([known.entries]);
    return known?.measured;
  }
}

/** The matches in a row within each log stream. */
class RowGauge implements Gauge {
  readonly #clause: number;
  readonly #bins: Bins;
  readonly #rows = new Map<string, number>();

  constructor(clause: number, bins: Bins) {
    this.#clause = clause;
    this.#bins = bins;
  }

  add(hit: Hit): void {
    const stream = String(hit.read({ kind: 'event', property: 'logStream', text: '@logStream' }));
    if (!readingOf(hit, this.#clause).of || (!this.#rows.has(stream) && this.#rows.size >= STREAMS_MAX))
      return;
    const inRow = hit.matched ? (this.#rows.get(stream) ?? 0) + 1 : 0;
    this.#rows.set(stream, inRow);
    if (inRow > 0) this.#bins.note(hit.event.timestamp, inRow);
  }

  advance(): void {
    // A row does not end by time.
  }
}

/** How long nothing has matched, ms. */
class AbsenceGauge implements Gauge {
  readonly #clause: number;
  readonly #bins: Bins;
  /** Since when; null: nobody waits for a match. */
  #since: number | null;

  constructor(clause: number, bins: Bins, since: number | null) {
    this.#clause = clause;
    this.#bins = bins;
    this.#since = since;
  }

  add(hit: Hit): void {
    const { timestamp: at } = hit.event;
    this.advance(at);
    if (hit.matched) this.#since = Math.max(at, this.#since ?? at);
    else if (readingOf(hit, this.#clause).until) this.#since = null;
  }

  advance(time: number): void {
    if (this.#since === null || time <= this.#since) return;
    const { widthMs } = this.#bins;
    for (let at = this.#since; at < time; at += widthMs) this.#bins.note(at, at - this.#since);
    this.#bins.note(time, time - this.#since);
  }
}
