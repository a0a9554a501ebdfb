/** Numbers that matched events carry: how many, their sum, bounds and quantiles, and how many could not be read. */
import type { Statistic } from '../../config/model.ts';
import { hash, LIGHT_MAX } from '../../count/entries.ts';
import type { Observation } from '../observation.ts';
import type { Measure } from './measure.ts';
import { bucketOf, quantile, type Sketch } from './sketch.ts';

export interface Numbers {
  count: number;
  sum: number;
  min: number;
  max: number;
  /** Empty unless a quantile is asked for. */
  sketch: Sketch;
  /** Matched events whose field is no number. */
  unreadable: number;
}

/** Reads a field's value; null: it is no number. */
export type ReadNumber = (value: Observation['value']) => number | null;

const QUANTILES: Partial<Record<Statistic, number>> = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 };
const UNREADABLE = '?';
const NUMBER = '=';
const MANY = '*';
/** A sum of binary fractions depends on their order; beyond so many digits it says nothing. */
const DIGITS = 12;

export function numbersMeasure(stat: Statistic, read: ReadNumber): Measure<Numbers> {
  const sketched = QUANTILES[stat] !== undefined;
  const fold = (sets: readonly ReadonlySet<string>[]) => {
    const union = [...new Set(sets.flatMap((set) => [...set]))].sort();
    return combine(union.map((entry) => numbersOf(entry, sketched)));
  };
  return { entries: (observations) => entriesOf(observations, read, sketched), fold, combine };
}

/** The statistic of so many numbers; undefined where there is none. */
export function statisticOf({ count, sum, min, max, sketch }: Numbers, stat: Statistic): number | undefined {
  if (count === 0) return undefined;
  const rounded = Number(sum.toPrecision(DIGITS));
  switch (stat) {
    case 'sum':
      return rounded;
    case 'avg':
      return Number((sum / count).toPrecision(DIGITS));
    case 'min':
      return min;
    case 'max':
      return max;
    default: {
      const estimate = quantile(sketch, QUANTILES[stat] ?? 0);
      // The bounds are exact: a percentile of equal numbers is that number.
      return estimate === undefined ? undefined : Math.min(max, Math.max(min, estimate));
    }
  }
}

/** `HASH=NUMBER` or `HASH?` for each event; for a batch that brings many one entry with all that is known of them. */
function entriesOf(observations: readonly Observation[], read: ReadNumber, sketched: boolean): string[] {
  const entries = new Map<string, string>();
  for (const { id, matched, value } of observations) {
    if (!matched) continue;
    const number = read(value);
    entries.set(hash(id), number === null ? UNREADABLE : `${NUMBER}${number}`);
  }
  const each = [...entries].map(([id, text]) => `${id}${text}`).sort();
  if (each.length <= LIGHT_MAX) return each;
  const { count, sum, min, max, unreadable, sketch } = combine(
    each.map((entry) => numbersOf(entry, sketched)),
  );
  const buckets = [...sketch].map(([bucket, many]) => `${bucket}/${many}`).sort();
  return [`${hash(each.join())}${MANY}${[count, sum, min, max, unreadable, ...buckets].join(':')}`];
}

const NONE: Numbers = {
  count: 0,
  sum: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
  sketch: new Map(),
  unreadable: 0,
};

function numbersOf(entry: string, sketched: boolean): Numbers {
  if (entry.endsWith(UNREADABLE)) return { ...NONE, unreadable: 1 };
  const many = entry.indexOf(MANY);
  if (many === -1) {
    const value = Number(entry.slice(entry.indexOf(NUMBER) + 1));
    const sketch = new Map(sketched ? [[bucketOf(value), 1]] : []);
    return { count: 1, sum: value, min: value, max: value, sketch, unreadable: 0 };
  }
  const [count, sum, min, max, unreadable, ...buckets] = entry.slice(many + 1).split(':');
  const sketch: Sketch = new Map(
    buckets.map((bucket) => {
      const [name = '', times] = bucket.split('/');
      return [name, Number(times)];
    }),
  );
  return {
    count: Number(count),
    sum: Number(sum),
    min: Number(min),
    max: Number(max),
    sketch,
    unreadable: Number(unreadable),
  };
}

function combine(parts: readonly Numbers[]): Numbers {
  const total: Numbers = { ...NONE, sketch: new Map() };
  for (const { count, sum, min, max, sketch, unreadable } of parts) {
    total.count += count;
    total.sum += sum;
    total.min = Math.min(total.min, min);
    total.max = Math.max(total.max, max);
    total.unreadable += unreadable;
    for (const [bucket, many] of sketch) total.sketch.set(bucket, (total.sketch.get(bucket) ?? 0) + many);
  }
  return total;
}
