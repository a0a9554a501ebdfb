/** What the breakers of endpoints have to say about a delivery, and learn from it. */
import type { Outcome } from '../../shared/channels/channel.ts';
import { endpointOf } from '../../shared/channels/endpoint.ts';
import type { ChannelConfig } from '../../shared/config/model.ts';
import { type Breaker, mayTry, noteAnswer, noteFailure } from '../../shared/deliveries/breaker.ts';
import { type Delivery, type Plan, RETRY_HORIZON_MS } from '../../shared/deliveries/ledger.ts';
import type { Clock, Table } from '../../shared/ports.ts';
import { backoffMs } from './backoff.ts';

export interface EndpointDeps {
  state: Table;
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
}

/** What was decided, has nowhere to go, has no more time or is a test is not held up by its endpoint. */
export async function tryEndpoint(
  { state }: Pick<EndpointDeps, 'state'>,
  config: ChannelConfig | undefined,
  { plan, delivery }: { plan: Plan; delivery: Delivery },
  now: number,
): Promise<Awaited<ReturnType<typeof mayTry>>> {
  const isLast = now >= delivery.createdAt + RETRY_HORIZON_MS || plan.trial === true;
  if (delivery.verdict !== undefined || config === undefined || isLast)
    return { allowed: true, breaker: undefined };
  return await mayTry(state, endpointOf(config), now);
}

/** Notes how the endpoint of an attempt fared. */
export async function noteEndpoint(
  { state, clock, random }: EndpointDeps,
  config: ChannelConfig | undefined,
  breaker: Breaker | undefined,
  outcome: Outcome,
): Promise<void> {
  if (config === undefined) return;
  const endpoint = endpointOf(config);
  if (outcome.outcome !== 'retry') return await noteAnswer(state, endpoint, breaker);
  const wait = (failures: number) => backoffMs(failures, random());
  await noteFailure(state, endpoint, { askedMs: outcome.afterMs, backoffMs: wait }, clock());
}
