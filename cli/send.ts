import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { configurationInForce } from '../functions/in-force.ts';
import type { DeliveryMessage } from '../shared/alerts/messages.ts';
import { SqsQueue } from '../shared/aws/queue.ts';
import { type Receiver, SEVERITIES, type Severity } from '../shared/config/model.ts';
import { type Delivery, loadDelivery, type Plan } from '../shared/deliveries/ledger.ts';
import { failingSentence, loadFailing } from '../shared/deliveries/returned-mail.ts';
import { type Connection, inPlace, PLACE_OPTIONS, PLACE_USAGE } from './place/connection.ts';
import { queuesOf } from './place/queues.ts';
import { planTrial } from './send/trial.ts';
import type { Command, Io } from './terminal/io.ts';
import { lengthOf } from './terminal/moments.ts';
import { UsageError } from './terminal/usage-error.ts';

const USAGE = `tocsin send RECEIVER [options]

Sends a test message through every channel of a receiver, by the functions that send alerts, and says what became of
each. One attempt a channel; a failure reaches neither the fallback nor the dead-letter queue.

  --severity NAME      critical, error, warning or info (default): decides colours and whom to mention
  --resolved           tells an end; PagerDuty closes what the test opened
  --timeout DURATION   how long to wait for the answers (default: 60s)
${PLACE_USAGE}
  --json               a line of JSON for each channel

Exit code: 0 all delivered, 1 something was not, 2 wrong usage, 3 the place cannot be reached.

Examples:
  tocsin send ops --local http://127.0.0.1:41234
  tocsin send ops --severity critical --stack Tocsin --region eu-central-1
  tocsin send oncall --resolved --json
`;

const LOOK_EVERY_MS = 250;
const TIMEOUT_DEFAULT = '60s';

interface Choice {
  name: string;
  severity: Severity;
  isResolved: boolean;
  timeoutMs: number;
  json: boolean;
}

async function run(argv: string[], io: Io): Promise<number> {
  const options = {
    ...PLACE_OPTIONS,
    severity: { type: 'string' },
    resolved: { type: 'boolean' },
    timeout: { type: 'string' },
    json: { type: 'boolean' },
  } as const;
  const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options });
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw new UsageError('send needs the name of one RECEIVER.');
  const choice: Choice = {
    name,
    severity: severityOf(values.severity),
    isResolved: values.resolved ?? false,
    timeoutMs: lengthOf('--timeout', values.timeout ?? TIMEOUT_DEFAULT),
    json: values.json ?? false,
  };
  return await inPlace(values, (place) => sendTo(place, choice, io));
}

function severityOf(text = 'info'): Severity {
  const severity = SEVERITIES.find((known) => known === text);
  if (severity === undefined)
    throw new UsageError(`--severity ${text} is none: one of ${SEVERITIES.join(', ')} was expected.`);
  return severity;
}

async function sendTo(place: Connection, choice: Choice, io: Io): Promise<number> {
  const { receivers } = await configurationInForce(place.state);
  const receiver = receivers.find((one) => one.name === choice.name);
  const refused = whyNot(choice.name, receiver, receivers, place);
  if (receiver === undefined || refused !== null) {
    io.stderr(`tocsin send: ${refused}\n`);
    return 1;
  }
  const now = Date.now();
  const { plan, messages } = await planTrial(place.state, { ...choice, receiver }, now);
  const queues = await queuesOf(place);
  try {
    const queue = new SqsQueue<DeliveryMessage>(queues.sqs, queues.urlOf('deliveries'), Date.now);
    await queue.send(messages.map((body) => ({ body })));
  } finally {
    queues.close();
  }
  const code = await reportAll(place, plan, choice, io);
  for (const failing of await loadFailing(place.state, [receiver]))
    io.stderr(`tocsin send: ${failingSentence(failing)}\n`);
  return code;
}

function whyNot(
  name: string,
  receiver: Receiver | undefined,
  receivers: readonly Receiver[],
  place: Connection,
): string | null {
  const known = receivers.map((one) => one.name).join(', ');
  if (receiver === undefined)
    return `there is no receiver ${name} in force at ${place.name}: one of ${known} was expected.`;
  return receiver.channels.length === 0 ? `receiver ${name} is a mute: it has no channels.` : null;
}

/** Waits for each channel's answer, and says it as soon as it is there. */
async function reportAll(place: Connection, plan: Plan, choice: Choice, io: Io): Promise<number> {
  const { id } = plan.notification;
  const until = Date.now() + choice.timeoutMs;
  const open = new Set(plan.deliveries.map((delivery) => delivery.id));
  const waiting = new Set<string>();
  let isAllDelivered = true;
  while (open.size > 0) {
    for (const delivery of open) {
      const found = (await loadDelivery(place.state, id, delivery))?.delivery;
      const isLate = Date.now() > until;
      if (found?.status === 'pending' && !isLate) {
        if (found.reason !== null && !waiting.has(delivery)) {
          waiting.add(delivery);
          io.stderr(`tocsin send: ${delivery} waits: ${found.reason}\n`);
        }
        continue;
      }
      open.delete(delivery);
      isAllDelivered = isAllDelivered && found?.status === 'delivered';
      await io.stdout(`${line(choice, id, delivery, found)}\n`);
    }
    if (open.size > 0) await wait(LOOK_EVERY_MS);
  }
  return isAllDelivered ? 0 : 1;
}

function line(choice: Choice, id: string, delivery: string, found: Delivery | undefined): string {
  const { name: receiver, json, timeoutMs } = choice;
  const [channel = ''] = delivery.split('#');
  const isOver = found !== undefined && found.status !== 'pending';
  const outcome = isOver ? found.status : 'retry';
  const waited = `no answer within ${timeoutMs / 1000} s`;
  const reason = isOver ? (found.log?.at(-1)?.reason ?? null) : (found?.reason ?? waited);
  if (!json) return `${delivery}: ${isOver ? outcome : 'unanswered'}${reason === null ? '' : `: ${reason}`}`;
  const at = found?.log?.at(-1)?.at ?? Date.now();
  const words = {
    type: 'delivery',
    at: new Date(at).toISOString(),
    id,
    receiver,
    channel,
    delivery,
    outcome,
    reason: outcome === 'delivered' ? null : reason,
  };
  return JSON.stringify(words);
}

export const command: Command = {
  name: 'send',
  summary: 'send a test message through every channel of a receiver',
  usage: USAGE,
  run,
};
