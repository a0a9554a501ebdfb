import { readingOf } from '../../../functions/matcher/matches.ts';
import {
  type AnomalyCondition,
  anomalyMeasure,
  anomalySlicing,
  deviationsOf,
} from '../../../shared/conditions/anomaly.ts';
import { sliceAt, sliceStart } from '../../../shared/count/slices.ts';
import type { Hit } from '../../../shared/match/program.ts';
import type { Bins } from './bins.ts';
import type { Gauge } from './gauge.ts';

/** How far each window lies off its baseline, in standard deviations, as far back as the baseline reaches. */
export class AnomalyGauge implements Gauge {
  readonly #condition: AnomalyCondition;
  readonly #clause: number;
  readonly #bins: Bins;
  readonly #entries = new Map<number, Set<string>>();
  readonly #slices = new Map<number, unknown>();
  readonly #excluded = new Set<number>();
  #firstAt: number | undefined;
  /** The first window that is not over yet. */
  #next = Number.NEGATIVE_INFINITY;

  constructor(condition: AnomalyCondition, clause: number, bins: Bins) {
    this.#condition = condition;
    this.#clause = clause;
    this.#bins = bins;
  }

  add(hit: Hit): void {
    const { id, timestamp: at } = hit.event;
    this.advance(at);
    const window = sliceAt(at, anomalySlicing(this.#condition));
    // Who comes after his window is over changes nothing of what was drawn.
    if (window < this.#next) return;
    this.#firstAt ??= at;
    const observation = { id, at, logStream: '', matched: hit.matched, ...readingOf(hit, this.#clause) };
    const known = this.#entries.get(window) ?? new Set();
    for (const entry of anomalyMeasure(this.#condition).entries([observation])) known.add(entry);
    this.#entries.set(window, known);
  }

  advance(time: number): void {
    const now = sliceAt(time, anomalySlicing(this.#condition));
    if (this.#firstAt !== undefined)
      for (; this.#next < now; this.#next += 1) this.#judge(this.#next, this.#firstAt);
    this.#next = Math.max(this.#next, now);
  }

  #judge(window: number, firstAt: number): void {
    const { baselineMs, withinMs } = this.#condition;
    const entries = this.#entries.get(window);
    if (entries !== undefined) this.#slices.set(window, anomalyMeasure(this.#condition).fold([entries]));
    this.#entries.delete(window);
    const seen = deviationsOf(this.#condition, { window, firstAt, excluded: this.#excluded }, this.#slices);
    if (seen?.isIncident === true) this.#excluded.add(window);
    const end = sliceStart(window + 1, anomalySlicing(this.#condition));
    if (seen !== undefined) this.#bins.note(end - 1, Math.max(0, seen.deviations));
    const reach = Math.ceil(baselineMs / withinMs);
    this.#slices.delete(window - reach);
    this.#excluded.delete(window - 2 * reach);
  }
}
