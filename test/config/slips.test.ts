import { describe, expect, it } from 'vitest';
import { channelSchemas } from '../../shared/channels/registry.ts';
import { load } from '../../shared/config/load.ts';
import { checkPattern } from '../../shared/match/program.ts';
import { loadText } from './documents.ts';

/** The slips in a rule of these lines: place, what YAML made of it, and the corrected line. */
function slipsOf(lines: string) {
  const { problems } = loadText(`version: 1\nrules:\n  - id: r\n    action: record\n    ${lines}\n`);
  return problems.map(({ line, column, path, message, expected, severity, code }) => {
    return { at: `${line}:${column}`, path, message, expected, severity, code };
  });
}

describe('slips that YAML makes of this format', () => {
  it.each([
    // The line as it stands, where YAML went wrong, what it made of it, the line as it should stand.
    ['groupBy: [@logGroup]', '5:15', 'groupBy[0]', 'reserves @', "groupBy: ['@logGroup']"],
    ['match: %ERROR%', '5:12', 'match', 'reserves %', "match: '%ERROR%'"],
    [
      'when: { count: > 10, within: 5m }',
      '5:20',
      'when.count',
      'folded block',
      "when: { count: '> 10', within: 5m }",
    ],
    [
      'when: { count: >=10, within: 5m }',
      '5:20',
      'when.count',
      'folded block',
      "when: { count: '>=10', within: 5m }",
    ],
    [
      'logGroups: ["*", !/app/x]',
      '5:22',
      'logGroups[1]',
      'as the start of a tag',
      `logGroups: ["*", '!/app/x']`,
    ],
    ['match: !foo', '5:12', 'match', 'as the start of a tag', `match: '"!foo"'`],
    ['match: !foo bar', '5:12', 'match', 'as the start of a tag', `match: '"!foo bar"'`],
    ['match: [ip, user]', '5:12', 'match', 'as a list', "match: '[ip, user]'"],
    [
      'match: [..., req=*.html*, st=4*,]',
      '5:12',
      'match',
      'as a list',
      "match: '[..., req=*.html*, st=4*,]'",
    ],
    ['fields: [ip, user]', '5:13', 'fields', 'as a list', "fields: '[ip, user]'"],
    ['match: { not: [ip, user] }', '5:19', 'match.not', 'as a list', "match: { not: '[ip, user]' }"],
    ['match: { $.level = "ERROR" }', '5:12', 'match', 'as a map', `match: '{ $.level = "ERROR" }'`],
    ['match: {$.a = 1}', '5:12', 'match', 'as a map', "match: '{$.a = 1}'"],
    ['match: { $.a[0] = 1 }', '5:12', 'match', 'as a map', "match: '{ $.a[0] = 1 }'"],
    [
      'match: { ($.a = 1) && ($.b = "x") }',
      '5:12',
      'match',
      'as a map',
      `match: '{ ($.a = 1) && ($.b = "x") }'`,
    ],
    [`match: { $.m = "it's" }`, '5:12', 'match', 'as a map', `match: '{ $.m = "it''s" }'`],
    ['match: { $.m = "a: b" }', '5:12', 'match', 'as a map', `match: '{ $.m = "a: b" }'`],
    ['match: { regex: [a-z]+ }', '5:21', 'match.regex', 'as a list', "match: { regex: '[a-z]+' }"],
    ['match: { regex: ^[a-z]+ }', '5:21', 'match.regex', 'the bracket', "match: { regex: '^[a-z]+' }"],
    ['match: { regex: "\\d+" }', '5:21', 'match.regex', 'no such escape', "match: { regex: '\\d+' }"],
    ['redact: ["\\b\\d{16}\\b"]', '5:14', 'redact[0]', 'b', "redact: ['\\b\\d{16}\\b']"],
    ['redact: ["\\bx\\b"]', '5:14', 'redact[0]', 'as a backspace', "redact: ['\\bx\\b']"],
    ['match: "ERROR" "x"', '5:12', 'match', 'ends the text at the second "', `match: '"ERROR" "x"'`],
    ['match: "ERROR" -DEBUG', '5:12', 'match', 'ends the text at the second "', `match: '"ERROR" -DEBUG'`],
    [`title: 'it's'`, '5:12', 'title', "ends the text at the second '", "title: 'it''s'"],
    ['logGroups: [*]', '5:17', 'logGroups[0]', 'reference to an anchor', "logGroups: ['*']"],
    ['logGroups: [*-prod]', '5:17', 'logGroups[0]', 'reference to an anchor', "logGroups: ['*-prod']"],
    [
      'match: { regex: \\d+ #1 }',
      '5:21',
      'match.regex',
      '# after a space as a comment',
      "match: { regex: '\\d+ #1' }",
    ],
    [
      'match: { keyword: [foo, #bar] }',
      '5:29',
      'match.keyword[1]',
      '# after a space as a comment',
      "match: { keyword: [foo, '#bar'] }",
    ],
    ['match: error: timeout', '5:12', 'match', 'end of a key', `match: '"error: timeout"'`],
    ['match: ERROR:', '5:12', 'match', 'end of a key', `match: '"ERROR:"'`],
    ['title: #1 error', '5:12', 'title', 'as a comment', "title: '#1 error'"],
    [
      'annotations: { s: {{ $value }} errors }',
      '5:23',
      'annotations.s',
      'as a map',
      "annotations: { s: '{{ $value }} errors' }",
    ],
    ['match: &anchor', '5:12', 'match', 'as the name of an anchor', `match: '"&anchor"'`],
    ['match: { $.a = 1 }   # why', '5:12', 'match', 'as a map', "match: '{ $.a = 1 }'   # why"],
    ['match: error: x # why', '5:12', 'match', 'end of a key', `match: '"error: x"' # why`],
    [
      'when: {  # why\n      count: > 1, within: 5m }',
      '6:14',
      'when.count',
      'folded block',
      "count: '> 1', within: 5m }",
    ],
    ['title: `a`', '5:12', 'title', 'reserves `', "title: '`a`'"],
  ])('%s', (line, at, path, message, corrected) => {
    expect(slipsOf(line)).toEqual([
      {
        at,
        path: `rules[0].${path}`,
        message: expect.stringContaining(message),
        expected: corrected,
        severity: 'error',
        code: 'slip',
      },
    ]);
  });

  it.each([
    ['match: "Failed password"', '5:12', 'match', `match: '"Failed password"'`],
    ['match: { any: ["a b", c] }', '5:20', 'match.any[0]', `match: { any: ['"a b"', c] }`],
    [`match: "user's password"`, '5:12', 'match', `match: '"user''s password"'`],
    ['match: ERROR #42', '5:12', 'match', `match: '"ERROR #42"'`],
    ['match: &anchor text', '5:12', 'match', `match: '"&anchor text"'`],
  ])('%s is a doubt', (line, at, path, corrected) => {
    const [first] = slipsOf(line);
    expect(first).toMatchObject({ at, path: `rules[0].${path}`, expected: corrected, severity: 'warning' });
  });

  it.each([
    'match: Failed password',
    "match: 'Failed password'",
    `match: '"Failed password"'`,
    'match: "?ERROR ?WARN"',
    'match: "ERROR -DEBUG"',
    'match: "ERROR"',
    'match: -DEBUG ERROR',
    'match: ERROR # only the bad ones',
    'logGroups: [/a, # why [x]\n      /c]',
    'match: "{ $.level = \\"ERROR\\" }"',
    'match: { all: [{ keyword: [a, b] }, { not: x }] }',
    'title: R&D, 50% > 10 @home [x]',
    'when: { count: ">= 10", within: 5m } #todo',
  ])('leaves %s alone', (line) => {
    expect(slipsOf(line)).toEqual([]);
  });

  it('does not take a tab for indentation', () => {
    const { problems } = loadText('version: 1\nrules:\n  - id: r\n\taction: record\n');
    expect(problems).toMatchObject([
      { line: 4, column: 1, expected: 'action: record', suggestion: '    action: record' },
    ]);
  });

  it('reads a comparison that became a block of text', () => {
    const lines = 'when:\n      count: >5\n      within: 5m';
    expect(slipsOf(lines)).toMatchObject([
      { at: '6:14', path: 'rules[0].when.count', expected: "count: '>5'" },
    ]);
  });

  it('mends one line of several slips at once, and goes on with the rest', () => {
    const { problems } = loadText(
      [
        'version: 1',
        'rules:',
        '  - { id: a, groupBy: [@region], when: { count: > 1, within: 5m }, actoin: record }',
        '  - { id: b, match: { $.level = "ERROR" }, when: { count: ten, within: 5m }, action: record }',
      ].join('\n'),
    );
    const corrected = `- { id: a, groupBy: ['@region'], when: { count: '> 1', within: 5m }, actoin: record }`;
    expect(problems.map(({ line, column, path, expected }) => [line, column, path, expected])).toEqual([
      [3, 24, 'rules[0].groupBy[0]', corrected],
      [3, 49, 'rules[0].when.count', corrected],
      [3, 68, 'rules[0].actoin', 'action'],
      [4, 21, 'rules[1].match', expect.stringContaining(`match: '{ $.level = "ERROR" }'`)],
      [4, 59, 'rules[1].when.count', 'a comparison such as ">= 10"'],
    ]);
  });

  it('gives up on what is no YAML at all', () => {
    const { problems } = loadText('{ ] "\n'.repeat(5_000));
    expect(problems.some(({ code }) => code === 'yaml')).toBe(true);
  });

  it.each([
    ['brackets', 'x: ['.padEnd(40_000, '[ ')],
    ['braces', 'x: '.padEnd(40_000, '{count:3 ')],
    ['full-width colons', 'rules'.padEnd(40_000, '：')],
  ])('gives up on a line of %s that nobody wrote', (_, text) => {
    const { problems } = loadText(`${text}\n`);
    expect(problems.some(({ severity }) => severity === 'error')).toBe(true);
  });

  it('says where YAML stops where no line can be mended', () => {
    const { problems } = loadText('version: 1\nrules:\n  - id: "a\n');
    expect(problems).toMatchObject([{ code: 'yaml', severity: 'error', file: 'doc.yaml' }]);
  });
});

