import { describe, expect, it } from 'vitest';
import { handOn } from '../../infra/local/intake.ts';
import type { LogBatch } from '../../shared/logs/event.ts';

const ORIGIN = { logGroup: '/app', logStream: 'app.log' };
const events = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: String(index), timestamp: index, message: 'line' }));

describe('handing lines on to the matcher', () => {
  it('goes in batches, in order', async () => {
    const taken: LogBatch[] = [];
    const stack = { ingest: async (batch: LogBatch) => void taken.push(batch) };
    expect(await handOn(stack, ORIGIN, events(2500), () => undefined, new AbortController().signal)).toBe(
      true,
    );
    expect(taken.map((batch) => batch.events.length)).toEqual([1000, 1000, 500]);
    expect(taken.flatMap((batch) => batch.events)).toEqual(events(2500));
  });

  it('hands the same batch on again until it is taken', async () => {
    let calls = 0;
    const failures: unknown[] = [];
    const stack = {
      async ingest() {
        calls += 1;
        if (calls === 1) throw new Error('throttled');
      },
    };
    const note = (error: unknown) => void failures.push(error);
    expect(await handOn(stack, ORIGIN, events(3), note, new AbortController().signal)).toBe(true);
    expect([calls, failures.length]).toEqual([2, 1]);
  });

  it('ends when it is interrupted, though the matcher never takes them', async () => {
    const interrupted = new AbortController();
    const stack = { ingest: () => Promise.reject(new Error('down')) };
    const fail = () => interrupted.abort();
    expect(await handOn(stack, ORIGIN, events(3), fail, interrupted.signal)).toBe(false);
  });
});
