import { describe, expect, it } from 'vitest';
import { problemsOfRule } from './documents.ts';

describe('filter patterns as people of other languages write them', () => {
  it.each([
    [
      'match: ERROR OR WARN',
      'match: warning: OR is a word that the line must hold, too, expected a ? before',
    ],
    ['match: { not: ERROR AND disk }', 'match.not: warning: AND is a word'],
    ['when: { absent: 5m, until: NOT done }', 'when.until: warning: NOT is a word'],
    [
      `when: { ratio: 5%, within: 1m, of: { any: [a, "{ $.level = 'ERROR' }"] } }`,
      `when.of.any[1]: warning: ' is no quote of a filter pattern, but a part of the value that is compared, expected "ERROR"`,
    ],
    ["match: '[level=“ERROR”, ...]'", 'match: warning: “ is no quote'],
    ["title: '{{ $value }} errors'", 'title: warning: is no template: it is shown as it stands'],
  ])('are warned of: %s', (line, problem) => {
    expect(problemsOfRule(line)).toEqual([expect.stringContaining(`rules[0].${problem}`)]);
  });

  it.each([
    'match: \'ORDER "a OR b" -NOT\'',
    'match: OR',
    `match: '{ $.a = "it is ''quoted''" }'`,
    'title: "{{ not a variable }}"',
  ])('are left where they mean what they say: %s', (line) => {
    expect(problemsOfRule(line)).toEqual([]);
  });
});
