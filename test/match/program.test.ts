import { describe, expect, it } from 'vitest';
import type { Condition, FieldReference, Rule, Selector } from '../../shared/config/model.ts';
import { parseReference } from '../../shared/config/references.ts';
import { groupLabelsOf } from '../../shared/match/group-labels.ts';
import { checkPattern, checkRegex, compileProgram } from '../../shared/match/program.ts';
import { batchOf, hitsOf, matches, ruleOf } from './rules.ts';

const pattern = (text: string): Selector => ({ kind: 'pattern', pattern: text });
const keyword = (...words: string[]): Selector => ({ kind: 'keyword', words });
const regex = (source: string): Selector => ({ kind: 'regex', source });

function reference(text: string): FieldReference {
  const found = parseReference(text);
  if (!found) throw new Error(`${text} is no reference`);
  return found;
}

function labels(
  rule: Partial<Rule>,
  message: string,
  ...fields: string[]
): Record<string, string> | undefined {
  const groupBy = fields.map((text) => ({ label: text, reference: reference(text) }));
  const [hit] = hitsOf([ruleOf({ ...rule, groupBy })], batchOf([message]));
  return hit && { ...groupLabelsOf(hit) };
}

describe('selectors', () => {
  it('matches patterns of all kinds', () => {
    expect(matches(pattern('ERROR -timeout'), 'ERROR disk')).toBe(true);
    expect(matches(pattern('ERROR -timeout'), 'ERROR timeout')).toBe(false);
    expect(matches(pattern('{ $.status >= 500 }'), '{"status":503}')).toBe(true);
    expect(matches(pattern('{ $.status >= 500 }'), '{"status":404}')).toBe(false);
    expect(matches(pattern('[ip, status=5*]'), '10.0.0.1 502')).toBe(true);
    expect(matches(pattern('%time[sd]? ?out%'), 'request timed out')).toBe(true);
    expect(matches(pattern(''), 'anything')).toBe(true);
  });

  it('matches keywords of any script as case-sensitive substrings', () => {
    expect(matches(keyword('支付失败', 'refund'), '订单支付失败了')).toBe(true);
    expect(matches(keyword('支付失败', 'refund'), 'a refund')).toBe(true);
    expect(matches(keyword('支付失败', 'refund'), 'a REFUND')).toBe(false);
  });

  it('combines all, any and not', () => {
    const selector: Selector = {
      kind: 'all',
      of: [
        { kind: 'any', of: [keyword('payment'), regex('order-\\d+')] },
        { kind: 'not', selector: keyword('test') },
      ],
    };
    expect(matches(selector, 'payment failed')).toBe(true);
    expect(matches(selector, 'order-17 failed')).toBe(true);
    expect(matches(selector, 'payment test')).toBe(false);
    expect(matches(selector, 'order-x')).toBe(false);
    expect(matches({ kind: 'not', selector: keyword('x') }, 'y')).toBe(true);
  });

  it('compares levels', () => {
    const atLeastError: Selector = { kind: 'level', level: 'ERROR', exact: false };
    const exactlyWarn: Selector = { kind: 'level', level: 'WARN', exact: true };
    expect(matches(atLeastError, '{"level":60,"msg":"x"}')).toBe(true);
    expect(matches(atLeastError, '{"level":"warn"}')).toBe(false);
    expect(matches(atLeastError, '2026-01-01 [main] PANIC: x')).toBe(true);
    expect(matches(exactlyWarn, 'WARNING: x')).toBe(true);
    expect(matches(exactlyWarn, 'ERROR: x')).toBe(false);
    expect(matches({ kind: 'any', of: [atLeastError, keyword('slow')] }, 'slow')).toBe(true);
  });

  it('finds JSON text that is written with escapes', () => {
    expect(matches(pattern('{ $.city = "Zürich" }'), '{"city":"Z\\u00fcrich"}')).toBe(true);
    expect(matches(pattern('{ $.level = "ERROR" }'), '{"l\\u0065vel":"\\u0045RROR"}')).toBe(true);
    expect(matches(pattern('{ $.path = "/a/b" }'), '{"path":"\\/a\\/b"}')).toBe(true);
    expect(matches(pattern('{ $.n = "1000" }'), '{"n":1e3}')).toBe(true);
  });
});

