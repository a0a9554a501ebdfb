/** `change`: the value of a field differs from the one before it in the same group. */
import { hash } from '../count/entries.ts';
import { partition } from '../count/layout.ts';
import type { Series } from '../count/store.ts';
import type { Redactor } from '../match/redact.ts';
import { labelText } from '../match/references.ts';
import type { Table } from '../ports.ts';
import type { Observation } from './observation.ts';
import type { Run } from './runs.ts';
import { type Placed, readRows, rowEntries } from './sequence.ts';

const LAST = '~last';
/** The last value is written down for as long as this (ms) has passed, or it is another. */
const NOTED_EVERY_MS = 3_600_000;
const SYMBOL_LENGTH_MAX = 64;

/** The values of a batch's matches, in no order; events without the field say nothing. */
export function placedValues(observations: readonly Observation[], redact: Redactor): Placed[] {
  return observations
    .filter(({ matched, value }) => matched && value !== undefined && value !== null)
    .map(({ id, at, value }) => ({ id, at, symbol: symbolOf(labelText(value, redact)) }));
}

/** The entries of values, by slice. */
export function changeEntries(values: readonly Placed[]): Map<number, string[]> {
  return rowEntries(values, 0);
}

/** The changes at `fromMs` or later. Call it after the values were recorded. */
export async function judgeChange(table: Table, series: Series, fromMs: number): Promise<Run[]> {
  const rows = await readRows(table, series, fromMs, (before) => before.length > 0);
  const key = { pk: partition(series), sk: LAST };
  let previous: { at: number; symbol: string } | undefined;
  if (rows[0] !== undefined && rows[0].firstAt >= fromMs) {
    const noted = await table.get(key);
    if (noted !== undefined && Number(noted.at) < rows[0].firstAt) {
      previous = { at: Number(noted.at), symbol: String(noted.symbol) };
    }
  }
  const runs: Run[] = [];
  for (const { firstAt, lastAt, symbol } of rows) {
    if (previous !== undefined && previous.symbol !== symbol && firstAt >= fromMs) {
      const measured = { before: previous.symbol, now: symbol };
      runs.push({ startsAt: firstAt, endsAt: firstAt, peak: 1, value: 1, measured });
    }
    previous = { at: lastAt, symbol };
  }
  if (previous !== undefined) await noteLast(table, key, previous);
  return runs;
}

/** What counters forget, the last value must outlive. */
async function noteLast(
  table: Table,
  key: { pk: string; sk: string },
  { at, symbol }: { at: number; symbol: string },
): Promise<void> {
  await table.update(key, { set: { at, symbol } }, [
    [{ attribute: 'at', is: 'absent' }],
    [{ attribute: 'at', is: '<', value: at - NOTED_EVERY_MS }],
    [
      { attribute: 'at', is: '<', value: at },
      { attribute: 'symbol', is: '!=', value: symbol },
    ],
  ]);
}

function symbolOf(text: string): string {
  return text.length <= SYMBOL_LENGTH_MAX
    ? text
    : `${text.slice(0, SYMBOL_LENGTH_MAX)}…${hash(text).slice(0, 4)}`;
}
