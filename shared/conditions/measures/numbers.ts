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

/** The numbers of a field, held as far as the statistic needs them. */
export function numbersMeasure(stat: Statistic, read: ReadNumber): Measure<Numbers> {
  const sketched = QUANTILES[stat] !== undefined;
  const fold = (sets: readonly ReadonlySet<string>[]) => {
    const union = [...new Set(sets.flatMap((set) => [...set]))].sort();
    const total = nothing();
    for (const entry of union) addEntry(total, entry, sketched);
    return total;
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
  const total = nothing();
  for (const entry of each) addEntry(total, entry, sketched);
  const { count, sum, min, max, unreadable, sketch } = total;
  const buckets = [...sketch].map(([bucket, many]) => `${bucket}/${many}`).sort();
  return [`${hash(each.join())}${MANY}${[count, sum, min, max, unreadable, ...buckets].join(':')}`];
}

function nothing(): Numbers {
  return {
    count: 0,
    sum: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    sketch: new Map(),
    unreadable: 0,
  };
}

function addEntry(total: Numbers, entry: string, sketched: boolean): void {
  if (entry.endsWith(UNREADABLE)) {
    total.unreadable += 1;
    return;
  }
  const many = entry.indexOf(MANY);
  if (many !== -1) {
    add(total, summedUp(entry.slice(many + 1)));
    return;
  }
  const value = Number(entry.slice(entry.indexOf(NUMBER) + 1));
  total.count += 1;
  total.sum += value;
  total.min = Math.min(total.min, value);
  total.max = Math.max(total.max, value);
  if (sketched) addTo(total.sketch, bucketOf(value), 1);
}

function summedUp(text: string): Numbers {
  const [count, sum, min, max, unreadable, ...buckets] = text.split(':');
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

function add(total: Numbers, { count, sum, min, max, sketch, unreadable }: Numbers): void {
  total.count += count;
  total.sum += sum;
  total.min = Math.min(total.min, min);
  total.max = Math.max(total.max, max);
  total.unreadable += unreadable;
  for (const [bucket, many] of sketch) addTo(total.sketch, bucket, many);
}

function addTo(sketch: Sketch, bucket: string, many: number): void {
  sketch.set(bucket, (sketch.get(bucket) ?? 0) + many);
}

function combine(parts: readonly Numbers[]): Numbers {
  const total = nothing();
  for (const part of parts) add(total, part);
  return total;
}