describe('the program', () => {
  it('leaves out disabled rules and other log groups', () => {
    const rules = [
      ruleOf({ id: 'off', enabled: false }),
      ruleOf({ id: 'here', logGroups: ['/app/*', '!/app/test-*'] }),
      ruleOf({ id: 'elsewhere', logGroups: ['/lambda/*'] }),
      ruleOf({ id: 'excluded', logGroups: ['!/app/orders'] }),
    ];
    expect(hitsOf(rules, batchOf(['x'])).map(({ rule }) => rule.id)).toEqual(['here']);
    const tested = hitsOf(rules, batchOf(['x'], { logGroup: '/app/test-1' }));
    expect(tested.map(({ rule }) => rule.id)).toEqual(['excluded']);
  });

  it('emits events in order, and rules in order for each', () => {
    const rules = ['b', 'a', 'x'].map((word) => ruleOf({ id: word, match: keyword(word) }));
    const hits = hitsOf(rules, batchOf(['a', 'none', 'ab']));
    expect(hits.map(({ event, ruleIndex }) => [event.id, ruleIndex])).toEqual([
      ['0', 1],
      ['2', 0],
      ['2', 1],
    ]);
  });

  it('skips a broken rule and says why', () => {
    const program = compileProgram([
      ruleOf({ id: 'broken', match: regex('(') }),
      ruleOf({ id: 'worse', match: pattern('{') }),
      ruleOf({ id: 'fine', match: keyword('x') }),
    ]);
    expect(program.broken.map(({ ruleId }) => ruleId)).toEqual(['broken', 'worse']);
    const hits: string[] = [];
    program.match(batchOf(['x']), (hit) => hits.push(hit.rule.id));
    expect(hits).toEqual(['fine']);
  });

  it('finds the right rules among a thousand', () => {
    const rules = Array.from({ length: 1000 }, (_, index) =>
      ruleOf({ id: `r${index}`, match: keyword(`failure-code-${index}.`) }),
    );
    const hits = hitsOf(
      rules,
      batchOf(['nothing', 'failure-code-7. and failure-code-999.', '告警 failure-code-12.']),
    );
    expect(hits.map(({ rule }) => rule.id)).toEqual(['r7', 'r999', 'r12']);
  });
});

describe('conditions with selectors of their own', () => {
  const is = { operator: '>', threshold: 0.05, unit: 'ratio', scale: 0.01, text: '> 5%' } as const;
  const when = (condition: Condition) => [{ severity: 'error', forMs: 0, condition }] as const;
  const ratio = (of: Selector): Condition => ({ kind: 'ratio', is, of, withinMs: 60_000, atLeast: 1 });

  it('also emits events of `of`', () => {
    const rule = ruleOf({ match: keyword('failed'), when: [...when(ratio(keyword('request')))] });
    const hits = hitsOf([rule], batchOf(['request ok', 'other', 'request failed', 'failed']));
    expect(hits.map(({ event, matched, clauses }) => [event.id, matched, clauses])).toEqual([
      ['0', false, [{ of: true, until: false }]],
      ['2', true, [{ of: true, until: false }]],
      ['3', true, [{ of: false, until: false }]],
    ]);
  });

  it('emits every event where `of` is the default', () => {
    const rule = ruleOf({ match: keyword('failed'), when: [...when(ratio({ kind: 'every' }))] });
    expect(hitsOf([rule], batchOf(['a', 'failed'])).map(({ matched }) => matched)).toEqual([false, true]);
  });

  it('also emits events of `until`', () => {
    const absent: Condition = { kind: 'absent', absentMs: 60_000, until: keyword('stopped'), forgetMs: null };
    const rule = ruleOf({ match: keyword('beat'), when: [...when(absent)] });
    const hits = hitsOf([rule], batchOf(['beat', 'other', 'stopped']));
    expect(hits.map(({ matched, clauses }) => [matched, clauses])).toEqual([
      [true, [{ of: true, until: false }]],
      [false, [{ of: true, until: true }]],
    ]);
  });
});

