/**
 * The whole product between its stand-ins, in a time of its own that only `advance` moves: timers, the schedule and
 * retries follow it, and nothing here waits for the wall clock but for the queues to be empty.
 */
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { billOf } from '../../cli/cost/so-far.ts';
import { sqsClient } from '../../functions/aws-clients.ts';
import { currentConfiguration } from '../../functions/configuration.ts';
import type { Outside } from '../../functions/outside.ts';
import { applyItems } from '../../infra/local/apply.ts';
import { type SesFaults, startSesFaults } from '../../infra/local/aws/ses-faults.ts';
import { HeldQueues } from '../../infra/local/held-queues.ts';
import { LocalSecrets } from '../../infra/local/secrets.ts';
import { type LocalStack, startLocalStack } from '../../infra/local/stack.ts';
import type { QueueName } from '../../infra/topology.ts';
import { VirtualClock } from '../../infra/virtual/clock.ts';
import type { Configuration } from '../../shared/config/model.ts';
import { nextDueAt } from '../../shared/due.ts';
import type { DeliveryAttempt, Happening } from '../../shared/happenings.ts';
import { documentOf } from './document.ts';

export const START = Date.UTC(2026, 10, 21, 2);
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
/** What the functions of a test stack find set: the key that links are signed with. */
export const SECRETS = { links: 'the key of the links in tests' };

export interface Mail {
  subject: string;
  destination: { to: string[] };
  body: { text?: string; html?: string };
  headers?: unknown;
}

type Of<Type extends Happening['type']> = Extract<Happening, { type: Type }>;

export interface TestStack extends LocalStack {
  clock: VirtualClock;
  held: HeldQueues;
  ses: SesFaults;
  /** What the functions are started with, for another one of them. */
  outside: Outside;
  /** The fair-queue groups of all messages that were sent. */
  fairQueueGroups(): string[];
  /** What failed and is tried again. */
  failures: unknown[];
  /** What the functions said, of one type, in order. */
  said<Type extends Happening['type']>(type: Type): Of<Type>[];
  /** Brings the config table to the document, and lets it become live. */
  apply(yaml: string): Promise<void>;
  /** Log events of now, one per message, through the matcher. */
  log(messages: readonly string[], logGroup?: string, ids?: readonly string[]): Promise<void>;
  /** Waits until no message is carried out or waits. */
  settle(): Promise<void>;
  /** Lets time pass: every timer rings when it is due, the evaluator looks at least once a minute where something is. */
  advance(ms: number): Promise<void>;
  /** The configuration as a function has it that runs since the start. */
  configuration(): Promise<Configuration>;
  mails(): Promise<Mail[]>;
  /** Puts messages into a queue, as somebody else would. */
  send(queue: QueueName, bodies: readonly unknown[]): Promise<void>;
  /** The parsed bodies in a dead-letter queue; they hide for a while. */
  deadLetters(queue: QueueName): Promise<unknown[]>;
  /** The attempts so far, as `feishu delivered`, `email retry`, …. */
  attempts(channel?: DeliveryAttempt['channel']): string[];
}

