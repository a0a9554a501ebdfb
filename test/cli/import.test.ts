import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseQueryString } from '../../cli/import/query-string.ts';
import { tocsin } from './tocsin.ts';

const ALERTMANAGER = `
global: { smtp_from: alertmanager@example.org, smtp_smarthost: 'localhost:25', slack_api_url: 'https://hooks.slack.com/x' }
templates: ['/etc/alertmanager/template/*.tmpl']
route:
  receiver: mails
  group_by: [alertname, cluster]
  group_wait: 30s
  repeat_interval: 3h
  routes:
    - match_re: { service: ^(foo1|foo2|baz)$ }
      receiver: pager
      continue: true
      routes: [{ match: { severity: critical }, receiver: pager }]
    - matchers: ['alertname="errors"', '{owner=~"a,b|c", env!=prod}']
      mute_time_intervals: [offhours]
inhibit_rules:
  - { source_match: { severity: critical }, target_matchers: [severity="warning"], equal: [alertname, cluster] }
time_intervals:
  - name: offhours
    time_intervals: [{ times: [{ start_time: '18:00', end_time: '24:00' }], weekdays: ['monday:friday'], location: Asia/Shanghai }]
receivers:
  - name: mails
    email_configs: [{ to: 'Team <team@example.org>, b@example.org' }]
  - name: pager
    email_configs: [{ to: oncall@example.org, send_resolved: true }]
    pagerduty_configs: [{ routing_key: mysecret }]
    webhook_configs: [{ url: 'https://user:mysecret@hooks.example.com/' }]
  - name: others
    opsgenie_configs: [{ api_key: mysecret }]
`;

const rule = (type: string, more: string) =>
  `name: A ${type} rule\ntype: ${type}\nindex: logs-*\nalert: [email]\nemail: [ops@example.com]\n${more}`;

