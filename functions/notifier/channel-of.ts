import type { ChannelConfig, Configuration } from '../../shared/config/model.ts';
import type { Plan, PlannedDelivery } from '../../shared/deliveries/ledger.ts';

/** The channel that a delivery is to go through; undefined: its receiver has none such any more. */
export function channelOf(
  { receivers }: Configuration,
  { notification }: Plan,
  { kind, position }: PlannedDelivery,
): ChannelConfig | undefined {
  const receiver = receivers.find(({ name }) => name === notification.receiver);
  return receiver?.channels.filter((channel) => channel.kind === kind)[position];
}