export async function startTestStack(yaml?: string): Promise<TestStack> {
  const clock = new VirtualClock(START);
  const held = new HeldQueues(clock.now);
  const happenings: Happening[] = [];
  const failures: unknown[] = [];
  const groups = new Set<string>();
  const faults: SesFaults[] = [];
  const outside: Outside = {
    clock: clock.now,
    random: () => 0.5,
    happened: (happening) => void happenings.push(happening),
    aroundQueue: (queue) => {
      const timed = held.around(queue);
      return {
        send(messages) {
          for (const { group } of messages) if (group !== undefined) groups.add(group);
          return timed.send(messages);
        },
      };
    },
  };
  const stack = await startLocalStack({
    outside,
    secrets: new LocalSecrets(SECRETS, {}),
    deliver: false,
    bill: billOf,
    beforeInbox: async (url) => {
      const server = await startSesFaults(url);
      faults.push(server);
      return server.url;
    },
    failed: (error) => void failures.push(error),
  });
  const [ses] = faults;
  if (ses === undefined) throw new Error('The mail inbox was not started.');
  await fetch(`${stack.urls.inbox}/clear-store`, { method: 'POST' });

  const said = <Type extends Happening['type']>(type: Type) =>
    happenings.filter((happening): happening is Of<Type> => happening.type === type);
  const settle = () => untilQuiet(stack);
  const advance = (ms: number) => advanceBy({ stack, clock, held, settle }, ms);
  const warm = currentConfiguration(stack.config, stack.state, outside);
  let number = 0;
  const test: TestStack = {
    ...stack,
    clock,
    held,
    ses,
    outside,
    fairQueueGroups: () => [...groups],
    failures,
    said,
    settle,
    advance,
    async apply(text) {
      const { document, items } = documentOf(text);
      await applyItems(stack.config, items, 'test');
      await stack.knowBots(document.configuration);
      await advance(30 * SECOND);
    },
    async log(messages, logGroup = '/app/api', ids) {
      const events = messages.map((message, index) => {
        number += 1;
        return { id: ids?.[index] ?? String(number).padStart(56, '0'), timestamp: clock.now(), message };
      });
      await stack.ingest({
        account: '123456789012',
        region: 'us-east-1',
        logGroup,
        logStream: 'stream',
        events,
      });
      await settle();
    },
    configuration: async () => (await warm.get()).configuration,
    async mails() {
      const response = await fetch(`${stack.urls.inbox}/store`);
      const { emails } = (await response.json()) as { emails: Mail[] };
      return emails;
    },
    send: (queue, bodies) => putInto(stack, queue, bodies),
    deadLetters: (queue) => bodiesIn(stack, queue),
    attempts: (channel) =>
      said('delivery')
        .filter((attempt) => channel === undefined || attempt.channel === channel)
        .map(({ channel: kind, outcome }) => `${kind} ${outcome}`),
    async stop() {
      await stack.stop();
      await ses.stop();
    },
  };
  if (yaml !== undefined) await test.apply(yaml);
  return test;
}

/** Two looks in a row must agree: a message may be on its way from one function to the next. */
async function untilQuiet(stack: Pick<LocalStack, 'busy'>): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    const isBusy = stack.busy();
    quiet = isBusy ? 0 : quiet + 1;
    // Asked at every turn, the question would cost more than the answer.
    await new Promise((resolve) => (isBusy ? setTimeout(resolve, 1) : setImmediate(resolve)));
  }
}

async function putInto(stack: LocalStack, queue: QueueName, bodies: readonly unknown[]): Promise<void> {
  const client = sqsClient(stack.environmentOf('notifier'));
  const send = (body: unknown) =>
    client.send(
      new SendMessageCommand({ QueueUrl: stack.queueUrl(queue), MessageBody: JSON.stringify(body) }),
    );
  await Promise.all(bodies.map(send));
  client.destroy();
}

async function bodiesIn(stack: LocalStack, queue: QueueName): Promise<unknown[]> {
  const client = sqsClient(stack.environmentOf('notifier'));
  const bodies: unknown[] = [];
  for (;;) {
    const command = { QueueUrl: stack.deadLetterUrl(queue), MaxNumberOfMessages: 10 };
    const { Messages = [] } = await client.send(new ReceiveMessageCommand(command));
    if (Messages.length === 0) break;
    bodies.push(...Messages.map(({ Body = '' }) => JSON.parse(Body) as unknown));
  }
  client.destroy();
  return bodies;
}

interface Timing {
  stack: LocalStack;
  clock: VirtualClock;
  held: HeldQueues;
  settle(): Promise<void>;
}

async function advanceBy({ stack, clock, held, settle }: Timing, ms: number): Promise<void> {
  const end = clock.now() + ms;
  await settle();
  for (;;) {
    const next = await nextEvent(stack, clock, held);
    if (next > end) break;
    clock.advanceTo(next);
    await held.releaseDue();
    await settle();
    if (next % MINUTE === 0) await stack.evaluate();
    await settle();
  }
  clock.advanceTo(end);
}

/** A message that is due, or the schedule's next minute at which something is. */
async function nextEvent(stack: LocalStack, clock: VirtualClock, held: HeldQueues): Promise<number> {
  const due = (await nextDueAt(stack.state)) ?? Number.POSITIVE_INFINITY;
  const minute = Math.ceil(Math.max(due, clock.now() + 1) / MINUTE) * MINUTE;
  return Math.min(Math.max(held.nextAt() ?? Number.POSITIVE_INFINITY, clock.now()), minute);
}
