/** What a deployment does with a document: less than `tocsin apply`, for nobody is there to decide. Pure. */
import { digest } from '../alerts/identity.ts';
import type { RawItem } from '../config/items.ts';
import type { Step } from './plan.ts';
import { nameOf } from './standing.ts';

/** The digest of each item by its name: what a deployment remembers of its document. */
export type Digests = Readonly<Record<string, string>>;

/** What a deployment is to remember of these items. */
export function digestsOf(items: readonly RawItem[]): Digests {
  return Object.fromEntries(items.map((item) => [nameOf(item), digest(item.body)]));
}

/** An item that does not stand as the document says, and stays so. */
export interface Drift extends Pick<RawItem, 'kind' | 'id'> {
  reason: string;
}

/**
 * Parts what differs from the document: steps to make, for the document changed there since the last deployment and no
 * hand did meanwhile, and items that stay as they are.
 */
export function partSteps(
  steps: readonly Step[],
  before: Digests,
  after: Digests,
): { made: Step[]; drift: Drift[] } {
  const made: Step[] = [];
  const drift: Drift[] = [];
  for (const step of steps) {
    const { kind, id } = step;
    const name = nameOf(step);
    if (step.conflict !== null) drift.push({ kind, id, reason: step.conflict });
    else if (before[name] !== after[name]) made.push(step);
    else drift.push({ kind, id, reason: 'it was applied otherwise since the last deployment' });
  }
  return { made, drift };
}
