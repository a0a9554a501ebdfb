/**
 * `npm run sim -- --seeds 10000 [--from N]`: many runs, the first failing one with the command that replays it.
 * `--seed N`: one run, with its history. `--mutant NAME`: with a mechanism broken on purpose.
 */
import { parseArgs } from 'node:util';
import { UNCHANGED } from './mutant.ts';
import { MUTANTS } from './mutants.ts';
import { simulate } from './simulate.ts';

const PROGRESS_EVERY = 500;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    mutant: { type: 'string' },
    'keep-going': { type: 'boolean', default: false },
  },
});

const mutant = values.mutant === undefined ? UNCHANGED : MUTANTS[values.mutant];
if (mutant === undefined) {
  console.error(
    `There is no mutant ${values.mutant}: one of ${Object.keys(MUTANTS).join(', ')} was expected.`,
  );
  process.exit(2);
}

async function replay(seed: number): Promise<boolean> {
  const { violations, history } = await simulate(seed, mutant, true);
  for (const { at, text } of history) console.log(`${new Date(at).toISOString().slice(11, 23)}  ${text}`);
  for (const violation of violations) console.log(`VIOLATED  ${violation}`);
  return violations.length === 0;
}

async function many(from: number, seeds: number): Promise<boolean> {
  let [breaches, notifications, copies, failed] = [0, 0, 0, 0];
  for (let seed = from; seed < from + seeds; seed++) {
    const result = await simulate(seed, mutant);
    breaches += result.breaches;
    notifications += result.notifications;
    copies += result.copies;
    if ((seed - from + 1) % PROGRESS_EVERY === 0) console.error(`${seed - from + 1} seeds`);
    if (result.violations.length === 0) continue;
    failed += 1;
    for (const violation of result.violations) console.log(`seed ${seed}: ${violation}`);
    const which = values.mutant === undefined ? '' : ` --mutant ${values.mutant}`;
    console.log(`replay it with: npm run sim -- --seed ${seed}${which}`);
    if (!values['keep-going']) break;
  }
  const held = `${breaches} breaches, ${notifications} notifications in ${copies} copies`;
  console.log(`${failed === 0 ? `${seeds} seeds` : `${failed} seeds failed`}: ${held}`);
  return failed === 0;
}

const fine =
  values.seed === undefined
    ? await many(Number(values.from), Number(values.seeds))
    : await replay(Number(values.seed));
process.exitCode = fine ? 0 : 1;
