import { describe, expect, it } from 'vitest';
import { MUTANTS } from './mutants.ts';
import { simulate } from './simulate.ts';

const SEEDS = 60;
const MUTANT_SEEDS = 500;

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
  it.each(Object.entries(MUTANTS))('%s', async (_name, mutant) => {
    const found = await firstFailing(mutant);
    expect(found).toBeLessThanOrEqual(MUTANT_SEEDS);
  });
});

async function firstFailing(mutant: (typeof MUTANTS)[string]): Promise<number> {
  for (let seed = 1; seed <= MUTANT_SEEDS; seed++) {
    if ((await simulate(seed, mutant)).violations.length > 0) return seed;
  }
  return Number.POSITIVE_INFINITY;
}
