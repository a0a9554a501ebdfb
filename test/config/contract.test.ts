import { describe, expect, it } from 'vitest';
import type { Condition, Selector } from '../../shared/config/model.ts';
import { loadText, ruleOf } from './documents.ts';

/** The examples of the contract's §1, as they stand there. */
const RULE_IN_FULL = `version: 1
rules:
  - id: order-errors                 # ^[a-z0-9][a-z0-9-]{0,62}$, unique
    title: High error count in order service
    severity: critical               # critical | error | warning | info   (default error)
    enabled: true
    logGroups: ["/app/order-*"]      # globs; a leading ! excludes; default ["*"]
    fields: '[ip, user, time, request, status, bytes]'   # optional: a pattern or { regex: … } run on every event
    match: '{ $.level = "ERROR" }'   # a selector, 1.1; default: every event
    groupBy: [$.service]             # one alert per distinct value, 1.2
    when: { count: ">= 10", within: 5m }   # 1.3; default: any one match
    for: 0s                          # must hold this long before it fires
    keepFiring: 0s                   # stays firing this long after it ended
    action: notify                   # notify | record (counted and shown, nobody is told)
    activeTimeIntervals: []          # only events in these intervals count
    receiver: ops                    # optional short cut past the route tree
    labels: { team: payments }
    annotations: { summary: '{{ $value }} errors in {{ $labels.service }}', runbook: https://wiki.example.com/order-errors }
    show: [$.traceId]                # fields listed in the message
    redact: ['\\b\\d{16}\\b']           # RE2; also possible at the top level
    maxGroups: 10000
receivers:
  - name: ops
    feishu: [{ webhook: secret:feishu-ops#webhook, secret: secret:feishu-ops#sign, keyword: 告警, mention: { critical: [all], error: [ou_x] } }]
    email:  [{ to: [ops@example.com], cc: [], from: alerts@example.com, smtp: secret:smtp }]
    webhook: [{ url: secret:hook, secret: secret:hook }]
    limit: 100/m                     # beyond it notifications fold into a digest that names what was folded
    fallback: ops-mail               # when a channel of this receiver fails for good
  - { name: ops-mail, email: [{ to: [ops@example.com], from: alerts@example.com, locale: en, sendResolved: false, severities: [critical], timeout: 5s }] }
  - name: mute
route:
  receiver: ops
  groupBy: [rule]
  groupWait: 30s
  groupInterval: 5m
  repeatInterval: 4h
  routes:
    - matchers: ['severity="critical"', 'team=~"a|b"']
      receiver: ops-mail
      continue: true
      muteTimeIntervals: [office]
      escalate: [{ after: 15m, receiver: mute }]
inhibitRules: [{ name: worse, sourceMatchers: ['severity="critical"'], targetMatchers: ['severity="warning"'], equal: [service] }]
timeIntervals: [{ name: office, timeIntervals: [{ times: [{ startTime: "09:00", endTime: "17:00" }], weekdays: ["monday:friday"], daysOfMonth: ["1:5", "-3:-1"], months: ["1:3"], years: ["2026"], location: Asia/Shanghai }] }]
tests:
  - rule: order-errors
    name: ten errors in five minutes
    logs:
      - { at: 0s, repeat: 10, every: 20s, logGroup: /app/order-api, message: '{"level":"ERROR","service":"order","n":{{i}}}' }
    expect:                            # the exact set firing at that time
      - { at: 3m, firing: [{ labels: { service: order } }] }
      - { at: 12m, firing: [] }
    notify:                            # optional: what leaves, through routing and grouping
      - { at: 3m30s, receiver: ops, status: firing }
`;

