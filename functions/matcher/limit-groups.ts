import type { BreachDeps } from '../../shared/alerts/breach.ts';
import { fingerprintOf } from '../../shared/alerts/identity.ts';
import { forEachConcurrently } from '../../shared/concurrency.ts';
import { admitGroup, firstToSay, GroupMemory, OVERFLOW_GROUP } from '../../shared/count/groups.ts';
import type { Matches } from './matches.ts';

const GROUPS_AT_A_TIME = 16;
const DAY_MS = 86_400_000;

/** What a warm function remembers of groups; losing it changes nothing but cost. */
export class LimitMemory {
  readonly groups = new GroupMemory();
  /** Rules that are known to exceed their limit, by the day on which somebody said so. */
  readonly said = new Map<string, number>();
}

export interface Limited {
  matches: Matches[];
  /** What the table threw: those groups are left out, and the batch is to be delivered again. */
  failures: unknown[];
}

/**
 * Counts groups beyond their rule's `maxGroups` as one, `__overflow__`, and says so once a day. While it is not known of
 * all of a rule's groups where they count, its overflow is left out too: a batch enters many matches of a slice as one,
 * which are counted twice where they come again in other company.
 */
export async function limitGroups(
  deps: BreachDeps,
  memory: LimitMemory,
  matches: readonly Matches[],
): Promise<Limited> {
  const kept: Matches[] = [];
  const overflow = new Map<string, Matches>();
  const failures: unknown[] = [];
  const incomplete = new Set<string>();
  const limit = async (found: Matches) => {
    // Logs may hold the very value of the overflow: it needs no admission, and counts with what is refused.
    const literal = isOverflow(found);
    if (!literal && (await isAdmitted(deps, memory, found))) return void kept.push(found);
    merge(overflow, found);
    if (!literal) await sayOnce(deps, memory, found);
  };
  await forEachConcurrently(matches, GROUPS_AT_A_TIME, (found) =>
    limit(found).catch((error: unknown) => {
      failures.push(error);
      incomplete.add(found.rule.id);
    }),
  );
  const overflows = [...overflow.values()].filter(({ rule }) => !incomplete.has(rule.id));
  return { matches: [...kept, ...overflows], failures };
}

async function isAdmitted(deps: BreachDeps, memory: LimitMemory, found: Matches): Promise<boolean> {
  if (Object.keys(found.groupLabels).length === 0) return true;
  return await admitGroup(contextOf(deps, memory), limitOf(found), found.series.fingerprint);
}

function isOverflow({ groupLabels }: Matches): boolean {
  const values = Object.values(groupLabels);
  return values.length > 0 && values.every((value) => value === OVERFLOW_GROUP);
}

function merge(overflow: Map<string, Matches>, { rule, generation, groupLabels, events }: Matches): void {
  const known = overflow.get(rule.id);
  if (known !== undefined) {
    for (const event of events) known.events.push(event);
    return;
  }
  const labels = Object.fromEntries(Object.keys(groupLabels).map((label) => [label, OVERFLOW_GROUP]));
  const series = { ruleId: rule.id, generation, fingerprint: fingerprintOf(rule.id, labels) };
  overflow.set(rule.id, { rule, generation, series, groupLabels: labels, events: [...events] });
}

async function sayOnce(deps: BreachDeps, memory: LimitMemory, found: Matches): Promise<void> {
  const { id: ruleId, maxGroups } = found.rule;
  const day = Math.floor(deps.clock() / DAY_MS);
  if (memory.said.get(ruleId) === day) return;
  if (await firstToSay(contextOf(deps, memory), limitOf(found))) {
    deps.happened({ type: 'groups-exceeded', ruleId, maxGroups });
  }
  memory.said.set(ruleId, day);
}

function limitOf({ rule, generation }: Matches) {
  return { ruleId: rule.id, generation, maxGroups: rule.maxGroups };
}

function contextOf({ state, clock }: BreachDeps, { groups }: LimitMemory) {
  return { table: state, groups, clock };
}
