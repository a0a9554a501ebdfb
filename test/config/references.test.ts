import { describe, expect, it } from 'vitest';
import { labelOf, parseReference } from '../../shared/config/references.ts';
import { problemsOfRule, ruleOf } from './documents.ts';

describe('field references', () => {
  it.each([
    ['$.a', ['a']],
    ['$.a.b[0]', ['a', 'b', 0]],
    ['$[2].x', [2, 'x']],
    ["$['a.b']", ['a.b']],
    ["$.['a.b'].c", ['a.b', 'c']],
    ['$["k"]', ['k']],
    ['$.@timestamp', ['@timestamp']],
    ['$.用户', ['用户']],
  ])('reads %s as a path', (text, path) => {
    expect(parseReference(text)).toEqual({ kind: 'json', path, text });
  });

  it.each(['logGroup', '@logGroup'])('reads %s as a property of the event', (text) => {
    expect(parseReference(text)).toEqual({ kind: 'event', property: 'logGroup', text });
  });

  it.each(['ip', 'status_code', '$1'])('reads %s as a captured field', (text) => {
    expect(parseReference(text)).toEqual({ kind: 'field', name: text, text });
  });

  it.each(['', '$', '$.', '$..a', '$.a[', '$.a[*]', '$.a[-1]', '@host', 'a b', 'a.b', '$a'])(
    'refuses %j',
    (text) => {
      expect(parseReference(text)).toBeNull();
    },
  );

  it.each([
    ['$.a.b[0]', 'b'],
    ['@logGroup', 'logGroup'],
    ['ip', 'ip'],
    ['$[0]', null],
  ])('labels %s as %s', (text, label) => {
    const reference = parseReference(text);
    expect(reference && labelOf(reference)).toBe(label);
  });
});

describe('groupBy', () => {
  it('takes a list, named by the last name of each path', () => {
    expect(ruleOf('groupBy: [$.user.id, "@region"]').groupBy.map(({ label }) => label)).toEqual([
      'id',
      'region',
    ]);
  });

  it('takes a map of names', () => {
    expect(ruleOf('groupBy: { who: $.user.id, where: region }').groupBy).toMatchObject([
      { label: 'who', reference: { kind: 'json' } },
      { label: 'where', reference: { kind: 'event', property: 'region' } },
    ]);
  });

  it.each([
    ['groupBy: [$.a.id, $.b.id]', 'doc.yaml:5:23: rules[0].groupBy[1]: the label "id" stands here twice'],
    [
      'groupBy: [$.severity]',
      'doc.yaml:5:15: rules[0].groupBy[0]: the label "severity" is taken: every alert has it',
    ],
    [
      'groupBy: { rule: $.x }',
      'doc.yaml:5:22: rules[0].groupBy.rule: the label "rule" is taken: every alert has it',
    ],
    ['groupBy: [$.__proto__]', 'doc.yaml:5:15: rules[0].groupBy[0]: is no name for a label'],
    ['groupBy: ["$[0]"]', 'doc.yaml:5:15: rules[0].groupBy[0]: has no name to be a label'],
  ])('refuses %s', (line, problem) => {
    expect(problemsOfRule(line)).toEqual([`${problem}, expected the form { label: reference }`]);
  });

  it('leaves the label to novel that novel gives', () => {
    const when = 'when: { novel: $.code }';
    expect(problemsOfRule(`groupBy: [$.value]\n    ${when}`)).toEqual([
      expect.stringContaining('rules[0].groupBy: the label "value" is taken: novel gives it'),
    ]);
    expect(problemsOfRule(`groupBy: [$.template]\n    ${when}`)).toEqual([]);
    expect(problemsOfRule('labels: { template: x }\n    when: { novel: template }')).toEqual([
      expect.stringContaining('rules[0].labels.template: the label "template" is taken: novel gives it'),
    ]);
  });

  it('says what a dotted name probably means', () => {
    expect(problemsOfRule('groupBy: [user.id]')).toEqual([
      'doc.yaml:5:15: rules[0].groupBy[0]: "user.id" is no field reference, expected $.user.id',
    ]);
  });
});