const ELASTALERT: Record<string, string> = {
  frequency: rule(
    'frequency',
    'num_events: 50\ntimeframe: { hours: 4 }\nfilter: [{ term: { some_field: x } }]',
  ),
  flatline: rule('flatline', 'threshold: 2\ntimeframe: { minutes: 90 }\nquery_key: host.name'),
  spike: rule('spike', 'spike_height: 3\nspike_type: up\nthreshold_cur: 5\ntimeframe: { weeks: 1 }'),
  change: rule(
    'change',
    'compare_key: country\nquery_key: user.keyword\nfilter: [{ query: { query_string: { query: "type: login AND ms:>=5" } } }]',
  ),
  new_term: rule('new_term', 'fields: [ip]\nterms_window_size: { days: 90 }'),
  cardinality: rule('cardinality', 'cardinality_field: user\nmax_cardinality: 20\ntimeframe: { minutes: 5 }'),
  percentage_match: rule(
    'percentage_match',
    'min_percentage: 95\nbuffer_time: { minutes: 5 }\nfilter: [{ term: { kind: http } }]\nmatch_bucket_filter: [{ terms: { status: [200, 204] } }]',
  ),
  metric_aggregation: rule(
    'metric_aggregation',
    'metric_agg_key: cpu.pct\nmetric_agg_type: avg\nbucket_interval: { minutes: 5 }\nmin_threshold: 0.1\nmax_threshold: 0.8',
  ),
  any: rule(
    'any',
    'filter: [{ bool: { must: [{ exists: { field: a } }], must_not: [{ range: { ms: { gte: 1, lt: 9 } } }] } }]',
  ),
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-import-'));
  writeFileSync(join(folder, 'am.yml'), ALERTMANAGER);
  mkdirSync(join(folder, 'rules'));
  for (const [name, text] of Object.entries(ELASTALERT))
    writeFileSync(join(folder, 'rules', `${name}.yaml`), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('tocsin import alertmanager', () => {
  it('translates routes, receivers, inhibition and time intervals, and carries no secret along', async () => {
    const ran = await tocsin(folder, ['import', 'alertmanager', 'am.yml']);
    expect(ran.out + ran.err).not.toContain('mysecret');
    const document = parse(ran.out);
    expect(document.route).toEqual({
      receiver: 'mails',
      groupBy: ['rule', 'cluster'],
      groupWait: '30s',
      repeatInterval: '3h',
      routes: [
        {
          receiver: 'pager',
          matchers: ['service=~"^(foo1|foo2|baz)$"'],
          continue: true,
          routes: [{ receiver: 'pager', matchers: ['severity="critical"'] }],
        },
        { matchers: ['rule="errors"', 'owner=~"a,b|c"', 'env!="prod"'], muteTimeIntervals: ['offhours'] },
      ],
    });
    expect(document.receivers).toEqual([
      {
        name: 'mails',
        email: [
          {
            to: ['team@example.org', 'b@example.org'],
            from: 'alertmanager@example.org',
            sendResolved: false,
          },
        ],
      },
      {
        name: 'pager',
        email: [{ to: ['oncall@example.org'], from: 'alertmanager@example.org' }],
        pagerduty: [{ routingKey: 'secret:pagerduty-pager#routingKey' }],
        webhook: [{ url: 'secret:webhook-pager#url' }],
      },
      { name: 'others' },
    ]);
    expect(document.inhibitRules).toEqual([
      {
        name: 'inhibit-1',
        sourceMatchers: ['severity="critical"'],
        targetMatchers: ['severity="warning"'],
        equal: ['rule', 'cluster'],
      },
    ]);
    expect(document.timeIntervals[0].timeIntervals[0].times).toEqual([
      { startTime: '18:00', endTime: '24:00' },
    ]);
  });

  it('says what it could not translate', async () => {
    const { err } = await tocsin(folder, ['import', 'alertmanager', 'am.yml']);
    expect(err).toContain('receivers[2].opsgenie_configs: has no channel here: a webhook may stand in\n');
    expect(err).toContain('receivers[2]: others has no channel left, and is a mute\n');
    expect(err).toContain('templates: are not translated');
  });
});

describe('tocsin import elastalert', () => {
  it('translates every type of rule that has a counterpart', async () => {
    const ran = await tocsin(folder, ['import', 'elastalert', 'rules', '--out', 'tocsin.yaml']);
    expect(ran.code).toBe(0);
    expect(await tocsin(folder, ['check', 'tocsin.yaml'])).toMatchObject({ code: 0 });
    const { rules } = parse(readFileSync(join(folder, 'tocsin.yaml'), 'utf8')) as {
      rules: Record<string, unknown>[];
    };
    const said = Object.fromEntries(
      rules.map(({ id, match, when, groupBy }) => [id, { match, when, groupBy }]),
    );
    expect(said).toEqual({
      'a-any-rule': {
        match: { all: [{ not: '{ $.a NOT EXISTS }' }, { not: { all: ['{ $.ms >= 1 }', '{ $.ms < 9 }'] } }] },
      },
      'a-cardinality-rule': { when: { distinct: '$.user', is: '> 20', within: '5m' } },
      'a-change-rule': {
        match: { all: ['{ $.type = "login" }', '{ $.ms >= 5 }'] },
        when: { change: '$.country' },
        groupBy: ['$.user'],
      },
      'a-flatline-rule': { when: { count: '< 2', within: '90m' }, groupBy: ['$.host.name'] },
      'a-frequency-rule': { match: '{ $.some_field = "x" }', when: { count: '>= 50', within: '4h' } },
      'a-metric-aggregation-rule': {
        when: [
          { value: '$.cpu.pct', stat: 'avg', is: '> 0.8', within: '5m' },
          { value: '$.cpu.pct', stat: 'avg', is: '< 0.1', within: '5m' },
        ],
      },
      'a-new-term-rule': { when: { novel: '$.ip', learn: '24h', forget: '90d' } },
      'a-percentage-match-rule': {
        match: { all: ['{ $.kind = "http" }', { any: ['{ $.status = 200 }', '{ $.status = 204 }'] }] },
        when: { ratio: '< 95%', of: '{ $.kind = "http" }', within: '5m' },
      },
      'a-spike-rule': { when: { spike: '>= 3x', within: '7d', atLeast: 5 } },
    });
  });

  it('leaves a rule out that has no counterpart, and says so', async () => {
    writeFileSync(join(folder, 'odd.yaml'), rule('spike_aggregation', 'surprise: 1'));
    const ran = await tocsin(folder, ['import', 'elastalert', 'odd.yaml', '--json']);
    const notes = ran.json().map(({ path, message }) => `${path}: ${message}`);
    expect(notes).toContain('odd.yaml: type: spike_aggregation is not translated, and the rule is left out');
    expect(notes).toContain('odd.yaml: surprise: is not translated');
  });

  it('refuses what is no configuration', async () => {
    writeFileSync(join(folder, 'text.yaml'), 'just words');
    expect(await tocsin(folder, ['import', 'elastalert', 'text.yaml'])).toMatchObject({ code: 1, out: '' });
    writeFileSync(join(folder, 'other.yaml'), 'services: { web: { image: nginx } }\n');
    for (const origin of ['alertmanager', 'elastalert'])
      expect(await tocsin(folder, ['import', origin, 'other.yaml'])).toMatchObject({
        code: 1,
        out: '',
        err: expect.stringContaining(`other.yaml: no configuration of ${origin}, `),
      });
    expect(await tocsin(folder, ['import', 'nagios', 'am.yml'])).toMatchObject({ code: 2 });
    expect(await tocsin(folder, ['import', 'alertmanager', 'none.yml'])).toMatchObject({ code: 2 });
  });
});

describe('a query string', () => {
  it.each([
    ['ERROR', { keyword: 'ERROR' }],
    ['a:b c:d', { any: ['{ $.a = "b" }', '{ $.c = "d" }'] }],
    ['a:b AND NOT c:"d e"', { all: ['{ $.a = "b" }', { not: '{ $.c = "d e" }' }] }],
    [
      '(a:1 OR b:[2 TO *]) && -x:y*',
      { all: [{ any: ['{ $.a = 1 }', '{ $.b >= 2 }'] }, { not: '{ $.x = "y*" }' }] },
    ],
    ['a:{1 TO 5]', { all: ['{ $.a > 1 }', '{ $.a <= 5 }'] }],
    ['_exists_:a.b', { not: '{ $.a.b NOT EXISTS }' }],
  ])('%s', (query, selector) => {
    expect(parseQueryString(query)).toEqual(selector);
  });

  it.each(['', 'a:', '(a', 'a:/re/ AND', 'roam~', ') a'])('%s is not guessed at', (query) => {
    expect(parseQueryString(query)).toBeNull();
  });
});
