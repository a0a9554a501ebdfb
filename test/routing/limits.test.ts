import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Receiver } from '../../shared/config/model.ts';
import { MemoryTable } from '../../shared/memory/table.ts';
import { admit, limitOf, reserve } from '../../shared/routing/limits.ts';

const receiver = (changes: Partial<Receiver>): Receiver => ({
  name: 'ops',
  channels: [],
  limit: null,
  fallback: null,
  ...changes,
});

describe("a receiver's limit", () => {
  it('is its own, else that of a bot of Feishu, else none', () => {
    const feishu = { kind: 'feishu', settings: {} } as unknown as Receiver['channels'][number];
    expect(limitOf(receiver({}))).toBeNull();
    expect(limitOf(receiver({ channels: [feishu] }))).toEqual({ count: 100, perMs: 60_000 });
    const wecom = { ...feishu, kind: 'wecom' as const };
    expect(limitOf(receiver({ channels: [feishu, wecom] }))).toEqual({ count: 20, perMs: 60_000 });
    expect(limitOf(receiver({ channels: [feishu], limit: { count: 5, perMs: 1000 } }))).toEqual({
      count: 5,
      perMs: 1000,
    });
  });

  it('holds in every span of its length, digests included, whenever they are asked for', async () => {
    const step = fc.record({ waitMs: fc.nat(30_000), isDigest: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.array(step, { maxLength: 60 }),
        async (count, steps) => {
          const state = new MemoryTable();
          const limit = { count, perMs: 60_000 };
          const sent: number[] = [];
          let now = 1_000_000;
          for (const { waitMs, isDigest } of steps) {
            now += waitMs;
            if (isDigest) sent.push(await reserve(state, 'ops', limit, now));
            else if (await admit(state, 'ops', limit, now)) sent.push(now);
          }
          for (const from of sent) {
            // A reserved time has fractions: the very end of a span may hold the next.
            const within = sent.filter((at) => at >= from && at < from + limit.perMs - 0.001);
            expect(within.length).toBeLessThanOrEqual(count);
          }
        },
      ),
    );
  });

  it('lets through half at once, and the rest in time', async () => {
    const state = new MemoryTable();
    const limit = { count: 10, perMs: 60_000 };
    const tries = async (times: number, now: number) => {
      const admitted: boolean[] = [];
      for (let attempt = 0; attempt < times; attempt++) admitted.push(await admit(state, 'ops', limit, now));
      return admitted.filter((one) => one).length;
    };
    expect(await tries(20, 1_000_000)).toBe(5);
    expect(await tries(20, 1_030_000)).toBe(3);
    expect(await tries(20, 1_060_000)).toBe(3);
    expect(await tries(20, 2_000_000)).toBe(5);
  });

  it('gives no token twice to those who ask at the same time', async () => {
    const state = new MemoryTable();
    const asked = Array.from({ length: 50 }, () => admit(state, 'ops', { count: 10, perMs: 60_000 }, 1_000));
    expect((await Promise.all(asked)).filter((one) => one)).toHaveLength(5);
  });
});
