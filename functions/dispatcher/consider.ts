import {
  type Acknowledgement,
  acknowledgementEnd,
  acknowledgementOf,
} from '../../shared/alerts/acknowledgement.ts';
import { isSignOfLife } from '../../shared/alerts/signs-of-life.ts';
import { forEachConcurrently } from '../../shared/concurrency.ts';
import type { Configuration } from '../../shared/config/model.ts';
import type { Clock, Table } from '../../shared/ports.ts';
import type { Considered } from '../../shared/routing/flush.ts';
import { isTarget } from '../../shared/routing/inhibition.ts';
import { firingSources } from '../../shared/routing/inhibitors.ts';
import type { StoredMember } from '../../shared/routing/members.ts';
import { quietOf } from '../../shared/routing/quiet.ts';
import { KnownSilences } from '../../shared/routing/silences.ts';
import type { TakenRoute } from '../../shared/routing/tree.ts';

export interface ConsiderDeps {
  state: Table;
  clock: Clock;
  /** Kept by a warm function; absent: read anew. */
  silences?: KnownSilences;
}

/** A stored member with what keeps it quiet now, and whether somebody is at it. */
export type Weighed = StoredMember & Considered & { acknowledgement: Acknowledgement | null };

const AT_A_TIME = 16;

/** Weighs the members of a group: which of them are quiet now, and why. Nobody is asked for acknowledgements yet. */
export async function weigh(
  { state, clock, silences = new KnownSilences(state, clock) }: ConsiderDeps,
  { inhibitRules, timeIntervals: intervals }: Configuration,
  route: TakenRoute,
  members: readonly StoredMember[],
): Promise<Weighed[]> {
  const now = clock();
  const hasTarget = members.some(({ alert }) => isTarget(inhibitRules, alert.labels));
  const [known, sources] = await Promise.all([
    silences.get(),
    hasTarget ? firingSources(state, inhibitRules, now) : [],
  ]);
  const causes = { silences: known, intervals, inhibitRules, sources };
  return members.map((member) => ({
    ...member,
    quietNow: isSignOfLife(member.alert.ruleId) ? null : quietOf(causes, route, member.alert.labels, now),
    isAcknowledged: false,
    acknowledgement: null,
  }));
}

/** The same members with who acknowledged them. */
export async function withAcknowledgements(
  { state, clock }: ConsiderDeps,
  members: readonly Weighed[],
): Promise<Weighed[]> {
  const asked: Weighed[] = [];
  await forEachConcurrently(members.entries(), AT_A_TIME, async ([index, member]) => {
    asked[index] = await withAcknowledgement(state, member, clock());
  });
  return asked;
}

async function withAcknowledgement(state: Table, member: Weighed, now: number): Promise<Weighed> {
  const acknowledgement = (await acknowledgementOf(state, member.alert)) ?? null;
  if (acknowledgement === null) return member;
  const end = acknowledgementEnd(acknowledgement, member.alert, now);
  if (end === null) return { ...member, acknowledgement, isAcknowledged: true };
  return end === 'the episode ended' ? { ...member, acknowledgement } : member;
}
