import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forEachNovelty, type NovelEvent, type NovelQuestion } from '../../shared/conditions/novel.ts';
import { NovelMemory } from '../../shared/conditions/novel-memory.ts';
import type { FieldReference } from '../../shared/config/model.ts';
import { MemoryTable } from '../../shared/memory/table.ts';
import { type Consumed, type Item, PortError, type Table } from '../../shared/ports.ts';
import { type Faults, interleaved } from './matchers.ts';
import { arrivals, type News } from './novel-oracle.ts';

const START = Date.UTC(2026, 10, 21, 2);
const STEP_MS = 20_000;
const FORGET_MS = 30 * STEP_MS;

type Asked = Partial<NovelQuestion['condition']>;

function question({ of = 'template', learnMs = 0, forgetMs = null }: Asked): NovelQuestion {
  return { ruleId: 'codes', fingerprint: 'f', condition: { kind: 'novel', of, learnMs, forgetMs } };
}

const CODE: FieldReference = { kind: 'json', path: ['code'], text: '$.code' };

/** A warm function; `now` is hers. */
class Finder {
  readonly #memory = new NovelMemory();
  readonly #table: Table;
  readonly #question: NovelQuestion;
  /** All that was ever told, also where the batch failed afterwards. */
  readonly told: News[] = [];

  constructor(table: Table, asked: NovelQuestion) {
    this.#table = table;
    this.#question = asked;
  }

  /** What is told of a batch; nothing comes through where telling `fails`. */
  async find(events: readonly NovelEvent[], fails = false): Promise<News[]> {
    const before = this.told.length;
    const context = { table: this.#table, clock: () => START, memory: this.#memory };
    const tell = async ({ value, firstSeenAt, eventId }: News) => {
      this.told.push({ value, firstSeenAt, eventId });
      if (fails) throw new PortError('Timeout', 'nobody answered', { transient: true });
    };
    await forEachNovelty(context, this.#question, events, tell).catch((error: unknown) => {
      if (!fails || !(error instanceof PortError)) throw error;
    });
    const told = this.told.slice(before);
    return told.sort((a, b) => a.firstSeenAt - b.firstSeenAt || (a.value < b.value ? -1 : 1));
  }

  /** As often as it takes: a batch that failed is delivered again. */
  async findAtLast(events: readonly NovelEvent[]): Promise<void> {
    for (;;) {
      try {
        await this.find(events);
        return;
      } catch (error) {
        if (!(error instanceof PortError) || !error.transient) throw error;
      }
    }
  }
}

/** What stands in the table, by name and first event. */
function remembered(items: readonly Item[]): Set<string> {
  const known = items.flatMap((item) => (Array.isArray(item.known) ? item.known : []));
  return new Set((known as unknown as { text: string; id: string }[]).map(({ text, id }) => `${text} ${id}`));
}

const at = (step: number) => START + step * STEP_MS;
const event = (id: string, step: number, value: string): NovelEvent => ({ id, at: at(step), value });
const values = (found: readonly News[]) => found.map(({ value }) => value);

const given = fc
  .array(fc.record({ step: fc.nat(80), value: fc.constantFrom('a', 'b', 'c', '__proto__') }), {
    minLength: 1,
    maxLength: 30,
  })
  .map((all) => all.map(({ step, value }, index) => event(`e${index}`, step, value)));

/** Batches of events that come in any order, some again and in another company. */
const deliveries = given.chain((events) =>
  fc
    .tuple(fc.shuffledSubarray(events, { minLength: events.length }), fc.shuffledSubarray(events))
    .chain(([once, again]) =>
      fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 60, maxLength: 60 }).map((sizes) => {
        const waiting = [...once, ...again];
        return sizes.map((size) => waiting.splice(0, size)).filter(({ length }) => length > 0);
      }),
    ),
);

