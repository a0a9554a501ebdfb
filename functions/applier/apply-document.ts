import * as z from 'zod/mini';
import { applySteps } from '../../shared/applied/apply.ts';
import { type Digests, type Drift, digestsOf, partSteps } from '../../shared/applied/deployed.ts';
import { everApplied, readHistory } from '../../shared/applied/history.ts';
import { planApply } from '../../shared/applied/plan.ts';
import { readStanding } from '../../shared/applied/standing.ts';
import type { RawItem } from '../../shared/config/items.ts';
import type { Happened } from '../../shared/happenings.ts';
import type { Clock, Table } from '../../shared/ports.ts';
import type { Attributes, CustomResourceRequest } from '../custom-resource/request.ts';

export interface ApplyDeps {
  config: Table;
  state: Table;
  clock: Clock;
  happened: Happened;
  /** The items that the deployment brought for an owner. */
  documentOf(owner: string): RawItem[];
}

const digests = z.record(z.string(), z.string());
const properties = z.object({ owner: z.string(), digests });

/** A stack's attribute holds so much text. */
const ATTRIBUTE_MAX = 1_000;

/**
 * Brings the config table to the deployed document where that changed since the last deployment. What people tuned by
 * hand meanwhile stays, and is named. Nothing happens where the stack goes: the table stays, or goes with it.
 * @throws PortError where a table cannot be read or written
 */
export async function applyDocument(
  deps: ApplyDeps,
  { RequestType, ResourceProperties, OldResourceProperties }: CustomResourceRequest,
): Promise<Attributes> {
  if (RequestType === 'Delete') return {};
  const { owner } = properties.parse(ResourceProperties);
  const before: Digests =
    OldResourceProperties === undefined ? {} : properties.parse(OldResourceProperties).digests;
  const items = deps.documentOf(owner);
  const [standing, history] = await Promise.all([readStanding(deps.config), readHistory(deps.state)]);
  const steps = planApply(items, standing, { owner, everApplied: everApplied(history) });
  const { made, drift } = partSteps(steps, before, digestsOf(items));
  const applied = made.length === 0 ? 'nothing to change' : await make(deps, made, owner, drift);
  for (const { kind, id, reason } of drift) deps.happened({ type: 'drift', kind, id, reason });
  const text = drift.map(({ kind, id, reason }) => `${kind} ${id}: ${reason}`).join('; ');
  return { Applied: applied, Drift: text === '' ? 'none' : text.slice(0, ATTRIBUTE_MAX) };
}

async function make(
  deps: ApplyDeps,
  made: Parameters<typeof applySteps>[1],
  owner: string,
  drift: Drift[],
): Promise<string> {
  const about = { at: deps.clock(), by: 'deployment', owner, what: 'cdk deploy' };
  const { version, overtaken } = await applySteps(deps, made, about);
  for (const { kind, id } of overtaken)
    drift.push({ kind, id, reason: 'somebody else applied at the same time' });
  return `version ${version}: ${made.length - overtaken.length} of ${made.length} items changed`;
}
