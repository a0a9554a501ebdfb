/** Units per batch of one rule and group, from 0.1 to 100 batches a second, by how many matches a batch brings. */
import type { CountCondition } from '../../../shared/conditions/count.ts';
import { judgeWritten } from '../../../shared/conditions/live.ts';
import { CountMemory } from '../../../shared/count/memory.ts';
import { sliceAt, slicingOf } from '../../../shared/count/slices.ts';
import { expiryOf, recordMatches } from '../../../shared/count/store.ts';
import { MemoryTable } from '../../../shared/memory/table.ts';

export interface Rung {
  matches: number;
  batchesPerSecond: number;
  withinMs: number;
  /** Matchers that are warm at the same time, and take batches in turn. */
  instances: number;
  writeUnits: number;
  readUnits: number;
}

const SERIES = { ruleId: 'order-errors-hot', generation: '01234567', fingerprint: '0123456789abcdef' };
const START = Date.UTC(2026, 10, 21, 2);
const BATCHES_MIN = 600;
/** How long it goes on: long enough for what a function remembers to be full, and to be trimmed. */
const WINDOWS = 2;
/** Where that would be more, a window and a little has to do. */
const BATCHES_MAX = 400_000;
/** A threshold that is never reached: while an alert fires, nothing is read at all. */
const NEVER = { operator: '>=', threshold: 1e9 };

export async function measureRung({
  matches,
  batchesPerSecond,
  withinMs,
  instances,
}: Omit<Rung, 'writeUnits' | 'readUnits'>): Promise<Rung> {
  const sum = { writeUnits: 0, readUnits: 0 };
  const table = new MemoryTable(({ readUnits, writeUnits }) => {
    sum.readUnits += readUnits;
    sum.writeUnits += writeUnits;
  });
  const memories = Array.from({ length: instances }, () => new CountMemory());
  const slicing = slicingOf(withinMs);
  const condition = { kind: 'count', is: NEVER, withinMs } as CountCondition;
  const wanted = (WINDOWS * withinMs * batchesPerSecond) / 1000;
  const batches = Math.min(Math.max(BATCHES_MIN, wanted), BATCHES_MAX);
  for (let index = 0; index < batches; index++) {
    const now = START + (index * 1000) / batchesPerSecond;
    const at = now - 2_000;
    const ids = Array.from({ length: matches }, (_, place) => `${index}-${place}`);
    const memory = memories[index % instances] ?? new CountMemory();
    const context = { table, memory, clock: () => now };
    await recordMatches(
      context,
      SERIES,
      slicing,
      new Map([[sliceAt(at, slicing), ids]]),
      expiryOf(now, withinMs),
    );
    await judgeWritten(context, SERIES, condition, { times: ids.map(() => at), sinceMs: undefined });
  }
  const per = (units: number) => units / batches;
  return {
    matches,
    batchesPerSecond,
    withinMs,
    instances,
    writeUnits: per(sum.writeUnits),
    readUnits: per(sum.readUnits),
  };
}
