import { forEachConcurrently } from '../concurrency.ts';
import type { Table } from '../ports.ts';
import { beginVersion, endVersion, type Version } from './history.ts';
import type { Step } from './plan.ts';
import { nameOf, readStanding, removeItem, writeItem } from './standing.ts';

const WRITES_AT_A_TIME = 8;

/** How an apply went. */
export interface Applied {
  version: number;
  /** Items that somebody else changed while they were being written; they stand as that other wrote them. */
  overtaken: Step[];
}

/** Makes every step, as one version. */
export async function applySteps(
  { config, state }: { config: Table; state: Table },
  steps: readonly Step[],
  about: Pick<Version, 'at' | 'by' | 'owner' | 'what'>,
): Promise<Applied> {
  const standing = new Map((await readStanding(config)).map((item) => [nameOf(item), item]));
  const version = await beginVersion(state, about, steps);
  const overtaken: Step[] = [];
  await forEachConcurrently(steps, WRITES_AT_A_TIME, async (step) => {
    const { kind, id, after } = step;
    const before = standing.get(nameOf(step));
    const isMade =
      after === null
        ? before === undefined || (await removeItem(config, before))
        : await writeItem(config, { kind, id, body: after }, about.owner, before);
    if (!isMade) overtaken.push(step);
  });
  await endVersion(state, version);
  return { version, overtaken };
}
