/** Which groups of a rule have counters. */
import type { Episode } from '../../../shared/alerts/episode.ts';
import { firingEpisodes } from '../../../shared/alerts/firing.ts';
import { fingerprintOf, generationOf } from '../../../shared/alerts/identity.ts';
import type { Rule } from '../../../shared/config/model.ts';
import type { ConsolePlace } from '../place.ts';

/** A group whose counters can be read. */
export interface CountedGroup {
  fingerprint: string;
  /** null: nobody knows them. */
  labels: Record<string, string> | null;
}

const GROUPS_MAX = 40;

/** What fires, or the one group of a rule that has no others. */
export function knownGroups(rule: Rule, firing: readonly Episode[]): CountedGroup[] {
  if (rule.groupBy.length === 0) return [{ fingerprint: fingerprintOf(rule.id, {}), labels: {} }];
  return firing
    .filter(({ alert }) => alert.ruleId === rule.id)
    .slice(0, GROUPS_MAX)
    .map(({ alert, groupLabels }) => ({ fingerprint: alert.fingerprint, labels: groupLabels }));
}

/**
 * All that can be found: counters carry no list of their groups, so where the table is this machine's own it is asked
 * as a whole; on AWS that would cost more than it tells.
 */
export async function allGroups({ state, journal }: ConsolePlace, rule: Rule): Promise<CountedGroup[]> {
  const known = knownGroups(rule, await firingEpisodes(state));
  if (journal === null || rule.groupBy.length === 0) return known;
  const prefix = `count#${rule.id}#${generationOf(rule)}#`;
  const names = (await state.scan())
    .filter(({ pk }) => pk.startsWith(prefix))
    .map(({ pk }) => pk.slice(prefix.length).split(/[#.]/)[0] ?? '');
  const others = [...new Set(names)].filter((name) => !known.some(({ fingerprint }) => fingerprint === name));
  return [...known, ...others.map((fingerprint) => ({ fingerprint, labels: null }))].slice(0, GROUPS_MAX);
}
