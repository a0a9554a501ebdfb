import { applySteps } from '../../shared/applied/apply.ts';
import { everApplied, readHistory, stoodAfter } from '../../shared/applied/history.ts';
import { planRollback } from '../../shared/applied/plan.ts';
import { readStanding } from '../../shared/applied/standing.ts';
import { showSteps } from '../apply/planned.ts';
import { overtakenText } from '../apply/steps-text.ts';
import type { Connection } from '../place/connection.ts';
import { whoApplies } from '../place/who.ts';
import type { Io } from '../terminal/io.ts';
import { UsageError } from '../terminal/usage-error.ts';

export interface RollbackChoice {
  /** The version whose state is wanted; 0: before the first. */
  version: number;
  owner: string;
  force: boolean;
  json: boolean;
}

/** Brings the owner's items back to how they stood after a version; itself a new version. */
export async function rollBack(place: Connection, choice: RollbackChoice, io: Io): Promise<number> {
  const { version, owner, json } = choice;
  const [history, standing] = await Promise.all([readHistory(place.state), readStanding(place.config)]);
  const versions = history.map((entry) => entry.version);
  const first = Math.min(...versions);
  if (!versions.includes(version) && version !== first - 1) {
    const known =
      versions.length === 0
        ? 'nothing was applied yet'
        : `there are ${first - 1} to ${Math.max(...versions)}`;
    throw new UsageError(`There is no version ${version} to go back to: ${known}.`);
  }
  const applied = { owner, everApplied: everApplied(history) };
  const steps = planRollback(stoodAfter(history, version, owner), standing, applied);
  await showSteps(steps, json, io);
  const conflicts = steps.filter(({ conflict }) => conflict !== null);
  if (conflicts.length > 0 && !choice.force) {
    const names = conflicts.map(({ kind, id }) => `${kind} ${id}`).join(', ');
    io.stderr(
      `tocsin rules: nothing was rolled back, for other hands changed ${names}: --force overwrites it.\n`,
    );
    return 1;
  }
  if (steps.length === 0) {
    await io.stdout(json ? summaryJson(null, 0) : `what stands is version ${version} already\n`);
    return 0;
  }
  const about = { at: Date.now(), by: whoApplies(io.env), owner, what: `rollback to ${version}` };
  const made = await applySteps(place, steps, about);
  const hint = '`tocsin pull FILE` takes this into the document';
  await io.stdout(
    json
      ? summaryJson(made.version, steps.length - made.overtaken.length)
      : `version ${made.version}: back to ${version}; ${hint}\n`,
  );
  if (made.overtaken.length === 0) return 0;
  io.stderr(`tocsin rules: ${overtakenText(made.overtaken)}\n`);
  return 1;
}

function summaryJson(version: number | null, items: number): string {
  return `${JSON.stringify({ type: 'summary', version, items })}\n`;
}