describe('fields', () => {
  it('reads JSON paths, properties of the event and captures', () => {
    const message = '{"a":{"b":[{"c":7}]},"ok":true,"level":"warn","none":null,"list":[1]}';
    const found = labels(
      {},
      message,
      '$.a.b[0].c',
      '$.ok',
      '$.none',
      '$.list',
      '$.missing',
      '@level',
      'logGroup',
    );
    expect(found).toEqual({
      '$.a.b[0].c': '7',
      '$.ok': 'true',
      '$.none': '',
      '$.list': '',
      '$.missing': '',
      '@level': 'WARN',
      logGroup: '/app/orders',
    });
  });

  it('reads groups of a regex and fields of a space-delimited pattern', () => {
    const match = regex('from (?P<ip>[\\d.]+) port');
    expect(labels({ match }, 'failed from 1.2.3.4 port 22', 'ip')).toEqual({ ip: '1.2.3.4' });
    expect(labels({ match: pattern('[ip, user, ...]') }, '::1 frank x', 'user')).toEqual({ user: 'frank' });
  });

  it('takes captures only from what matched positively', () => {
    const match: Selector = {
      kind: 'all',
      of: [
        {
          kind: 'any',
          of: [regex('user=(?<user>\\w+)'), regex('login (?<user>\\w+)'), regex('(?<host>h\\d)')],
        },
        { kind: 'not', selector: regex('(?<bad>zzz)') },
      ],
    };
    expect(labels({ match }, 'login ann at h1', 'user', 'host', 'bad')).toEqual({
      user: 'ann',
      host: 'h1',
      bad: '',
    });
  });

  it('runs `fields` on every event, also for JSON patterns over a plain line', () => {
    const fields = { kind: 'pattern', pattern: '[ip, user, status]' } as const;
    expect(labels({ fields, match: keyword('GET') }, '1.2.3.4 ann GET', 'user')).toEqual({ user: 'ann' });
    const match = pattern('{ $.status >= 500 }');
    expect(matches(match, '1.2.3.4 ann 502', { fields })).toBe(true);
    expect(matches(match, '1.2.3.4 ann 404', { fields })).toBe(false);
    expect(matches(match, '{"status":502}', { fields })).toBe(true);
    expect(labels({ fields, match: keyword('GET') }, 'GET', 'user')).toEqual({ user: '' });
    const byRegex = { kind: 'regex', source: '(?<code>\\d{3})$' } as const;
    expect(labels({ fields: byRegex }, 'x 404', 'code')).toEqual({ code: '404' });
  });

  it('writes no half of a character that JSON escapes, which no table need take', () => {
    const message = '{"a":"x\\ud83d","b":"\\ude00y","c":"\\ud83d\\ude00"}';
    expect(labels({}, message, '$.a', '$.b', '$.c')).toEqual({
      '$.a': 'x\ufffd',
      '$.b': '\ufffdy',
      '$.c': '😀',
    });
  });

  it('cuts labels at 256 bytes between characters, and knows no special names', () => {
    const message = JSON.stringify({ a: '告'.repeat(100), __proto__x: 1 });
    expect(labels({}, message, '$.a')?.['$.a']).toBe('告'.repeat(85));
    expect(labels({ match: regex('(?<__proto__>x)') }, 'x', '__proto__')).toEqual(
      Object.fromEntries([['__proto__', 'x']]),
    );
    expect(labels({}, '{}', '$.__proto__', '$.constructor')).toEqual({
      '$.__proto__': '',
      '$.constructor': '',
    });
  });
});

describe('checks', () => {
  it('points at what is wrong with a pattern', () => {
    expect(checkPattern('{ $.a = 1 }')).toBeNull();
    expect(checkPattern('a@b')).toEqual({
      message: '"@" may stand only inside double quotes: put the term in "…"',
      position: 1,
    });
  });

  it('says what is wrong with a regex', () => {
    expect(checkRegex('(?P<a>\\d+)(?<b>x)')).toBeNull();
    expect(checkRegex('a(?=b)')).toMatch(/no lookaround/);
  });
});
