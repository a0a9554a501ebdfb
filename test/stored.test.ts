import { expect, it } from 'vitest';
import { stored, storedFields } from '../shared/stored.ts';

it('hands on what a table can hold', () => {
  const lines: readonly { text: string; at?: number }[] = [{ text: 'a' }];
  expect(stored(lines)).toBe(lines);
  expect(storedFields({ lines, known: new Set(['a']), until: null })).toEqual({
    lines,
    known: new Set(['a']),
    until: null,
  });
});

it('refuses by its type what a table cannot hold', () => {
  const refused = {
    // @ts-expect-error a date would be stored as an empty map
    date: stored({ at: new Date(0) }),
    // @ts-expect-error a map has no place in an item
    map: stored(new Map([['a', 1]])),
    // @ts-expect-error what may be undefined is left out, not stored
    missing: stored({ at: undefined }),
  };
  expect(Object.keys(refused)).toHaveLength(3);
});
