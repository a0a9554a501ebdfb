/**
 * Every line that a service writes is read once, whatever its rotation does between two looks, or in the middle of one,
 * and whoever dies. FOLLOW_SEEDS says how many lives are played, FOLLOW_SEED from which on.
 */
import { expect, it } from 'vitest';
import { faultsOf, play } from './life.ts';

const SEEDS = Number(process.env.FOLLOW_SEEDS ?? 20);
const FIRST_SEED = Number(process.env.FOLLOW_SEED ?? 1);
const SEED_MS_MAX = 2_000;

it(`every line is read once in ${SEEDS} lives`, { timeout: SEEDS * SEED_MS_MAX }, async () => {
  const wrong: string[] = [];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed += 1) {
    const life = await play(seed);
    const faults = faultsOf(life).slice(0, 5);
    if (faults.length > 0)
      wrong.push(`seed ${seed} ${JSON.stringify(life.service.habits)}: ${faults.join(', ')}`);
  }
  expect(wrong).toEqual([]);
});
