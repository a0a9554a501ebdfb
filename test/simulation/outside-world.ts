/** The receivers of notifications: what reached them, and whether whoever sent it could know. */
import type { Notification } from '../../shared/alerts/notification.ts';
import type { Channel, Outcome } from '../../shared/channels/channel.ts';
import { channelSchemas } from '../../shared/channels/registry.ts';
import type { ChannelKind } from '../../shared/config/model.ts';
import { PortError } from '../../shared/ports.ts';
import type { Container, Invocation } from './lambda.ts';
import type { Scenario } from './scenario.ts';
import type { World } from './world.ts';

export interface Received {
  at: number;
  kind: ChannelKind;
  notification: Notification;
  invocation: Invocation;
  /** The sender heard the answer. */
  heard: boolean;
  /** Faults of the sender up to then: whether more followed. */
  faultsBefore: number;
}

export class OutsideWorld {
  readonly received: Received[] = [];
  readonly #world: World;
  readonly #outages: Scenario['outages'];

  constructor(world: World, outages: Scenario['outages']) {
    this.#world = world;
    this.#outages = outages;
  }

  /** A channel as a function in a container has it: no rendering, the same outcomes. */
  channel(kind: ChannelKind, container: Container): Channel {
    return {
      kind,
      schema: channelSchemas[kind],
      deliver: (notification) => this.#send(kind, container, notification),
    };
  }

  async #send(kind: ChannelKind, container: Container, notification: Notification): Promise<Outcome> {
    const { invocation } = container;
    let arrived: Received | undefined;
    const label = () =>
      `${kind} <- ${notification.id} to ${notification.receiver}: ${contentText(notification)}`;
    try {
      const answer = await container.call({ kind: 'outside', label }, async () => {
        const at = this.#world.now();
        const outage = this.#outages.find((one) => one.kind === kind && one.from <= at && at < one.to);
        if (outage !== undefined) return outage;
        arrived = { at, kind, notification, invocation, heard: false, faultsBefore: 0 };
        this.received.push(arrived);
        return { status: 200 };
      });
      if (arrived !== undefined) Object.assign(arrived, { heard: true, faultsBefore: invocation.faults });
      return outcomeOf(answer);
    } catch (error) {
      if (!(error instanceof PortError)) throw error;
      return { outcome: 'retry', afterMs: null, reason: error.code };
    }
  }
}

function outcomeOf({ status, afterMs = null }: { status: number; afterMs?: number | null }): Outcome {
  if (status < 300) return { outcome: 'delivered', reference: null };
  const reason = `it answered ${status}`;
  const isToPass = status >= 500 || status === 429;
  return isToPass ? { outcome: 'retry', afterMs, reason } : { outcome: 'failed', reason };
}

function contentText({ status, reason, alerts }: Notification): string {
  const parts = alerts.map(({ labels, startsAt, status: one, endsAt }) => {
    return `${labels.rule}/${labels.g ?? ''}@${startsAt} ${one}${endsAt === null ? '' : ` ${endsAt}`}`;
  });
  return `${status} (${reason}) ${parts.join(', ')}`;
}
