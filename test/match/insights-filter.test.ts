import { describe, expect, it } from 'vitest';
import type { Selector } from '../../shared/config/model.ts';
import { insightsFilter } from '../../shared/match/insights-filter.ts';

const filterOf = (match: Selector) => insightsFilter({ match, fields: null });
const pattern = (text: string): Selector => ({ kind: 'pattern', pattern: text });
const regex = (source: string): Selector => ({ kind: 'regex', source });
const keyword = (...words: string[]): Selector => ({ kind: 'keyword', words });
const level: Selector = { kind: 'level', level: 'ERROR', exact: false };
const not = (selector: Selector): Selector => ({ kind: 'not', selector });

describe('the Insights filter of a rule', () => {
  it.each<[string, Selector, string]>([
    ['a word', keyword('time out'), '@message like "time out"'],
    ['one of several words', keyword('a', 'b'), '(@message like "a" or @message like "b")'],
    ['quotes and backslashes', keyword('say "hi" \\'), '@message like "say \\"hi\\" \\\\"'],
    ['a regex', regex('^job \\d+ (?:ok|bad)'), '@message like /^job \\d+ (?:ok|bad)/'],
    ['slashes of a regex', regex('GET /a\\/b [/]'), '@message like /GET \\/a\\/b [\\/]/'],
    ['named groups', regex('from (?P<a>\\d+) \\(?<c>'), '@message like /from (?:\\d+) \\(?<c>/'],
    ['a regex without case', regex('(?i)oom'), '@message like /(?i)oom/'],
    [
      'terms',
      pattern('ERROR -retry "two words"'),
      '(@message like "ERROR" and not (@message like "retry") and @message like "two words")',
    ],
    ['terms of which one is enough', pattern('?a ?b'), '(@message like "a" or @message like "b")'],
    ['a regex in a pattern', pattern('%5\\d\\d%'), '@message like /5\\d\\d/'],
    ['JSON', pattern('{ $.a.b = "x" && $.c.n >= 5 }'), '(a.b = "x" and c.n >= 5)'],
    ['a single name', pattern('{ $.level = "error" }'), '`level` = "error"'],
    ['names with dashes, and indices', pattern('{ $.x-y[0].z = "q" }'), '`x-y.0.z` = "q"'],
    ['text with stars', pattern('{ $.a.b = "*/health*" }'), 'a.b like "/health"'],
    ['alternatives', pattern('{ $.a.b = 1 || $.a.c < 2.5 }'), '(a.b = 1 or a.c < 2.5)'],
    ['what is not', not(keyword('a', 'b')), 'not ((@message like "a" or @message like "b"))'],
    ['all, a level left out', { kind: 'all', of: [level, keyword('a')] }, '@message like "a"'],
    ['any', { kind: 'any', of: [keyword('a'), regex('b')] }, '(@message like "a" or @message like /b/)'],
  ])('says %s', (_, match, expected) => {
    expect(filterOf(match)).toBe(expected);
  });

  it.each<[string, Selector]>([
    ['every line', { kind: 'every' }],
    ['a level', level],
    ['an alternative that cannot be said', { kind: 'any', of: [keyword('a'), level] }],
    ['the negation of what is only said in part', not({ kind: 'all', of: [keyword('a'), level] })],
    ['the negation of a comparison', not(pattern('{ $.a.b = "x" }'))],
    ['the negation of a loose regex', not(regex('a.b$'))],
    ['flags of groups', regex('a(?i:b)')],
    ['sets within sets', regex('[[:alpha:]]')],
    ['a set that others intersect', regex('[a-z&&b]')],
    ['a brace that counts nothing', regex('a{b')],
    ['a set that begins with its end', regex('[]a]')],
    ['letters escaped in RE2 alone', regex('\\Aab\\z')],
    ['a control character', keyword('a\nb')],
    ['space-delimited fields', pattern('[ip, user, status = 5*]')],
    ['differences', pattern('{ $.a.b != "x" }')],
    ['text that reads as a number', pattern('{ $.a.b = "5" }')],
    ['selectors of many values', pattern('{ $.a[*].b = "x" }')],
    ['constants', pattern('{ $.a IS TRUE }')],
    ['what grows too long', keyword('x'.repeat(500))],
  ])('leaves out %s', (_, match) => {
    expect(filterOf(match)).toBeNull();
  });

  it('leaves out JSON that looks at extracted fields', () => {
    const fields = { kind: 'regex', source: '(?P<a>x)' } as const;
    expect(insightsFilter({ match: pattern('{ $.a = "x" }'), fields })).toBeNull();
  });
});
