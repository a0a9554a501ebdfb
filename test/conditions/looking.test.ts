import { expect, it } from 'vitest';
import type { EvaluateDeps } from '../../functions/evaluator/deps.ts';
import { evaluate } from '../../functions/evaluator/evaluate.ts';
import { compiler } from '../../functions/matcher/compile.ts';
import { MatcherMemory, matchBatch } from '../../functions/matcher/match-batch.ts';
import type { DeliveryMessage, DispatcherMessage } from '../../shared/alerts/messages.ts';
import { ALERT_PREFIX } from '../../shared/alerts/store.ts';
import { channelSchemas } from '../../shared/channels/registry.ts';
import { createItemReader } from '../../shared/config/items.ts';
import { checkPattern, checkRegex } from '../../shared/match/program.ts';
import { MemoryQueue } from '../../shared/memory/queue.ts';
import { MemoryTable } from '../../shared/memory/table.ts';
import type { Table } from '../../shared/ports.ts';
import { START } from './world.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;
const BURST = ['ERROR', 'ERROR', 'ERROR', 'ERROR', 'ERROR'];
const LOOK_EVERY_MS = 10 * SECOND;
const RULE = { id: 'rule', match: { keyword: 'ERROR' }, when: { ratio: '> 50%', within: '1m', atLeast: 4 } };

interface Given {
  /** Called with every call to the table, once it was answered. */
  answered: (name: keyof Table, partition: unknown) => Promise<void>;
}

/** A matcher and the evaluator, at a time that is given. */
function workAt(stored: MemoryTable, clock: () => number, { answered }: Given) {
  const reader = createItemReader(channelSchemas, { checkPattern, checkRegex });
  const { configuration } = reader.assemble([{ kind: 'rule', id: 'rule', body: RULE }]);
  const current = { version: 1, configuration, broken: 0 };
  const compiled = compiler(() => undefined)(current);
  const memory = new MatcherMemory();
  const watched = new Proxy(stored, {
    get:
      (target, name: keyof Table) =>
      async (...given: [never, never, never]) => {
        const answer = await target[name](...given);
        await answered(name, (given[0] as { pk?: string }).pk);
        return answer;
      },
  });
  const deps = (state: Table): EvaluateDeps => ({
    state,
    alerts: new MemoryQueue<DispatcherMessage>(),
    deliveries: new MemoryQueue<DeliveryMessage>(),
    clock,
    happened: () => undefined,
  });
  return {
    look: () => evaluate(deps(watched), current),
    record: (lines: string[]) => {
      const now = clock();
      const events = lines.map((message, index) => ({
        id: `${now}-${index}`,
        timestamp: now - SECOND,
        message,
      }));
      const batch = { account: '1', region: 'eu-west-1', logGroup: '/app', logStream: 's', events };
      return matchBatch(deps(stored), compiled, memory, batch);
    },
  };
}

async function hasAlert(stored: MemoryTable): Promise<boolean> {
  return (await stored.scan()).some(({ pk, withheld }) => pk.startsWith(ALERT_PREFIX) && withheld === null);
}

/** What becomes of a burst that is recorded right after look number `look` of the evaluator has read. */
async function burstAfter(look: number): Promise<'told' | 'lost' | 'there is no such look'> {
  const stored = new MemoryTable();
  let now = START;
  let looks = 0;
  const work = workAt(stored, () => now, {
    answered: async (name, partition) => {
      const isRead = name === 'query' && String(partition).startsWith('count#');
      if (isRead && looks++ === look) await work.record(BURST);
    },
  });
  await work.record(['fine']);
  for (; now < START + 5 * MINUTE; now += LOOK_EVERY_MS) await work.look();
  if (looks <= look) return 'there is no such look';
  return (await hasAlert(stored)) ? 'told' : 'lost';
}

it('tells of what is recorded while the evaluator looks, also where it would not have looked again', async () => {
  const fates: string[] = [];
  while (fates.at(-1) !== 'there is no such look') fates.push(await burstAfter(fates.length));
  expect(fates.length).toBeGreaterThan(2);
  expect(new Set(fates.slice(0, -1))).toEqual(new Set(['told']));
});

it('catches up in looks that end, however long nobody has looked', async () => {
  const stored = new MemoryTable();
  let now = START;
  let calls = 0;
  const work = workAt(stored, () => now, {
    answered: async () => {
      calls += 1;
    },
  });
  await work.record(['fine']);
  now += 7 * DAY;
  await work.record(BURST);
  const callsByLook: number[] = [];
  for (let rounds = 0; rounds < 40; rounds++, now += MINUTE) {
    calls = 0;
    await work.look();
    callsByLook.push(calls);
  }
  expect(Math.max(...callsByLook)).toBeLessThan(700);
  expect(await hasAlert(stored)).toBe(true);
  expect(callsByLook.at(-1)).toBeLessThan(20);
});