describe('values never seen before', () => {
  it('are told as a naive reader of all that arrived would, by whoever comes next where telling failed', async () => {
    const learning = fc.constantFrom(0, 5, 30);
    const forgetting = fc.constantFrom(null, FORGET_MS);
    const failing = fc.array(fc.boolean(), { minLength: 60, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(deliveries, learning, forgetting, failing, async (batches, learn, forgetMs, fails) => {
        const table = new MemoryTable();
        const asked = question({ of: CODE, learnMs: learn * STEP_MS, forgetMs });
        const finders = [0, 1, 2].map(() => new Finder(table, asked));
        const oracle = arrivals(asked.condition);
        for (const [index, batch] of batches.entries()) {
          // What was forgotten and is new again may be known by its old name to another function's memory.
          const isLost = forgetMs === null && fails[index] === true;
          const found = await finders[(index * 7) % 3]?.find(batch, isLost);
          expect(found).toEqual(oracle(batch, isLost));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('are told by one event each when functions work at once, fail midway and start again', async () => {
    const faults = fc.array(fc.tuple(fc.integer({ min: 1, max: 120 }), fc.constantFrom('before', 'after')));
    await fc.assert(
      fc.asyncProperty(deliveries, faults, fc.scheduler(), async (batches, failing, scheduler) => {
        const memory = new MemoryTable();
        const all = batches.flat();
        const learnMs = 10 * STEP_MS;
        const first = Math.min(...all.map((one) => one.at));
        const asked = question({ of: CODE, learnMs });
        await new Finder(memory, asked).find(all.filter((one) => one.at === first));
        const time = { now: START, takes: [1], calls: 0 };
        const table = interleaved(memory, scheduler, time, new Map(failing) as Faults);
        const told: News[] = [];
        const work = [0, 1, 2].map(async (worker) => {
          const finder = new Finder(table, asked);
          const mine = batches.filter((_, index) => index % 3 === worker);
          for (const batch of mine) await finder.findAtLast(batch);
          told.push(...finder.told);
        });
        await scheduler.waitFor(Promise.all(work));
        const ofValue = (value: string) =>
          new Set(told.filter((one) => one.value === value).map((one) => one.eventId));
        for (const value of new Set(values(told))) expect(ofValue(value).size).toBe(1);
        for (const value of new Set(all.map((one) => one.value))) {
          const times = all.filter((one) => one.value === value).map((one) => one.at);
          if (Math.min(...times) >= first + learnMs) expect(ofValue(value).size).toBe(1);
          if (Math.max(...times) < first + learnMs) expect(ofValue(value).size).toBe(0);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('are as many as fit, and all others one', async () => {
    const table = new MemoryTable();
    const asked = question({ of: CODE });
    const many = Array.from({ length: 10_003 }, (_, index) => event(`e${index}`, index, `v${index}`));
    const finder = new Finder(table, asked);
    const found = await finder.find(many);
    expect(found).toHaveLength(10_001);
    expect(values(found)).toContain('__overflow__');
    expect(values(await finder.find([event('late', 20_000, 'yet another')]))).toEqual([]);
    expect(values(await new Finder(table, asked).find([event('later', 20_001, 'another')]))).toEqual([]);
  });

  it('are told of as one where learning has filled the memory', async () => {
    const finder = new Finder(new MemoryTable(), question({ of: CODE, learnMs: 10_010 * STEP_MS }));
    const many = Array.from({ length: 10_020 }, (_, index) => event(`e${index}`, index, `v${index}`));
    expect(await finder.find(many.slice(0, 10_005))).toEqual([]);
    const blind = { value: '__overflow__', firstSeenAt: at(10_010), eventId: 'e10010' };
    expect(await finder.find(many.slice(10_005), true)).toEqual([blind]);
    expect(await finder.find(many.slice(10_015))).toEqual([blind]);
    expect(await finder.find(many.slice(10_005))).toEqual([]);
  });

  it('are apart by group and by what is asked, and learning goes on through edits of the rest', async () => {
    const table = new MemoryTable();
    const asked = question({ of: CODE, learnMs: 10 * STEP_MS });
    await new Finder(table, asked).find([event('1', 0, 'a')]);
    const later = [event('2', 10, 'a')];
    expect(await new Finder(table, asked).find(later)).toEqual([]);
    expect(values(await new Finder(table, { ...asked, fingerprint: 'g' }).find(later))).toEqual(['a']);
    const other = question({ of: { ...CODE, text: '$.other' }, learnMs: 10 * STEP_MS });
    expect(await new Finder(table, other).find(later)).toEqual([]);
  });

  it('cost nothing where they are known, and three writes where they are new', async () => {
    const consumed: Consumed[] = [];
    const finder = new Finder(new MemoryTable((one) => consumed.push(one)), question({ of: CODE }));
    await finder.find([event('0', 0, 'a')]);
    consumed.length = 0;
    await finder.find([event('1', 1, 'a'), event('2', 2, 'a')]);
    expect(consumed).toEqual([]);
    await finder.find([event('3', 3, 'b')]);
    expect(consumed.reduce((sum, { writeUnits }) => sum + writeUnits, 0)).toBe(3);
  });
});

describe('kinds of message never seen before', () => {
  const names = ['alice', 'bob', 'carol', '7', '10.0.0.1'];
  const message = fc.oneof(
    fc.constantFrom(...names).map((name) => `Failed password for ${name} from 10.0.0.1 port 22`),
    fc
      .tuple(fc.constantFrom(...names), fc.constantFrom('paid', 'refunded'))
      .map(([name, done]) => `Order 12 of customer ${name} was ${done} in full today`),
    fc.constantFrom('disk full', 'disk gone', 'constructor failed'),
  );

  it('are told under one name when functions work at once, and nothing that is remembered is untold', async () => {
    const faults = fc.array(fc.tuple(fc.integer({ min: 1, max: 120 }), fc.constantFrom('before', 'after')));
    const batches = fc.array(fc.array(message, { minLength: 1, maxLength: 5 }), {
      minLength: 1,
      maxLength: 9,
    });
    await fc.assert(
      fc.asyncProperty(batches, faults, fc.scheduler(), async (texts, failing, scheduler) => {
        const memory = new MemoryTable();
        const time = { now: START, takes: [1], calls: 0 };
        const table = interleaved(memory, scheduler, time, new Map(failing) as Faults);
        const all = texts.map((batch, index) => batch.map((text, n) => event(`e${index}.${n}`, n, text)));
        const told: News[] = [];
        const work = [0, 1, 2].map(async (worker) => {
          const finder = new Finder(table, question({}));
          const mine = all.filter((_, index) => index % 3 === worker);
          for (const batch of [...mine, ...mine.slice(0, 2)]) await finder.findAtLast(batch);
          told.push(...finder.told);
        });
        await scheduler.waitFor(Promise.all(work));
        const identities = new Set(told.map(({ value, eventId }) => `${value} ${eventId}`));
        expect(identities.size).toBe(new Set(values(told)).size);
        expect(identities).toEqual(remembered(await memory.scan()));
        expect(await new Finder(memory, question({})).find(all.flat())).toEqual([]);
      }),
      { numRuns: 80 },
    );
  });

  it('keep their name while they are widened', async () => {
    const finder = new Finder(new MemoryTable(), question({}));
    const first = event('1', 0, 'Failed password for alice from 10.0.0.1 port 22');
    const expected = [
      { value: 'Failed password for alice from <*> port <*>', firstSeenAt: at(0), eventId: '1' },
    ];
    expect(await finder.find([first], true)).toEqual(expected);
    expect(await finder.find([event('2', 1, 'Failed password for bob from 10.0.0.2 port 22')])).toEqual(
      expected,
    );
    expect(await finder.find([first])).toEqual([]);
  });

  it('stay with their first event though another template has become as similar to it', async () => {
    const finder = new Finder(new MemoryTable(), question({}));
    const texts = [
      'in red green blue',
      'by one two three',
      'by red green blue',
      'by one green blue',
      'by six two blue',
    ]
      .concat('by six six three')
      .map((rest) => `job done ${rest} so far`);
    const events = texts.map((text, index) => event(`e${index}`, index, text));
    const found = [];
    for (const [index, one] of events.entries()) found.push(...(await finder.find([one], index === 1)));
    expect(values(found)).toEqual(texts.slice(0, 2));
    expect(values(await finder.find(events.slice(1, 2)))).toEqual(texts.slice(1, 2));
  });
});
