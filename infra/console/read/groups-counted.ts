/** Which groups of a rule have counters. */
import type { Episode } from '../../../shared/alerts/episode.ts';
import { fingerprintOf, generationOf } from '../../../shared/alerts/identity.ts';
import type { Rule } from '../../../shared/config/model.ts';
import { HEAD_SORT_KEY } from '../../../shared/count/layout.ts';
import type { Table } from '../../../shared/ports.ts';
import type { ConsolePlace } from '../place.ts';

/** A group whose counters can be read. */
export interface CountedGroup {
  fingerprint: string;
  /** null: nobody knows them. */
  labels: Record<string, string> | null;
}

const GROUPS_MAX = 40;

/** What fires, or the one group of a rule that has no others. */
function knownGroups(rule: Rule, firing: readonly Episode[]): CountedGroup[] {
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
export async function allGroups(
  { state, journal, clock }: Pick<ConsolePlace, 'state' | 'journal' | 'clock'>,
  rule: Rule,
  firing: readonly Episode[],
): Promise<CountedGroup[]> {
  const known = knownGroups(rule, firing);
  if (journal === null || rule.groupBy.length === 0) return known;
  const counted = (await countersIn(state, clock())).get(`${rule.id}#${generationOf(rule)}`) ?? [];
  const others = counted.filter((name) => !known.some(({ fingerprint }) => fingerprint === name));
  return [...known, ...others.map((fingerprint) => ({ fingerprint, labels: null }))].slice(0, GROUPS_MAX);
}

/** The table is not asked as a whole sooner than this again, ms. */
const LOOK_EVERY_MS = 10_000;
const LOOKS = new WeakMap<Table, { at: number; counters: Promise<Map<string, string[]>> }>();

/** The fingerprints that have counters, by rule and generation: those counted last first. */
function countersIn(state: Table, now: number): Promise<Map<string, string[]>> {
  const last = LOOKS.get(state);
  if (last !== undefined && now < last.at + LOOK_EVERY_MS) return last.counters;
  const counters = readCounters(state);
  LOOKS.set(state, { at: now, counters });
  counters.catch(() => LOOKS.delete(state));
  return counters;
}

async function readCounters(state: Table): Promise<Map<string, string[]>> {
  const newest = new Map<string, Map<string, string>>();
  for (const { pk, sk } of await state.scan()) {
    const [, rule, generation, fingerprint] = pk.startsWith('count#') ? pk.split(/[#.]/) : [];
    if (fingerprint === undefined || sk === HEAD_SORT_KEY) continue;
    const name = `${rule}#${generation}`;
    const slices = newest.get(name) ?? new Map<string, string>();
    newest.set(name, slices);
    if (sk > (slices.get(fingerprint) ?? '')) slices.set(fingerprint, sk);
  }
  const inOrder = (slices: Map<string, string>) =>
    [...slices].sort(([, a], [, b]) => (a < b ? 1 : -1)).map(([fingerprint]) => fingerprint);
  return new Map([...newest].map(([name, slices]) => [name, inOrder(slices)]));
}
