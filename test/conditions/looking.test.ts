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
const LOOK_EVERY_MS = 10 * SECOND;
const RULE = { id: 'rule', match: { keyword: 'ERROR' }, when: { ratio: '> 50%', within: '1m', atLeast: 4 } };

/** What becomes of a burst that is recorded right after look number `look` of the evaluator has read. */
async function burstAfter(look: number): Promise<'told' | 'lost' | 'there is no such look'> {
  const reader = createItemReader(channelSchemas, { checkPattern, checkRegex });
  const { configuration } = reader.assemble([{ kind: 'rule', id: 'rule', body: RULE }]);
  const stored = new MemoryTable();
  let now = START;
  let looks = 0;
  const record = (lines: string[]) => {
    const events = lines.map((message, index) => ({
      id: `${now}-${index}`,
      timestamp: now - SECOND,
      message,
    }));
    const batch = { account: '1', region: 'eu-west-1', logGroup: '/app', logStream: 's', events };
    return matchBatch(deps(stored), compiled, memory, batch);
  };
  const interrupted = new Proxy(stored, {
    get:
      (target, name: keyof Table) =>
      async (...given: [never, never, never]) => {
        const answer = await target[name](...given);
        const isRead = name === 'query' && (given[0] as { pk: string }).pk.startsWith('count#');
        if (isRead && looks++ === look) await record(Array.from({ length: 5 }, () => 'ERROR'));
        return answer;
      },
  });
  const deps = (state: Table): EvaluateDeps => ({
    state,
    alerts: new MemoryQueue<DispatcherMessage>(),
    deliveries: new MemoryQueue<DeliveryMessage>(),
    clock: () => now,
    happened: () => undefined,
  });
  const current = { version: 1, configuration, broken: 0 };
  const compiled = compiler(() => undefined)(current);
  const memory = new MatcherMemory();
  await record(['fine']);
  for (; now < START + 5 * MINUTE; now += LOOK_EVERY_MS) await evaluate(deps(interrupted), current);
  if (looks <= look) return 'there is no such look';
  const items = await stored.scan();
  return items.some(({ pk, sk }) => pk.startsWith(ALERT_PREFIX) && sk === 'head') ? 'told' : 'lost';
}

it('tells of what is recorded while the evaluator looks, also where it would not have looked again', async () => {
  const fates: string[] = [];
  while (fates.at(-1) !== 'there is no such look') fates.push(await burstAfter(fates.length));
  expect(fates.length).toBeGreaterThan(2);
  expect(new Set(fates.slice(0, -1))).toEqual(new Set(['told']));
});
