import { describe, expect, it } from 'vitest';
import { problemsOf } from './documents.ts';

const RULES = `version: 1
rules:
  - { id: order-errors, groupBy: [$.service], labels: { team: payments } }
  - { id: unseen, when: { novel: template } }
receivers:
  - { name: ops, slack: [{ webhook: secret:a }, { webhook: secret:b, TEMPLATE }] }
`;
const document = (rest: string, template = 'title: x') => RULES.replace('TEMPLATE', template) + rest;
const routed = (route: string) =>
  problemsOf(document(`route: { receiver: ops, groupBy: [service, template], routes: [${route}] }\n`));

describe('labels that routes, inhibitions and receivers ask for', () => {
  it.each([
    [`{ matchers: ['service="a"', 'team=~"pay.*"', 'severity=~"critical|error"', 'rule="order-errors"'] }`],
    // Rules of another document may have them.
    [`{ matchers: ['region="eu"', 'rule="payment-latency"'] }`],
  ])('may be those of any rule: %s', (route) => {
    expect(routed(route)).toEqual([]);
  });

  it.each([
    [
      `{ matchers: ['servce="a"'] }`,
      `matchers[0]: warning: no rule's alerts have the label "servce", expected service`,
    ],
    [`{ groupBy: [tema] }`, `groupBy[0]: warning: no rule's alerts have the label "tema", expected team`],
    [
      `{ matchers: ['severity="criticl"'] }`,
      'matchers[0]: warning: no alert has the severity "criticl", expected critical',
    ],
    [
      `{ matchers: ['severity=~"error|P1"'] }`,
      'matchers[0]: warning: no alert has the severity "P1", expected one of info, warning, error, critical',
    ],
    [
      `{ matchers: ['rule="order-error"'] }`,
      'matchers[0]: warning: there is no rule "order-error", expected order-errors',
    ],
  ])('are warned of where one that rules give is near: %s', (route, problem) => {
    expect(routed(route)).toEqual([expect.stringContaining(`route.routes[0].${problem}`)]);
  });

  it('are looked at in inhibitions and in the templates of receivers', () => {
    const rest = `route: { receiver: ops }
inhibitRules:
  - { name: calm, sourceMatchers: ['team="a"'], targetMatchers: ['servic="b"'], equal: [Team] }
`;
    const template = "body: '{{ if $labels.temlate }}new{{ end }}'";
    const found = problemsOf(document(rest, template)).map((problem) =>
      problem.split(': ').slice(1).join(': '),
    );
    expect(found).toEqual([
      `receivers[0].slack[1].body: warning: no rule's alerts have the label "temlate", expected template`,
      `inhibitRules[0].targetMatchers[0]: warning: no rule's alerts have the label "servic", expected service`,
      `inhibitRules[0].equal[0]: warning: no rule's alerts have the label "Team", expected team`,
    ]);
  });

  it('are unknown where a rule is not understood', () => {
    const rest = `  - { id: broken, groupBy: 3 }\n`;
    const text = document('').replace('receivers:', `${rest}receivers:`);
    const problems = problemsOf(`${text}route: { receiver: ops, groupBy: [tema] }\n`);
    expect(problems).toEqual([expect.stringContaining('rules[2].groupBy')]);
  });
});
