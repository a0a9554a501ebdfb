import type { ChannelConfig, Severity } from '../config/model.ts';
import type { Member } from './flush.ts';

/**
 * The members a channel wants to hear of: its severities, what it was told of and is another severity now, the ends of
 * both, and no ends at all where it says so.
 */
export function membersFor<Heard extends Member>(
  { settings }: ChannelConfig,
  members: readonly Heard[],
): Heard[] {
  const { severities, sendResolved } = settings;
  return members
    .filter((member) => severities === null || severitiesOf(member).some((one) => severities.includes(one)))
    .filter(({ alert, told }) => sendResolved || alert.status === 'firing' || told === 'nothing');
}

function severitiesOf({ alert, told, toldSeverity, toldSeverities = [] }: Member): Severity[] {
  if (told !== 'firing') return [alert.severity];
  const before = alert.status === 'resolved' ? toldSeverities : [];
  return [alert.severity, ...before, ...(toldSeverity === undefined ? [] : [toldSeverity])];
}
