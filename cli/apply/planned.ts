import { everApplied, readHistory } from '../../shared/applied/history.ts';
import { planApply, type Step } from '../../shared/applied/plan.ts';
import { readStanding } from '../../shared/applied/standing.ts';
import type { RawItem } from '../../shared/config/items.ts';
import type { Connection } from '../place/connection.ts';
import type { Io } from '../terminal/io.ts';
import { stepJson, stepText } from './steps-text.ts';

/** What an apply of these items would do now. */
export async function planned(
  { config, state }: Connection,
  items: readonly RawItem[],
  owner: string,
): Promise<Step[]> {
  const [standing, history] = await Promise.all([readStanding(config), readHistory(state)]);
  return planApply(items, standing, { owner, everApplied: everApplied(history) });
}

/** Prints the steps, a line of JSON or of text each; coloured on a terminal. */
export async function showSteps(steps: readonly Step[], json: boolean, io: Io): Promise<void> {
  const isColoured = io.isTerminal && io.env.NO_COLOR === undefined;
  for (const step of steps) await io.stdout(json ? stepJson(step) : stepText(step, isColoured));
}
