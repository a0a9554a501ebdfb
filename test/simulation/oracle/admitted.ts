/** Which groups of a rule count by themselves, where they are too many: whoever came first. */
import { fingerprintOf } from '../../../shared/alerts/identity.ts';
import { hash } from '../../../shared/count/entries.ts';
import type { Cloud } from '../cloud.ts';
import { GROUPS, type SimulatedRule } from '../users.ts';

const HASH_LENGTH = 8;

/** The groups that were admitted. */
export async function admittedTo({ state }: Cloud, { id }: SimulatedRule): Promise<ReadonlySet<string>> {
  const items = (await state.scan()).filter(({ pk }) => pk.startsWith(`groups#${id}#`));
  const hashes = new Set(items.flatMap(({ groups }) => (groups instanceof Set ? [...groups] : [])));
  const nameIn = (g: string) => hash(fingerprintOf(id, { g })).slice(0, HASH_LENGTH);
  return new Set(GROUPS.filter((group) => hashes.has(nameIn(group))));
}

/** No more groups than a rule bears count by themselves. */
export async function groupsAreLimited(cloud: Cloud, rules: readonly SimulatedRule[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const rule of rules) {
    const { size } = await admittedTo(cloud, rule);
    if (rule.maxGroups !== undefined && size > rule.maxGroups)
      wrong.push(`${rule.id} has ${size} groups, and may have ${rule.maxGroups}`);
  }
  return wrong;
}
