import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forEachNovelty, type NovelEvent } from '../../shared/conditions/novel.ts';
import { NovelMemory } from '../../shared/conditions/novel-memory.ts';
import type { Consumed, Table } from '../../shared/ports.ts';
import type { DynamoHarness } from './dynamo.ts';
import { harnesses } from './harnesses.ts';

const START = Date.UTC(2026, 10, 21, 2);
const QUESTION = {
  ruleId: 'shapes',
  fingerprint: '0123456789abcdef',
  condition: { kind: 'novel', of: 'template', learnMs: 0, forgetMs: 86_400_000 },
} as const;

const USERS = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'];
/** Two kinds of message, in batches of two. */
const BATCHES = USERS.map((user, index): NovelEvent[] => [
  { id: `login-${user}`, at: START + index, value: `Login of ${user} failed with a wrong password` },
  { id: `disk-${index}`, at: START + index, value: `Disk /dev/sd${index} is ${index} % full` },
]);

describe.each(harnesses)('what is remembered on $name', ({ open }) => {
  let harness: DynamoHarness;

  beforeAll(async () => {
    harness = await open();
  });
  afterAll(async () => harness.stop());

  const functionOn = (table: Table) => {
    const context = { table, memory: new NovelMemory(), clock: () => START };
    return async (events: readonly NovelEvent[]) => {
      const told: string[] = [];
      await forEachNovelty(context, QUESTION, events, async ({ eventId }) => void told.push(eventId));
      return told;
    };
  };

  it('is told by one event each, whoever was first of many at once', async () => {
    const table = await harness.table(() => {});
    const found = await Promise.all(BATCHES.map((batch) => functionOn(table)(batch)));
    // Who comes while somebody tells it tells it too, as of the same event.
    expect(new Set(found.flat()).size).toBe(2);
    expect(await functionOn(table)(BATCHES.flat())).toEqual([]);
  });

  it('costs three writes when it is new, and nothing while it is known', async () => {
    const consumed: Consumed[] = [];
    const find = functionOn(await harness.table((units) => void consumed.push(units)));
    await find(BATCHES[0] ?? []);
    const writes = () => consumed.reduce((sum, { writeUnits }) => sum + writeUnits, 0);
    // One more for the rule's first event.
    expect(writes()).toBe(1 + 2 * 3);
    await find(BATCHES[1] ?? []);
    // The login's template was widened.
    expect(writes()).toBe(1 + 2 * 3 + 1);
    consumed.length = 0;
    for (const batch of BATCHES) await find(batch);
    expect(writes()).toBe(0);
  });
});
