/** Where messages leave a local stack: to where they are meant for, or to stand-ins that take them as providers do. */
import type { Outside } from '../../functions/outside.ts';
import type { Configuration } from '../../shared/config/model.ts';
import { createTransport } from '../../shared/net/undici-transport.ts';
import type { Clock, Secrets } from '../../shared/ports.ts';
import { botsOf } from './bots.ts';
import type { Bot } from './feishu/hook.ts';
import { type FeishuStandIn, startFeishuStandIn } from './feishu/stand-in.ts';
import { destinationsOf, inventedSecrets } from './recorder/destinations.ts';
import { localEventBus, localTextMessages } from './recorder/ports.ts';
import { type Recorder, startRecorder } from './recorder/recorder.ts';
import { inventMissing } from './secrets.ts';
import { towardsStandIns } from './stand-in-transport.ts';

export interface WayOutOptions {
  clock: Clock;
  secrets: Secrets;
  /** Messages really leave this machine, instead of going to the stand-ins. */
  deliver: boolean;
  /** Hosts of this machine and of private networks that messages may go to all the same, where they really leave. */
  allowedHosts?: string[] | undefined;
  /** Whether the Feishu stand-in keeps the real rate limits (true). */
  rateLimits?: boolean | undefined;
}

export interface WayOut {
  feishu: FeishuStandIn;
  /** Where the other channels post to. */
  recorder: Recorder;
  /** With those that nobody set made up, where nothing really leaves. */
  secrets: Secrets;
  /** What the notifier sends through. */
  through: Pick<Outside, 'transport' | 'texts' | 'events'>;
  /** Makes the stand-ins know the bots and addresses of a configuration. */
  knowBots(configuration: Configuration): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the stand-ins in any case: their pages are there, and empty where messages really leave. */
export async function openWayOut(options: WayOutOptions): Promise<WayOut> {
  const { clock, deliver, allowedHosts, rateLimits = true } = options;
  let bots = new Map<string, Bot>();
  let invented = new Map<string, string>();
  const feishu = await startFeishuStandIn({ clock, botFor: (token) => bots.get(token) ?? null, rateLimits });
  const recorder = await startRecorder(clock);
  const secrets = deliver
    ? options.secrets
    : inventMissing(options.secrets, (reference) => invented.get(reference));
  const transport = createTransport(
    deliver
      ? { ...(allowedHosts !== undefined && { privateHosts: allowedHosts }) }
      : { allow: ({ origin }) => origin === feishu.url || origin === recorder.url },
  );
  return {
    feishu,
    recorder,
    secrets,
    through: deliver
      ? { transport }
      : {
          transport: towardsStandIns(transport, feishu.url, recorder.url),
          texts: localTextMessages(recorder),
          events: localEventBus(recorder),
        },
    async knowBots(configuration) {
      // Really delivered, nothing reaches the stand-in: a secret that is missing is then for the notifier to tell.
      if (deliver) return;
      invented = inventedSecrets(configuration);
      bots = await botsOf(configuration, secrets);
      recorder.know(await destinationsOf(configuration, secrets));
    },
    async stop() {
      await Promise.all([transport.close(), feishu.stop(), recorder.stop()]);
    },
  };
}
