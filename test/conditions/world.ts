/** Matchers and the evaluator over one memory table, in virtual time: what a rule makes of events, as it was delivered. */
import type { EvaluateDeps } from '../../functions/evaluator/deps.ts';
import { evaluate } from '../../functions/evaluator/evaluate.ts';
import { beginWatches } from '../../functions/evaluator/watches.ts';
import { compiler } from '../../functions/matcher/compile.ts';
import { MatcherMemory, matchBatch } from '../../functions/matcher/match-batch.ts';
import type { Episode } from '../../shared/alerts/episode.ts';
import type { DeliveryMessage, DispatcherMessage } from '../../shared/alerts/messages.ts';
import { ALERT_PREFIX, confirmTaken, episodeOf } from '../../shared/alerts/store.ts';
import { channelSchemas } from '../../shared/channels/registry.ts';
import { createItemReader, type RawItem } from '../../shared/config/items.ts';
import type { LogEvent } from '../../shared/logs/event.ts';
import { checkPattern, checkRegex } from '../../shared/match/program.ts';
import { MemoryQueue } from '../../shared/memory/queue.ts';
import { MemoryTable } from '../../shared/memory/table.ts';
import { PortError, type Table } from '../../shared/ports.ts';

export const START = Date.UTC(2026, 10, 21, 2);
const SECOND = 1000;
const FUNCTIONS = 2;

/** Events of one log stream that arrive together, at `at` (ms, processing time). */
export interface Delivery {
  at: number;
  /** Left out where it does not matter. */
  logGroup?: string;
  logStream: string;
  events: LogEvent[];
}

export interface Lived {
  labels: Record<string, string>;
  severity: string;
  /** ms, event time. */
  startsAt: number;
  heldUntil: number;
  value: number;
  measured: Record<string, number | string> | undefined;
  status: 'firing' | 'resolved';
}

/** Who fails is called again, as Lambda and the schedule do, at once so that nothing comes too late. */
const ATTEMPTS = 100;

/**
 * Lives through deliveries until `until` (ms) and answers every episode, in the order of their starts. `trouble` wraps
 * the table that the functions see, `others` are further items of the document.
 */
export async function live(
  rule: Record<string, unknown>,
  deliveries: readonly Delivery[],
  until: number,
  everyMs = 2 * SECOND,
  trouble: (table: Table) => Table = (table) => table,
  others: readonly RawItem[] = [],
): Promise<Lived[]> {
  const reader = createItemReader(channelSchemas, { checkPattern, checkRegex });
  const { configuration, problems } = reader.assemble([
    { kind: 'rule', id: 'rule', body: { id: 'rule', ...rule } },
    ...others,
  ]);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  let now = START;
  const stored = new MemoryTable();
  const state = trouble(stored);
  const alerts = new MemoryQueue<DispatcherMessage>();
  const happened = () => undefined;
  const deps: EvaluateDeps = {
    state,
    alerts,
    deliveries: new MemoryQueue<DeliveryMessage>(),
    clock: () => now,
    happened,
    lookEveryMs: everyMs,
  };
  const current = { version: 1, configuration, broken: 0 };
  const compiled = compiler(happened)(current);
  const functions = Array.from({ length: FUNCTIONS }, () => new MatcherMemory());
  await untilDone(() => beginWatches(deps, configuration.rules));
  const inOrder = [...deliveries].sort((a, b) => a.at - b.at);
  let nextLook = START + everyMs;
  const settle = async () => {
    for (const message of alerts.take(Number.POSITIVE_INFINITY)) {
      if (message.type === 'alert') await confirmTaken(stored, message, now);
    }
  };
  const lookUntil = async (end: number) => {
    for (; nextLook <= end; nextLook += everyMs) {
      now = nextLook;
      await untilDone(() => evaluate(deps, current));
      await settle();
    }
  };
  for (const [index, { at, logGroup = '/app', logStream, events }] of inOrder.entries()) {
    await lookUntil(at);
    now = at;
    const memory = functions[index % FUNCTIONS];
    if (memory === undefined) throw new Error('There is no such function.');
    const batch = { account: '1', region: 'eu-west-1', logGroup, logStream, events };
    await untilDone(() => matchBatch(deps, compiled, memory, batch));
    await settle();
  }
  await lookUntil(until);
  return (await stored.scan())
    .filter(({ pk, sk }) => pk.startsWith(ALERT_PREFIX) && (sk === 'head' || sk.startsWith('past#')))
    .map(episodeOf)
    .map(livedOf)
    .sort((a, b) => a.startsAt - b.startsAt);
}

async function untilDone(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof PortError) || attempt === ATTEMPTS) throw error;
    }
  }
}

function livedOf({ groupLabels, heldUntil, alert }: Episode): Lived {
  const { severity, startsAt, value, measured, status } = alert;
  return { labels: groupLabels, severity, startsAt, heldUntil, value, measured, status };
}
