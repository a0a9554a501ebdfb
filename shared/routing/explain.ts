/** Why an alert was or was not told: what was decided about it, group by group, in the words of the decisions. */
import type { EpisodeName } from '../alerts/acknowledgement.ts';
import type { Table } from '../ports.ts';
import type { Decision } from './decisions.ts';
import { loadHead } from './groups.ts';
import { loadEnded, loadMember } from './members.ts';
import { type WayIn, waysOf } from './reach.ts';

export interface ExplainedGroup extends WayIn {
  /** What the group last told of the alert; `left`: the alert is no longer in it. */
  told: 'nothing' | 'firing' | 'resolved' | 'left';
  /** What was decided about the alert, oldest first. */
  decisions: Decision[];
  /** What was decided about the group as a whole; empty where it has ended. */
  ofGroup: Decision[];
  /** When the group decides again, ms; null: it has ended. */
  nextAt: number | null;
}

/** Every group that an episode came to, in order of time; none: it went nowhere, or was withheld by its rule. */
export async function explain(state: Table, episode: EpisodeName): Promise<ExplainedGroup[]> {
  const ways = await waysOf(state, episode);
  return await Promise.all(ways.map((way) => explainGroup(state, episode, way)));
}

async function explainGroup(state: Table, episode: EpisodeName, way: WayIn): Promise<ExplainedGroup> {
  const [head, member] = await Promise.all([
    loadHead(state, way.groupId),
    loadMember(state, way.groupId, episode),
  ]);
  const decisions = member === undefined ? await loadEnded(state, way.groupId, episode) : member.log;
  return {
    ...way,
    told: member?.told ?? 'left',
    decisions: decisions ?? [],
    ofGroup: head?.log ?? [],
    nextAt: head?.nextFlushAt ?? null,
  };
}