describe('a corrected filter pattern', () => {
  it.each([
    'match: @timeout',
    'match: #42',
    'match: *foo',
    'match: error: timeout',
    "match: 'it's'",
    'match: > 5',
    'match: %ab+c%',
    'match: { $.level = "ERROR" }',
    'match: [ip, status = 5*]',
  ])('is one that holds: %s', (line) => {
    const judged = (text: string) => {
      const document = `version: 1\nrules:\n  - id: r\n    action: record\n    ${text}\n`;
      return load([{ file: 'doc.yaml', text: document }], { channels: channelSchemas, checkPattern })
        .problems;
    };
    const [slip] = judged(line);
    expect(slip?.code).toBe('slip');
    expect(judged(slip?.expected ?? '')).toEqual([]);
  });
});

describe('signs that only look like those of YAML', () => {
  /** Line, path, what YAML made of it, and the corrected line. */
  function slipsIn(text: string) {
    const { problems } = loadText(text);
    return problems.map(({ line, path, message, expected }) => [line, path, message, expected]);
  }
  const COLON = 'YAML reads a key only where a space follows its colon';
  const FULL_WIDTH = 'YAML reads the full-width signs ： and ， as a part of the text';
  const INDENTATION = 'YAML takes no other spaces than plain ones as indentation';

  it('are mended in every line of a document', () => {
    expect(slipsIn('version：1\nrules：\n  - id：a\n    action： record\n')).toEqual([
      [1, 'version', FULL_WIDTH, 'version: 1'],
      [2, 'rules', FULL_WIDTH, 'rules:'],
      [3, 'rules[0].id', FULL_WIDTH, '- id: a'],
      [4, 'rules[0].action', FULL_WIDTH, 'action: record'],
    ]);
    expect(slipsIn('version:1\nrules:\n  - id:a\n    action:record\n')).toEqual([
      [1, 'version', COLON, 'version: 1'],
      [3, 'rules[0].id', COLON, '- id: a'],
      [4, 'rules[0].action', COLON, 'action: record'],
    ]);
  });

  it.each([
    ['{ id: a， action：record }', 'rules[0].id', FULL_WIDTH, '- { id: a, action: record }'],
    [
      '{ id: a, action: record, when: {count:3, within:5m} }',
      'rules[0].when.count',
      COLON,
      '- { id: a, action: record, when: {count: 3, within: 5m} }',
    ],
    [
      '{ id: a, action: record } }',
      'rules[0].action',
      'this } closes no bracket',
      '- { id: a, action: record }',
    ],
    [
      '{ id: a, title: secret: x, action: record }',
      'rules[0].title',
      'YAML reads a colon before a space as the end of a key',
      '- { id: a, title: secret:x, action: record }',
    ],
    [
      '{ id: a, action:\u00a0record }',
      'rules[0].action',
      'YAML reads a no-break or full-width space as a part of the text',
      '- { id: a, action: record }',
    ],
  ])('are mended in one line: %s', (rule, path, message, corrected) => {
    expect(slipsIn(`version: 1\nrules:\n  - ${rule}\n`)[0]).toEqual([3, path, message, corrected]);
  });

  it.each(['\u3000\u3000', '\u00a0\u00a0\u00a0\u00a0', '  \u00a0 '])(
    'are mended as indentation: %j',
    (spaces) => {
      expect(slipsIn(`version: 1\nrules:\n  - id: a\n${spaces}action: record\n`)).toEqual([
        [4, expect.stringContaining('rules[0]'), INDENTATION, 'action: record'],
      ]);
    },
  );

  it('are mended where a tab stands behind a key', () => {
    const text = 'version: 1\nrules:\n  - id: a\n    action: record\n    labels:\n\tteam: x\n';
    expect(slipsIn(text)).toEqual([[6, 'rules[0].labels', 'YAML refuses a tab as indentation', 'team: x']]);
  });

  it('are left in texts', () => {
    const title = '{ id: a, action: record, title: "订单：a:b， c", labels: { url: http://x, 键：值: "1" } }';
    const annotations = '{ summary: "x" }\n      runbook: |\n        \u3000\u3000第一:段\n';
    expect(slipsIn(`version: 1\nrules:\n  - ${title}\n`)).toEqual([]);
    expect(
      slipsIn(
        `version: 1\nrules:\n  - id: a\n    action: record\n    title: a，b：c\n    annotations:\n${annotations.slice(17)}`,
      ),
    ).toEqual([]);
  });

  it('are no quotes that a text of quotes ends', () => {
    const line = `match: "{ $.level = "ERROR" }"`;
    expect(slipsOf(line)).toMatchObject([{ expected: `match: '{ $.level = "ERROR" }'` }]);
  });
});

describe('what other tools know', () => {
  it.each([
    ['severity: “error”', 'YAML reads “ ” as a part of the text', "severity: 'error'"],
    ['match: ‘ERROR’', 'YAML reads ‘ ’ as a part of the text', "match: 'ERROR'"],
    ['groupBy: [“$.a”]', 'YAML reads “ ” as a part of the text', "groupBy: ['$.a']"],
    [
      'title: ${WHO:-nobody} fails',
      '${WHO:-nobody} stays as it is: variables have no defaults',
      'title: ${WHO} fails',
    ],
  ])('is no sign of this format: %s', (line, message, expected) => {
    expect(slipsOf(line)).toMatchObject([{ message, expected }]);
  });

  it('may stand in texts for people', () => {
    expect(slipsOf('title: “订单”')).toEqual([]);
  });

  it('is not read further than to a conflict of two versions', () => {
    const text = 'version: 1\nrules:\n<<<<<<< HEAD\n  - id: a\n=======\n  - id: b\n>>>>>>> other\n';
    expect(loadText(text).problems.map(({ line, message }) => [line, message])).toEqual([
      [3, 'git left a conflict of two versions here'],
    ]);
  });
});
