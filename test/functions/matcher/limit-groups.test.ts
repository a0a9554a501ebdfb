import { describe, expect, it } from 'vitest';
import { compiler } from '../../../functions/matcher/compile.ts';
import { MatcherMemory, matchBatch } from '../../../functions/matcher/match-batch.ts';
import type { DispatcherMessage } from '../../../shared/alerts/messages.ts';
import type { Rule } from '../../../shared/config/model.ts';
import { countEntries } from '../../../shared/count/entries.ts';
import { entriesIn } from '../../../shared/count/layout.ts';
import type { Happening } from '../../../shared/happenings.ts';
import type { LogBatch } from '../../../shared/logs/event.ts';
import { MemoryQueue } from '../../../shared/memory/queue.ts';
import { MemoryTable } from '../../../shared/memory/table.ts';
import { type Key, PortError } from '../../../shared/ports.ts';
import { batchOf, ruleOf } from '../../match/rules.ts';

const NOW = Date.UTC(2026, 10, 21, 2);

function ruleWith(maxGroups: number, threshold: number): Rule {
  const is = { operator: '>=', threshold, unit: 'none', scale: 1, text: `>= ${threshold}` } as const;
  const condition = { kind: 'count', is, withinMs: 60_000 } as const;
  return ruleOf({
    id: 'per-user',
    groupBy: [{ label: 'user', reference: { kind: 'json', path: ['user'], text: '$.user' } }],
    when: [{ severity: 'error', forMs: 0, condition }],
    maxGroups,
  });
}

/** A matcher with one rule; answers the labels of what fires, and what it says. */
function matcherOf(rule: Rule, state = new MemoryTable()) {
  const said: Happening[] = [];
  const happened = (happening: Happening) => void said.push(happening);
  const alerts = new MemoryQueue<DispatcherMessage>();
  const settings = { redact: [] };
  const current = { version: 1, configuration: { rules: [rule], settings } };
  const compiled = compiler(happened)(current as unknown as Parameters<ReturnType<typeof compiler>>[0]);
  const memory = new MatcherMemory();
  let number = 0;
  const batchFor = (users: readonly string[]): LogBatch => {
    const batch = batchOf(users.map((user) => JSON.stringify({ user })));
    return {
      ...batch,
      events: batch.events.map((event) => ({ ...event, id: String(number++), timestamp: NOW })),
    };
  };
  const deliver = (batch: LogBatch) =>
    matchBatch({ state, alerts, clock: () => NOW, happened }, compiled, memory, batch);
  return {
    said,
    state,
    batchFor,
    deliver,
    take: async (users: readonly string[]) => void (await deliver(batchFor(users))),
    firing: () =>
      alerts
        .take(Number.POSITIVE_INFINITY)
        .map((message) => (message.type === 'alert' ? message.alert.labels.user : undefined)),
  };
}

describe('groups beyond maxGroups', () => {
  it('count under __overflow__ together, and the known ones by themselves', async () => {
    const matcher = matcherOf(ruleWith(2, 3));
    await matcher.take(['a', 'b']);
    await matcher.take(['c', 'd', 'a']);
    expect(matcher.firing()).toEqual([]);
    await matcher.take(['e', 'a']);
    expect(matcher.firing().sort()).toEqual(['__overflow__', 'a']);
  });

  it('are said once', async () => {
    const matcher = matcherOf(ruleWith(1, 100));
    for (let batch = 0; batch < 5; batch++) await matcher.take(['a', `b${batch}`, `c${batch}`]);
    const exceeded = matcher.said.filter(({ type }) => type === 'groups-exceeded');
    expect(exceeded).toEqual([{ type: 'groups-exceeded', ruleId: 'per-user', maxGroups: 1 }]);
  });

  it('make no more items and alerts, whatever the logs hold', async () => {
    const matcher = matcherOf(ruleWith(5, 1));
    await matcher.take(Array.from({ length: 500 }, (_, index) => `user-${index}`));
    expect(matcher.firing()).toHaveLength(6);
    const counters = (await matcher.state.scan()).filter(({ pk }) => pk.startsWith('count#'));
    expect(counters).toHaveLength(6);
  });

  it('are counted once, though where one of them counts was not known at first', async () => {
    let reads = 0;
    class FailingTable extends MemoryTable {
      override get(key: Key) {
        reads += 1;
        if (reads === 5) throw new PortError('Timeout', 'The answer was lost.', { transient: true });
        return super.get(key);
      }
    }
    const matcher = matcherOf(ruleWith(2, 1_000), new FailingTable());
    const users = Array.from({ length: 30 }, (_, index) => `user-${index}`);
    const batch = matcher.batchFor(users);
    await expect(matcher.deliver(batch)).rejects.toThrow('The answer was lost.');
    await matcher.deliver(batch);
    const sets = (await matcher.state.scan()).filter(({ pk }) => pk.startsWith('count#')).map(entriesIn);
    expect(sets.reduce((sum, entries) => sum + countEntries([entries]), 0)).toBe(users.length);
  });

  it('share their group with logs that hold its very value', async () => {
    const matcher = matcherOf(ruleWith(5, 2));
    await matcher.take(['__overflow__', '__overflow__']);
    expect(matcher.firing()).toEqual(['__overflow__']);
    expect(matcher.said.some(({ type }) => type === 'groups-exceeded')).toBe(false);
  });
});
