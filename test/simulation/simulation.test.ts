import { describe, expect, it } from 'vitest';
import { MUTANTS } from './mutants.ts';
import { simulate } from './simulate.ts';

const SEEDS = 12;
const MUTANT_SEEDS = 2_000;
/** Seeds that were seen to find it, soon; where one no longer does, all are searched. */
const FOUND_BY: Record<string, number> = {
  'delivery-confirmed-before-sending': 12,
  'no-sweep': 3,
  'no-tombstones': 21,
  'no-plans': 32,
  'novelties-overwritten': 219,
  'novelties-told-before-sending': 9,
  'looks-unsaid': 56,
  'no-flush-lease': 1240,
  'no-send-lease': 21,
  'announced-to-nobody': 6,
  'lateness-unsaid': 6,
  'alert-confirmed-before-sending': 5,
  'no-batch-guard': 2,
  'processing-time': 2,
  'folds-forgotten': 3,
  'quiet-for-good': 5,
  'late-windows-untouched': 3,
  'rings-early': 15,
  'reads-weakly': 5,
  'flush-claimed-undue': 26,
  'index-trusted': 50,
  'shards-unsaid': 18,
  'reach-unsaid': 5,
  'plan-overwritten': 155,
  'delivery-begun-again': 8,
  'finished-deliveries-moved': 101,
  'flushes-out-of-sequence': 28,
  'episodes-overwritten': 68,
};

describe('the whole pipeline, with everything going wrong that can', () => {
  it('loses no breach, counts exactly, tells nothing twice, leaves nothing undone', async () => {
    const wrong: string[] = [];
    let [breaches, notifications] = [0, 0];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const result = await simulate(seed);
      breaches += result.breaches;
      notifications += result.notifications;
      wrong.push(...result.violations.map((text) => `npm run sim -- --seed ${seed}: ${text}`));
    }
    expect(wrong).toEqual([]);
    // An idle simulation would find nothing either.
    expect(breaches).toBeGreaterThan(5 * SEEDS);
    expect(notifications).toBeGreaterThan(3 * SEEDS);
  });

  it('answers the same to the same seed', async () => {
    const [first, second] = [await simulate(7, {}, true), await simulate(7, {}, true)];
    expect(first.history.length).toBeGreaterThan(100);
    expect(first.history).toEqual(second.history);
  });
});

describe('the simulation finds what is broken on purpose', () => {
  it.each(Object.entries(MUTANTS))('%s', async (name, mutant) => {
    const found = await failing(mutant, FOUND_BY[name]);
    expect(found).toBeLessThanOrEqual(MUTANT_SEEDS);
  });
});

async function failing(mutant: (typeof MUTANTS)[string], known = 1): Promise<number> {
  if ((await simulate(known, mutant)).violations.length > 0) return known;
  for (let seed = 1; seed <= MUTANT_SEEDS; seed++) {
    if ((await simulate(seed, mutant)).violations.length > 0) return seed;
  }
  return Number.POSITIVE_INFINITY;
}
