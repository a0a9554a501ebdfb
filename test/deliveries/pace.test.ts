import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPace } from '../../shared/deliveries/pace.ts';
import { MemoryTable } from '../../shared/memory/table.ts';

const RATE = { everyMs: 640, burst: 4 };

describe('turns at one address', () => {
  it('keep within 5 a second and 100 a minute, whoever asks when', async () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(gaps, async (waits) => {
        const pace = createPace(new MemoryTable());
        const sent: number[] = [];
        let now = 0;
        for (const wait of waits) {
          now += wait;
          if ((await pace.take('bot', RATE, now)) === 0) sent.push(now);
        }
        for (const at of sent) {
          const within = (ms: number) => sent.filter((other) => other > at - ms && other <= at).length;
          expect(within(1000)).toBeLessThanOrEqual(5);
          expect(within(60_000)).toBeLessThanOrEqual(100);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('come when they were said to come, and each address has its own', async () => {
    const pace = createPace(new MemoryTable());
    for (let sent = 0; sent < 4; sent++) expect(await pace.take('bot', RATE, 0)).toBe(0);
    const waitMs = await pace.take('bot', RATE, 0);
    expect(waitMs).toBe(640);
    expect(await pace.take('other', RATE, 0)).toBe(0);
    expect(await pace.take('bot', RATE, waitMs)).toBe(0);
  });
});
