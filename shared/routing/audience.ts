import type { ChannelConfig } from '../config/model.ts';
import type { Member } from './flush.ts';

/** The members a channel wants to hear of: its severities, and no ends of what it was told where it says so. */
export function membersFor<Heard extends Member>(
  { settings }: ChannelConfig,
  members: readonly Heard[],
): Heard[] {
  const { severities, sendResolved } = settings;
  return members
    .filter(({ alert }) => severities === null || severities.includes(alert.severity))
    .filter(({ alert, told }) => sendResolved || alert.status === 'firing' || told === 'nothing');
}
