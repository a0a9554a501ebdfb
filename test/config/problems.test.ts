import { describe, expect, it } from 'vitest';
import { problemsOf, problemsOfRule } from './documents.ts';

describe('problems', () => {
  it.each([
    ['severty: critical', '5:5: rules[0].severty: unknown key, expected severity'],
    ['log_groups: [a]', '5:5: rules[0].log_groups: unknown key, expected logGroups'],
    ['when: { count: 1, wihtin: 5m }', '5:23: rules[0].when.wihtin: unknown key, expected within'],
    ['when: { count: 1 }', '5:11: rules[0].when.within: is missing, expected a duration such as 30s'],
    [
      'severity: criticl',
      '5:15: rules[0].severity: "criticl" is not known here, expected info, warning, error or critical',
    ],
    ['enabled: yes', '5:14: rules[0].enabled: is a text, expected true or false'],
    ['title: ""', '5:12: rules[0].title: is empty or too short, expected a text'],
    ['title:', '5:5: rules[0].title: is empty, expected a text'],
    ['logGroups: []', '5:16: rules[0].logGroups: is empty or too short, expected at least 1 entry'],
    ['logGroups: "*"', "5:16: rules[0].logGroups: is a text, expected a list such as ['*']"],
    [
      'maxGroups: 0',
      '5:16: rules[0].maxGroups: 0 is out of range, expected a whole number from 1 to 1000000',
    ],
    ['maxGroups: 1.5', '5:16: rules[0].maxGroups: 1.5 is out of range'],
    ['for: 5', '5:10: rules[0].for: is 5, expected a duration such as 5s or 5m'],
    ['for: 5 minutes', '5:10: rules[0].for: "5 minutes" is no duration, expected 5m'],
    ['when: { count: 5%, within: 5m }', '5:20: rules[0].when.count: "5%" compares with a ratio'],
    [
      'when: { ratio: "> 5", within: 5m }',
      '5:20: rules[0].when.ratio: "> 5" is more than everything: 5 means 500%',
    ],
    [
      'when: { within: 5m }',
      '5:11: rules[0].when: names no condition: within, expected an object with one of count',
    ],
    ['when: { count: 1, distinct: $.a, within: 5m }', '5:11: rules[0].when: combines count and distinct'],
    ['when: { count: 1, within: 5m, for: 1m }', '5:40: rules[0].when.for: belongs to the rule'],
    [
      'when: { value: $.a, is: 1, within: 5m }',
      '5:11: rules[0].when.stat: is missing, expected avg, min, max',
    ],
    [
      'when: { anomaly: 3, over: $.a, baseline: 1h, within: 1m }',
      '5:11: rules[0].when: a field needs stat beside it',
    ],
    [
      'when: { anomaly: {}, baseline: 1h, within: 1m }',
      '5:22: rules[0].when.anomaly: is empty, expected a number, or one by severity',
    ],
    ['when: []', '5:11: rules[0].when: is empty or too short, expected at least 1 entry'],
    ['match: { nott: x }', '5:14: rules[0].match.nott: unknown key, expected not'],
    ['logGroups: ["!"]', '5:17: rules[0].logGroups[0]: has another form, expected a log group'],
    ['labels: { "": x }', '5:15: rules[0].labels[""]: is no key here, expected a plain name'],
    ['<<: { severity: info }', '5:5: rules[0].<<: YAML 1.2 has no merge keys, expected the keys themselves'],
    ['match: { levl: error }', '5:14: rules[0].match.levl: unknown key, expected level'],
    [
      'match: { xyzzy: error }',
      '5:12: rules[0].match: has no key of a selector: xyzzy, expected a filter pattern',
    ],
    ['when: { cuont: 1, within: 5m }', '5:13: rules[0].when.cuont: unknown key, expected count'],
    ['for: 1.5 小时', '5:10: rules[0].for: "1.5 小时" is no duration, expected 1h30m'],
    ['for: PT1H30M', '5:10: rules[0].for: "PT1H30M" is no duration, expected 1h30m'],
    ['for: 5 parsecs', '5:10: rules[0].for: "5 parsecs" is no duration, expected a duration such as 30s'],
    [
      'when: { count: "=> 10", within: 5m }',
      '5:20: rules[0].when.count: "=> 10" is no comparison, expected ">= 10"',
    ],
    [
      'when: { ratio: "＞ 5％", within: 5m }',
      '5:20: rules[0].when.ratio: "＞ 5％" is no comparison, expected "> 5%"',
    ],
    [
      'when: { spike: "3 times", within: 5m }',
      '5:20: rules[0].when.spike: "3 times" is no comparison, expected "3x"',
    ],
    [
      'when: { value: $.a, stat: p95, is: "> 2 secs", within: 5m }',
      '5:40: rules[0].when.is: "> 2 secs" is no comparison, expected "> 2s"',
    ],
    [
      'when: { count: many, within: 5m }',
      '5:20: rules[0].when.count: "many" is no comparison, expected a comparison such as',
    ],
    [
      'when: { anomaly: 3, over: counts, baseline: 1h, within: 1m }',
      '5:11: rules[0].when: a field needs stat beside it, and count is no field',
    ],
    ['groupBy: $.service', '5:14: rules[0].groupBy: is a text, expected a list such as [$.service]'],
    ["groupBy: '@level'", "5:14: rules[0].groupBy: is a text, expected a list such as ['@level']"],
    ['groupBy: $.a, @level', "5:14: rules[0].groupBy: is a text, expected a list such as [$.a, '@level']"],
    [
      'logGroups: /app/a, /app/*',
      "5:16: rules[0].logGroups: is a text, expected a list such as [/app/a, '/app/*']",
    ],
    ['match: { keyword: 500 }', '5:23: rules[0].match.keyword: is 500, expected a word, in quotes'],
    ['show: $.a', '5:11: rules[0].show: is a text, expected a list such as [$.a]'],
    ['title: 404', '5:12: rules[0].title: is 404, expected a text, in quotes'],
    ['match:', '5:5: rules[0].match: is empty, expected a filter pattern'],
    ['when:', '5:5: rules[0].when: is empty, expected an object with one of'],
    ['labels: { team: }', '5:15: rules[0].labels.team: is empty, expected a text'],
    ['match: { and: [a, b] }', '5:14: rules[0].match.and: unknown key, expected all'],
    ['within: 5m', '5:5: rules[0].within: stands outside of when, expected it among the keys of when'],
    ['titel: a', '5:5: rules[0].titel: unknown key, expected title'],
    [
      'match: { keyword: a, regex: b }',
      "5:12: rules[0].match: has several of a selector's keys: keyword, regex",
    ],
    ['match: { level: eror }', '5:21: rules[0].match.level: "eror" is no level, expected error'],
    ['match: { level: 7 }', '5:21: rules[0].match.level: is 7, expected a level: TRACE'],
    ['match: { level: [error] }', '5:21: rules[0].match.level: is a list, expected a level: TRACE'],
    ['groupBy: [$]', '5:15: rules[0].groupBy[0]: "$" is no field reference, expected a field such as'],
    [
      'match: { any: [{ not: { keyword: [] } }] }',
      '5:38: rules[0].match.any[0].not.keyword: is empty or too short',
    ],
    ['match: 5', "5:12: rules[0].match: is 5, expected '5' in quotes, or a filter pattern"],
    [
      'labels: { severity: x }',
      '5:25: rules[0].labels.severity: the label "severity" is taken: every alert has it',
    ],
    ['redact: [""]', '5:14: rules[0].redact[0]: is empty, expected an RE2 regex'],
    // What is refused deep inside a condition must not reach the checks that look at the whole rule.
    [
      'when: { distinct: $.a, is: ">= 2000", within: 5m }',
      '5:32: rules[0].when.is: 2000 is more than are told apart',
    ],
    [
      'when: { consecutive: 5, of: { keyword: "" } }',
      '5:44: rules[0].when.of.keyword: is empty or too short',
    ],
    [
      'when: [{ absent: 5m, until: { regex: "" } }]',
      '5:42: rules[0].when[0].until.regex: is empty, expected an RE2 regex',
    ],
  ])('%s', (line, problem) => {
    expect(problemsOfRule(line)).toEqual([expect.stringContaining(`doc.yaml:${problem}`)]);
  });

  it('tells what is wrong with each part, not only with the first', () => {
    const text = `version: 2
zone: UTC
rules:
  - { id: A, action: record }
  - { id: b, action: stop }
receivers:
  - { name: x, feihsu: [] }
route: { receiver: y }
tests:
  - { rule: c, logs: [{}] }
`;
    expect(problemsOf(text).map((problem) => problem.replace(/, expected.*/, ''))).toEqual([
      'doc.yaml:1:10: version: is 2',
      'doc.yaml:2:1: zone: unknown key',
      'doc.yaml:4:11: rules[0].id: has another form',
      'doc.yaml:5:22: rules[1].action: "stop" is not known here',
      'doc.yaml:7:16: receivers[0].feihsu: unknown key',
      'doc.yaml:8:20: route.receiver: there is no receiver "y"',
      'doc.yaml:10:23: tests[0].logs[0]: has no line',
    ]);
  });

  it.each([
    [
      'rules: [{ id: a, receiver: opps }]',
      '3:28: rules[0].receiver: there is no receiver "opps", expected ops',
    ],
    [
      'rules: [{ id: a, activeTimeIntervals: [x] }]',
      '3:40: rules[0].activeTimeIntervals[0]: there is no time interval "x"',
    ],
    ['route: { receiver: ops, matchers: [a=b] }', '3:25: route.matchers: cannot stand on the root route'],
    ['route: { receiver: ops, continue: true }', '3:25: route.continue: means nothing on the root route'],
    [
      'route: { receiver: ops, groupBy: [rule, team, rule] }',
      '3:47: route.groupBy[2]: the label "rule" stands here twice, expected it once',
    ],
    [
      'route: { receiver: ops, routes: [{ groupBy: [rule, "..."] }] }',
      '3:52: route.routes[0].groupBy[1]: "..." means all labels already, expected "..." alone',
    ],
    ['route: { groupBy: [rule] }', '3:8: route.receiver: is missing, expected a receiver'],
    [
      'route: { receiver: ops, routes: [{ receiver: no }] }',
      '3:46: route.routes[0].receiver: there is no receiver "no"',
    ],
    [
      'route: { receiver: ops, routes: [{ muteTimeIntervals: [x] }] }',
      '3:56: route.routes[0].muteTimeIntervals[0]: there is no time interval "x"',
    ],
    [
      'route: { receiver: ops, routes: [{ escalate: [{ after: 5m, receiver: no }] }] }',
      '3:70: route.routes[0].escalate[0].receiver: there is no receiver "no"',
    ],
    ['tests: [{ rule: no, logs: [{ message: a }] }]', '3:17: tests[0].rule: there is no rule "no"'],
    [
      'timeIntervals: [{ name: a, timeIntervals: [{}] }, { name: a, timeIntervals: [{}] }]',
      '3:59: timeIntervals[1].name',
    ],
    [
      'inhibitRules: [{ name: a, sourceMatchers: [a=b], targetMatchers: [a=b] }, { name: a, sourceMatchers: [a=b], targetMatchers: [a=b] }]',
      '3:83: inhibitRules[1].name: "a" stands at doc.yaml:3 already',
    ],
  ])('refers to what is there: %s', (line, problem) => {
    const problems = problemsOf(`version: 1\nreceivers: [{ name: ops }]\n${line}\n`);
    expect(problems.filter((text) => !text.includes('warning'))).toEqual([
      expect.stringContaining(`doc.yaml:${problem}`),
    ]);
  });

  it('warns of alerts that reach nobody and of literal secrets', () => {
    const text =
      'version: 1\nrules: [{ id: a }]\nreceivers: [{ name: b, feishu: [{ webhook: https://open.feishu.cn/x/TOKEN }] }]\n';
    const problems = problemsOf(text);
    expect(problems).toEqual([
      expect.stringContaining('doc.yaml:2:9: rules[0]: warning: its alerts reach nobody'),
      expect.stringContaining(
        'doc.yaml:3:44: receivers[0].feishu[0].webhook: warning: a secret is written out in full',
      ),
    ]);
    expect(problems.join()).not.toContain('TOKEN');
  });

  it.each([
    [
      'dingtalk: [{ webhook: secret:a, mention: all }]',
      'dingtalk[0].mention: is a text, expected a list or a map',
    ],
    [
      'dingtalk: [{ webhook: secret:a, mention: [a b] }]',
      'dingtalk[0].mention[0]: cannot be mentioned, expected all,',
    ],
    [
      'wecom: [{ webhook: secret:a, mention: { error: all } }]',
      'wecom[0].mention.error: is a text, expected a list',
    ],
    ['email: [{ to: [a@b.co], replyTo: 3 }]', 'email[0].replyTo: is 3, expected an e-mail address or a list'],
    [
      'email: [{ to: [a@b.co], replyTo: x }]',
      'email[0].replyTo: is no e-mail address, expected ops@example.com',
    ],
  ])('says what was expected where a value may have several forms: %s', (line, problem) => {
    expect(problemsOf(`version: 1\nreceivers: [{ name: x, ${line} }]\n`)).toEqual([
      expect.stringContaining(`receivers[0].${problem}`),
    ]);
  });

  it.each([
    [
      'rules:\n  - { id: a, title: x\n  - id: b\n',
      '3:5: rules[0]: YAML cannot read this: the bracket { that opens',
    ],
    [
      "rules:\n  - id: a\n    title: 'x\n",
      "4:12: rules[0].title: YAML cannot read this: the quote ' that opens",
    ],
    [
      'rules:\n  - id: a\n    severity\n',
      '4:5: rules[0].severity: YAML cannot read this: this line has no key',
    ],
  ])('says in plain words what YAML refuses: %j', (text, problem) => {
    expect(problemsOf(`version: 1\n${text}`)).toEqual([expect.stringContaining(problem)]);
  });

  it('names a second document in one file', () => {
    expect(problemsOf('version: 1\n---\nversion: 1\n')).toEqual([
      'doc.yaml:2:1: YAML cannot read this: a second document begins here, and a file holds one',
    ]);
  });

  it.each([
    ['rules:\n  - { id: a, match: x, when: { count: 1 }\n  - id: b\n', '3:5: rules[0]'],
    ['rules:\n  - id: a\n  - id: b\n   match: x\n', '5:4: rules[1].id'],
    ['rules:\n  - id: a\n    title: "x\n', '4:12: rules[0].title'],
  ])('names what is being written where YAML refuses it: %j', (text, place) => {
    expect(problemsOf(`version: 1\n${text}`)).toEqual(
      expect.arrayContaining([expect.stringContaining(`doc.yaml:${place}: YAML cannot read this: `)]),
    );
  });

  it.each([
    ['\n    match: ', '\n   match: ', '6:4: rules[0].logGroups'],
    ['\n    for: ', '\n     for: ', '7:6: rules[0].match'],
    ['\n  - id: ', '\n - id: ', '5:5: rules[0].id'],
  ])(
    'tells of one line that is indented otherwise once, and corrects no other: %j as %j',
    (right, wrong, place) => {
      const text = `version: 1
rules:
  # a comment
  - id: a
    logGroups: ["/app/*"]   # globs; default ["*"]
    match: '{ $.a = 1 }'
    for: 1m
    groupBy: [$.b]
    labels: { team: x }
    title: t
`;
      expect(problemsOf(text.replace(right, wrong))).toEqual([
        expect.stringMatching(
          new RegExp(
            `doc.yaml:${place.replace(/[[\]]/g, '.')}.*: YAML cannot read this: .*expected the indentation of`,
          ),
        ),
      ]);
    },
  );

  it('names a key that stands twice, also in brackets', () => {
    expect(problemsOf('version: 1\nrules:\n  - { id: a, title: x, action: record, title: y }\n')).toEqual([
      'doc.yaml:3:40: rules[0].title: this key stands in its map already, expected each key once',
    ]);
  });

  it('names a key that stands twice', () => {
    expect(problemsOf('version: 1\nrules:\n  - id: a\n    match: x\n    id: b\n')).toEqual([
      'doc.yaml:5:5: rules[0].id: this key stands in its map already, expected each key once',
    ]);
  });
});