describe("the contract's examples", () => {
  const { document, problems } = loadText(RULE_IN_FULL);

  it('are sound', () => {
    expect(problems).toEqual([]);
  });

  it('become a rule', () => {
    expect(document.configuration.rules).toMatchObject([
      {
        title: 'High error count in order service',
        severity: 'critical',
        logGroups: ['/app/order-*'],
        fields: { kind: 'pattern', pattern: '[ip, user, time, request, status, bytes]' },
        match: { kind: 'pattern', pattern: '{ $.level = "ERROR" }' },
        groupBy: [{ label: 'service' }],
        receiver: 'ops',
        labels: { team: 'payments' },
        show: [{ kind: 'json', path: ['traceId'] }],
        redact: ['\\b\\d{16}\\b'],
      },
    ]);
  });

  it('become receivers', () => {
    const [ops, mail, mute] = document.configuration.receivers;
    expect(ops).toMatchObject({ limit: { count: 100, perMs: 60_000 }, fallback: 'ops-mail' });
    expect(ops?.channels.map(({ kind }) => kind)).toEqual(['feishu', 'email', 'webhook']);
    expect(ops?.channels[0]?.settings).toMatchObject({
      webhook: 'secret:feishu-ops#webhook',
      keyword: '告警',
      locale: 'zh-CN',
      timeZone: null,
      sendResolved: true,
      severities: null,
      timeoutMs: 10_000,
    });
    expect(mail?.channels[0]?.settings).toMatchObject({
      locale: 'en',
      sendResolved: false,
      severities: ['critical'],
      timeoutMs: 5_000,
    });
    expect(mute).toEqual({ name: 'mute', channels: [], limit: null, fallback: null });
  });

  it('become a route tree', () => {
    expect(document.configuration.route).toEqual({
      receiver: 'ops',
      groupBy: ['rule'],
      groupWaitMs: 30_000,
      groupIntervalMs: 300_000,
      repeatIntervalMs: 14_400_000,
      matchers: [],
      continue: false,
      muteTimeIntervals: [],
      activeTimeIntervals: [],
      routes: [
        {
          receiver: 'ops-mail',
          matchers: [
            { label: 'severity', operator: '=', value: 'critical' },
            { label: 'team', operator: '=~', value: 'a|b' },
          ],
          continue: true,
          muteTimeIntervals: ['office'],
          activeTimeIntervals: [],
          escalate: [{ afterMs: 900_000, receiver: 'mute' }],
          routes: [],
        },
      ],
    });
  });

  it('become tests', () => {
    expect(document.tests).toEqual([
      {
        rule: 'order-errors',
        name: 'ten errors in five minutes',
        startMs: Date.UTC(2026, 0, 5),
        logs: [
          {
            atMs: 0,
            repeat: 10,
            everyMs: 20_000,
            logGroup: '/app/order-api',
            logStream: 'test',
            message: '{"level":"ERROR","service":"order","n":{{i}}}',
            file: null,
          },
        ],
        expect: [
          { atMs: 180_000, firing: [{ labels: { service: 'order' } }] },
          { atMs: 720_000, firing: [] },
        ],
        notify: [{ atMs: 210_000, receiver: 'ops', status: 'firing' }],
      },
    ]);
  });
});

describe('selectors', () => {
  it.each<[string, Selector]>([
    ['ERROR -DEBUG', { kind: 'pattern', pattern: 'ERROR -DEBUG' }],
    ['""', { kind: 'pattern', pattern: '' }],
    ['{ pattern: x }', { kind: 'pattern', pattern: 'x' }],
    ['{ keyword: 失败 }', { kind: 'keyword', words: ['失败'] }],
    ['{ keyword: [a, b] }', { kind: 'keyword', words: ['a', 'b'] }],
    ["{ regex: '(?<ip>\\S+)' }", { kind: 'regex', source: '(?<ip>\\S+)' }],
    ['{ level: warning }', { kind: 'level', level: 'WARN', exact: false }],
    ['{ level: { is: PANIC } }', { kind: 'level', level: 'FATAL', exact: true }],
    [
      '{ all: [a, { any: [b, { not: c }] }] }',
      {
        kind: 'all',
        of: [
          { kind: 'pattern', pattern: 'a' },
          {
            kind: 'any',
            of: [
              { kind: 'pattern', pattern: 'b' },
              { kind: 'not', selector: { kind: 'pattern', pattern: 'c' } },
            ],
          },
        ],
      },
    ],
  ])('%s', (text, selector) => {
    expect(ruleOf(`match: ${text}`).match).toEqual(selector);
  });
});

