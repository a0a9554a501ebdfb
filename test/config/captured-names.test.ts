import { describe, expect, it } from 'vitest';
import { channelSchemas } from '../../shared/channels/registry.ts';
import { load } from '../../shared/config/load.ts';
import { formatProblem } from '../../shared/config/problems.ts';
import { fieldNames } from '../../shared/match/field-names.ts';

function problemsOf(rule: string): string[] {
  const text = `version: 1\nrules:\n  - { id: r, action: record, ${rule} }\n`;
  return load([{ file: 'doc.yaml', text }], { channels: channelSchemas, fieldNames }).problems.map(
    formatProblem,
  );
}

const IP = "match: { all: [{ keyword: x }, { any: [{ regex: '(?P<ip>.)' }] }] }";
const LINE = "fields: '[ip, user, ...]'";
const REQUEST = "of: '[w1, w2]'";

describe('names that are captured', () => {
  it.each([
    `${IP}, groupBy: [ip]`,
    `${LINE}, groupBy: { who: user }, show: [ip, $3]`,
    `${LINE}, when: { distinct: user, is: 3, within: 1m }`,
    `groupBy: [w1], when: { ratio: 5%, ${REQUEST}, within: 1m }`,
    `groupBy: [w2], when: { consecutive: 5, ${REQUEST} }`,
    `groupBy: [w2], when: { anomaly: 3, over: ratio, ${REQUEST}, baseline: 1h, within: 1m }`,
    'groupBy: [logGroup, level, $.ip]',
    "fields: '[ip, , user]', groupBy: [$2]",
    "fields: '[ip, ...]', groupBy: [$7]",
  ])('may be referred to: %s', (rule) => {
    expect(problemsOf(rule)).toEqual([]);
  });

  it.each([
    [`${IP}, groupBy: [ipp]`, 'rules[0].groupBy: warning: there is no captured field "ipp", expected ip'],
    [
      `${LINE}, show: [ip, host]`,
      'rules[0].show[1]: warning: there is no captured field "host", expected one of ip, user, or $.host for a field of JSON',
    ],
    [
      'when: { change: version }',
      'rules[0].when.change: warning: there is no captured field "version", expected $.version for a field of JSON',
    ],
    [
      `${IP}, when: [{ severity: info, novel: code }]`,
      'rules[0].when.novel: warning: there is no captured field "code", expected one of ip, or $.code for a field of JSON',
    ],
    [
      "match: { not: { regex: '(?P<ip>.)' } }, groupBy: [ip]",
      'rules[0].groupBy: warning: there is no captured field "ip", expected $.ip for a field of JSON',
    ],
    [
      "fields: '[ip, , user]', groupBy: [$1]",
      'rules[0].groupBy: warning: there is no captured field "$1", expected one of ip, user, or a name that a pattern [ip, ...] or a group (?P<ip>…) of a regex gives',
    ],
    [
      "match: { regex: 'from (.)' }, show: [$1]",
      'rules[0].show[0]: warning: there is no captured field "$1", expected a name that a pattern [ip, ...] or a group (?P<ip>…) of a regex gives',
    ],
  ])('are all that may be: %s', (rule, problem) => {
    expect(problemsOf(rule)).toEqual([expect.stringContaining(problem)]);
  });

  it.each(['ERROR', '\'{ $.level = "ERROR" }\'', "'%user \\d+%'", "{ regex: 'user (\\d+)' }"])(
    'are none where fields names nothing: %s',
    (fields) => {
      expect(problemsOf(`fields: ${fields}`)).toEqual([
        "doc.yaml:3:38: rules[0].fields: warning: names no field, expected a pattern such as '[ip, user, ...]', or { regex: … } with named groups (?P<ip>…)",
      ]);
    },
  );

  it('are told once of what rules have in common', () => {
    const text = 'version: 1\ndefaults: { action: record, fields: ERROR }\nrules: [{ id: a }, { id: b }]\n';
    const { problems } = load([{ file: 'doc.yaml', text }], { channels: channelSchemas, fieldNames });
    expect(problems.map(({ path }) => path)).toEqual(['defaults.fields']);
  });
});
