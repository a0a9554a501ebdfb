import { describe, expect, it } from 'vitest';
import type { Selector } from '../../shared/config/model.ts';
import { parseReference } from '../../shared/config/references.ts';
import { groupLabelsOf } from '../../shared/match/group-labels.ts';
import { compileProgram } from '../../shared/match/program.ts';
import { batchOf, hitsOf, matches, ruleOf } from './rules.ts';

const SIZE = 1 << 20;
const regex = (source: string): Selector => ({ kind: 'regex', source });
const pattern = (text: string): Selector => ({ kind: 'pattern', pattern: text });

/** These end within the test's time-out only where time is linear: quadratic time would take hours. */
describe('lines of a megabyte', () => {
  it.each<[name: string, selector: Selector, line: string, expected: boolean]>([
    ['nested repeats', regex('(a+)+$'), `${'a'.repeat(SIZE)}!`, false],
    ['a start that comes again', regex('\\d+ms'), `ms${'1'.repeat(SIZE)}`, false],
    ['a run entered everywhere', regex('user=(?<u>\\S+) ip='), ` ip=${'user='.repeat(SIZE / 5)}`, false],
    ['a proven run', regex('\\[(?<x>[^[\\]]*)\\] end'), `] end${'[a'.repeat(SIZE / 2)}`, false],
    ['spaces', regex('\\s+$'), `${' '.repeat(SIZE)}x`, false],
    ['a pattern regex', pattern('%a*a*a*b[0-9]%'), `b${'a'.repeat(SIZE)}`, false],
    ['open brackets', pattern('[a, ..., b=x]'), `${'[ '.repeat(SIZE / 2)}x`, true],
    ['brackets closed too late', pattern('[a, ..., b=x]'), `${'[ '.repeat(SIZE / 2)}]x`, false],
    ['open quotes', pattern('[a, ..., b=x]'), `${'" "'.repeat(SIZE / 3)} x`, true],
    ['a long number', pattern('[a > 5]'), '9'.repeat(SIZE), false],
    [
      'a word at the end',
      { kind: 'keyword', words: ['needle-in-the-hay'] },
      `${'needle-'.repeat(SIZE / 7)}in-the-hay`,
      true,
    ],
    [
      'a level far away',
      { kind: 'level', level: 'ERROR', exact: false },
      `${'x '.repeat(SIZE / 2)}ERROR`,
      false,
    ],
  ])('%s', (_, selector, line, expected) => {
    expect(matches(selector, line)).toBe(expected);
  });

  it('holds for JSON nested as deep as the line is long', () => {
    const deep = `{"a":${'['.repeat(SIZE / 2)}${']'.repeat(SIZE / 2)}}`;
    expect(matches(pattern('{ $.a[0][0] = 1 }'), deep)).toBe(false);
    expect(matches(pattern('{ $.a[0][0] NOT EXISTS }'), deep)).toBe(false);
    expect(matches(pattern('{ $.b NOT EXISTS }'), '['.repeat(SIZE))).toBe(false);
  });
});

describe('strange text', () => {
  const strange = [
    '\ud83d',
    '\ude00\ud83d',
    '\u0000',
    'a\u0000b',
    '\uffff',
    '\u2028',
    '__proto__',
    'constructor',
  ];

  it('neither crashes nor matches what it should not', () => {
    const rules = [
      ruleOf({ id: 'nul', match: { kind: 'keyword', words: ['a\u0000b'] } }),
      ruleOf({ id: 'half', match: { kind: 'keyword', words: ['\ud83d'] } }),
      ruleOf({ id: 'emoji', match: regex('^\\x{1F600}$') }),
      ruleOf({ id: 'proto', match: pattern('{ $.__proto__ IS TRUE || $.constructor IS TRUE }') }),
    ];
    const hits = hitsOf(rules, batchOf([...strange, '😀', '{"__proto__":true}', '{"a":1}']));
    expect(hits.map(({ rule, event }) => [rule.id, event.id])).toEqual([
      ['half', '0'],
      ['half', '1'],
      ['nul', '3'],
      ['half', '8'],
      ['emoji', '8'],
      ['proto', '9'],
    ]);
  });

  it('leaves prototypes alone when fields are taken', () => {
    const reference = parseReference('$.__proto__.polluted');
    const groupBy = reference ? [{ label: '__proto__', reference }] : [];
    const [hit] = hitsOf([ruleOf({ groupBy })], batchOf(['{"__proto__":{"polluted":"yes"}}']));
    const labels = hit ? groupLabelsOf(hit) : {};
    expect(Object.entries(labels)).toEqual([['__proto__', 'yes']]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('does not let one batch disturb the next', () => {
    const program = compileProgram([
      ruleOf({ match: { kind: 'keyword', words: ['one', 'two', 'three', 'four-five'] } }),
    ]);
    const seen: string[] = [];
    for (const message of ['four-five', 'four-fiv', '', 'x'.repeat(3_000_000), 'four-five']) {
      program.match(batchOf([message]), ({ event }) => seen.push(event.message));
    }
    expect(seen).toEqual(['four-five', 'four-five']);
  });
});