describe('conditions', () => {
  const every = { kind: 'every' };
  const a = { kind: 'pattern', pattern: 'a' };
  const x = { kind: 'json', path: ['x'] };

  it.each<[string, Condition['kind'], object]>([
    ['{ count: "< 5", within: 5m }', 'count', { is: { operator: '<', threshold: 5 }, withinMs: 300_000 }],
    [
      '{ ratio: "> 5%", within: 5m }',
      'ratio',
      { is: { threshold: 0.05, unit: 'ratio' }, of: every, atLeast: 1 },
    ],
    [
      '{ ratio: 0.05, of: a, within: 5m, atLeast: 20 }',
      'ratio',
      { is: { threshold: 0.05, unit: 'ratio' }, of: a, atLeast: 20 },
    ],
    [
      '{ value: $.x, stat: p95, is: "> 1.5s", within: 5m }',
      'value',
      { value: x, stat: 'p95', is: { threshold: 1500, scale: 1000 } },
    ],
    ['{ distinct: $.x, is: ">= 20", within: 5m }', 'distinct', { value: x, is: { threshold: 20 } }],
    ['{ absent: 10m }', 'absent', { absentMs: 600_000, until: null, forgetMs: null }],
    ['{ absent: 10m, until: a, forget: 7d }', 'absent', { until: a, forgetMs: 604_800_000 }],
    ['{ consecutive: 5, of: a }', 'consecutive', { count: 5, of: a }],
    [
      '{ spike: ">= 3x", within: 5m, atLeast: 10 }',
      'spike',
      { is: { threshold: 3, unit: 'multiple' }, atLeast: 10 },
    ],
    [
      '{ anomaly: 3, over: count, baseline: 1h, within: 1m, atLeast: 10 }',
      'anomaly',
      {
        deviations: { default: 3 },
        over: { kind: 'count' },
        baselineMs: 3_600_000,
        direction: 'up',
        seasonMs: null,
      },
    ],
    [
      '{ anomaly: { warning: 2, critical: 2.5 }, over: ratio, of: a, baseline: 7d, within: 1m, direction: both, season: 1d }',
      'anomaly',
      {
        deviations: { warning: 2, critical: 2.5 },
        over: { kind: 'ratio', of: a },
        direction: 'both',
        seasonMs: 86_400_000,
      },
    ],
    [
      '{ anomaly: 3, over: $.x, stat: avg, baseline: 1h, within: 1m }',
      'anomaly',
      { over: { kind: 'value', value: x, stat: 'avg' } },
    ],
    [
      '{ novel: template, learn: 24h, forget: 30d }',
      'novel',
      { of: 'template', learnMs: 86_400_000, forgetMs: 2_592_000_000 },
    ],
    ['{ novel: $.x }', 'novel', { of: x, forgetMs: null }],
    ['{ change: $.x }', 'change', { value: x }],
  ])('%s', (text, kind, condition) => {
    expect(ruleOf(`when: ${text}`).when).toMatchObject([
      { severity: 'error', forMs: 0, condition: { kind, ...condition } },
    ]);
  });

  it('may be a list, each entry with a severity and a time of its own', () => {
    const rule = ruleOf(
      'when: [{ severity: critical, count: 10, within: 1m, for: 2m }, { count: 5, within: 1m }]\n    for: 1m',
    );
    expect(rule.when).toMatchObject([
      { severity: 'critical', forMs: 120_000, condition: { is: { threshold: 10 } } },
      { severity: 'error', forMs: 60_000, condition: { is: { threshold: 5 } } },
    ]);
  });

  it('keep firing for 5 minutes where they look for what is new', () => {
    expect(ruleOf('when: { novel: template }').keepFiringMs).toBe(300_000);
    expect(ruleOf('when: { novel: template }\n    keepFiring: 0s').keepFiringMs).toBe(0);
    expect(ruleOf('when: { change: $.x }').keepFiringMs).toBe(0);
  });
});
