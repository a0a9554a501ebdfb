import { describe, expect, it } from 'vitest';
import { parseMatcher } from '../../shared/config/matchers.ts';
import type { LabelMatcher } from '../../shared/config/model.ts';
import { timeIntervalSchema } from '../../shared/config/schema/interval-schema.ts';
import { MemoryTable } from '../../shared/memory/table.ts';
import {
  addSilence,
  expireSilence,
  KnownSilences,
  listSilences,
  type Silence,
  silencedBy,
  silenceState,
} from '../../shared/routing/silences.ts';

const HOUR = 3_600_000;
const matchers = (...texts: string[]) => texts.map((text) => parseMatcher(text) as LabelMatcher);
const silence = (changes: Partial<Silence> = {}): Silence => ({
  id: 's1',
  matchers: matchers('rule="errors"'),
  startsAt: HOUR,
  endsAt: 2 * HOUR,
  recurs: null,
  author: 'Wei',
  comment: 'maintenance',
  createdAt: 0,
  ...changes,
});
const names = (found: Silence[]) => found.map(({ id }) => id);

describe('a silence', () => {
  it('keeps quiet what all its matchers take, from its start up to its end', () => {
    const all = [silence({ matchers: matchers('rule="errors"', 'host=~"db.*"', 'env!="test"') })];
    const labels = { rule: 'errors', host: 'db1' };
    expect(names(silencedBy(all, [], labels, HOUR - 1))).toEqual([]);
    expect(names(silencedBy(all, [], labels, HOUR))).toEqual(['s1']);
    expect(names(silencedBy(all, [], labels, 2 * HOUR - 1))).toEqual(['s1']);
    expect(names(silencedBy(all, [], labels, 2 * HOUR))).toEqual([]);
    expect(silencedBy(all, [], { ...labels, host: 'web-db' }, HOUR)).toEqual([]);
    expect(silencedBy(all, [], { ...labels, env: 'test' }, HOUR)).toEqual([]);
  });

  it('that recurs holds only in its time interval, named or written out', () => {
    const night = timeIntervalSchema.parse({
      name: 'night',
      timeIntervals: [{ times: [{ startTime: '03:00', endTime: '04:00' }] }],
    });
    const named = silence({ startsAt: 0, endsAt: null, recurs: { interval: 'night' } });
    const inline = { ...named, id: 's2', recurs: { specs: night.timeIntervals } };
    const at = (time: number) => [named, inline].map((one) => silenceState(one, [night], time));
    expect(at(2 * HOUR)).toEqual(['resting', 'resting']);
    expect(at(3 * HOUR)).toEqual(['active', 'active']);
    expect(at(27 * HOUR)).toEqual(['active', 'active']);
    expect(silenceState(named, [], 3 * HOUR)).toBe('resting');
  });

  it.each([
    [{ matchers: [] }, 'needs a matcher'],
    [{ matchers: matchers('host=~".*"', 'env=""') }, 'does not match an empty label'],
    [{ matchers: matchers('host=~"(?=x)"') }, 'regex of the matcher on host is refused'],
    [{ endsAt: HOUR }, 'ends after it starts'],
    [{ endsAt: null }, 'needs an end'],
    [{ matchers: Array(51).fill(matchers('a=b')[0]) }, '50 matchers at most'],
    [{ matchers: matchers(`a=${'b'.repeat(2000)}`) }, '2000 characters at most'],
    [{ id: 'a b' }, 'letters, digits and hyphens'],
  ])('cannot be %j', async (changes, why) => {
    await expect(addSilence(new MemoryTable(), silence(changes))).rejects.toThrow(why);
  });
});

describe('the store of silences', () => {
  it('keeps what people write harmless and short, in any script', async () => {
    const state = new MemoryTable();
    const author = `\u202eieW\u202c\u0007 ${'𠮷'.repeat(100)}`;
    await addSilence(state, silence({ author, comment: `on\ntwo lines ${'ع'.repeat(100_000)}` }));
    const [kept] = await listSilences(state);
    expect(kept?.author).toBe(`ieW ${'𠮷'.repeat(75)}…`);
    expect(kept?.comment).toMatch(/^on two lines ع+…$/);
    expect(kept?.comment).toHaveLength(500);
  });

  it('lists what was added, and ends what is expired', async () => {
    const state = new MemoryTable();
    await addSilence(state, silence());
    await addSilence(state, silence({ id: 's2', createdAt: 5 }));
    await expect(addSilence(state, silence())).rejects.toMatchObject({ code: 'exists' });
    expect(names(await listSilences(state))).toEqual(['s2', 's1']);
    expect(await expireSilence(state, 's1', HOUR + 5)).toEqual(silence());
    expect((await listSilences(state)).find(({ id }) => id === 's1')?.endsAt).toBe(HOUR + 5);
    await expireSilence(state, 's1', HOUR + 9);
    expect((await listSilences(state)).find(({ id }) => id === 's1')?.endsAt).toBe(HOUR + 5);
    expect(await expireSilence(state, 'none', 0)).toBeUndefined();
  });

  it('ends one that has not begun', async () => {
    const state = new MemoryTable();
    await addSilence(state, silence());
    await expireSilence(state, 's1', 5);
    expect(await listSilences(state)).toMatchObject([{ startsAt: 5, endsAt: 5 }]);
  });

  it('shows a warm function every change at once, and costs it one small read where there is none', async () => {
    const units: number[] = [];
    const state = new MemoryTable(({ readUnits }) => void (readUnits > 0 && units.push(readUnits)));
    const known = new KnownSilences(state, () => 0);
    expect(await known.get()).toEqual([]);
    await addSilence(state, silence());
    expect(names([...(await known.get())])).toEqual(['s1']);
    units.length = 0;
    await known.get();
    expect(units).toEqual([1]);
    await expireSilence(state, 's1', 7);
    expect(await known.get()).toMatchObject([{ endsAt: 7 }]);
  });
});
