import { describe, expect, it } from 'vitest';
import { channelSchemas } from '../../shared/channels/registry.ts';
import { load } from '../../shared/config/load.ts';
import { loadText, problemsOf } from './documents.ts';

const SMALLEST = `version: 1
rules:
  - { id: errors, match: { level: error }, when: { count: 10, within: 5m } }
receivers:
  - { name: ops, feishu: [{ webhook: secret:feishu-ops }] }
route: { receiver: ops }
`;

describe('the smallest document', () => {
  it('is sound in this version, and every default is filled in', () => {
    const { document, problems } = load([{ file: 'a', text: SMALLEST }], { channels: channelSchemas });
    expect(problems).toEqual([]);
    expect(document.configuration.rules).toEqual([
      {
        id: 'errors',
        title: 'errors',
        severity: 'error',
        enabled: true,
        logGroups: ['*'],
        fields: null,
        match: { kind: 'level', level: 'ERROR', exact: false },
        groupBy: [],
        when: [
          {
            severity: 'error',
            condition: {
              kind: 'count',
              is: { operator: '>=', threshold: 10, unit: 'none', scale: 1, text: '10' },
              withinMs: 300_000,
            },
            forMs: 0,
          },
        ],
        keepFiringMs: 0,
        action: 'notify',
        activeTimeIntervals: [],
        receiver: null,
        labels: {},
        annotations: {},
        show: [],
        redact: [],
        maxGroups: 10_000,
      },
    ]);
    expect(document.configuration.route).toMatchObject({
      receiver: 'ops',
      matchers: [],
      routes: [],
      continue: false,
    });
    expect(document.configuration.receivers).toMatchObject([{ name: 'ops', channels: [{ kind: 'feishu' }] }]);
  });

  it('fires on any one match where nothing is said', () => {
    const { document } = loadText('version: 1\nrules: [{ id: a, action: record }]\n');
    expect(document.configuration.rules[0]).toMatchObject({
      match: { kind: 'every' },
      when: [{ condition: { kind: 'count', is: { operator: '>=', threshold: 1 }, withinMs: 300_000 } }],
    });
  });
});

describe('defaults', () => {
  it('fill what a rule does not say', () => {
    const text = `version: 1
defaults: { severity: warning, action: record, labels: { env: prod, team: a } }
rules:
  - { id: a, labels: { team: b } }
  - { id: b, severity: critical }
`;
    const { document, items } = loadText(text);
    expect(document.configuration.rules).toMatchObject([
      { severity: 'warning', labels: { env: 'prod', team: 'b' }, when: [{ severity: 'warning' }] },
      { severity: 'critical', labels: { env: 'prod', team: 'a' } },
    ]);
    expect(items.find(({ id }) => id === 'b')?.body).toEqual({
      id: 'b',
      severity: 'critical',
      action: 'record',
      labels: { env: 'prod', team: 'a' },
    });
  });

  it('are judged once, where they stand', () => {
    const text =
      'version: 1\ndefaults: { action: recrd, fo: 1 }\nrules: [{ id: a, receiver: r }, { id: b, receiver: r }]\nreceivers: [{ name: r }]\n';
    expect(problemsOf(text)).toEqual([
      'doc.yaml:2:21: defaults.action: "recrd" is not known here, expected notify or record',
      'doc.yaml:2:28: defaults.fo: unknown key, expected for',
    ]);
  });

  it('answer for what they make wrong in a rule', () => {
    const text = 'version: 1\ndefaults: { receiver: no, action: record }\nrules: [{ id: a }]\n';
    expect(problemsOf(text)).toEqual([
      expect.stringContaining('doc.yaml:2:23: defaults.receiver: there is no receiver "no"'),
    ]);
  });
});

describe('variables', () => {
  const rule = (count: string) =>
    `version: 1\nrules:\n  - id: a\n    action: record\n    when:\n      count: ${count}\n      within: \${W}\n`;

  it.each([['${N}'], ['"${N}"'], ['">= ${N}"']])('fill %s', (count) => {
    const { document, problems } = loadText(rule(count), { N: '10', W: '5m' });
    expect(problems).toEqual([]);
    expect(document.configuration.rules[0]?.when[0]?.condition).toMatchObject({
      is: { threshold: 10 },
      withinMs: 300_000,
    });
  });

  it('may stand in braces of YAML', () => {
    const text =
      'version: 1\nrules: [{ id: a, action: record, enabled: ${E}, when: { count: ${N}, within: "${W}m" } }]\n';
    const { items, problems } = loadText(text, { E: 'false', N: '10', W: '5' });
    expect(problems).toEqual([]);
    const body = items.find(({ kind }) => kind === 'rule')?.body;
    expect(body).toMatchObject({ enabled: false, when: { count: 10, within: '5m' } });
  });

  it('keep a number a number, and a quoted text a text', () => {
    const text =
      'version: 1\nrules:\n  - id: a\n    action: record\n    maxGroups: ${N}\n    title: "${N}"\n';
    expect(loadText(text, { N: '7' }).items.find(({ kind }) => kind === 'rule')?.body).toMatchObject({
      maxGroups: 7,
      title: '7',
    });
  });

  it('that are missing are named where they stand, and nothing that follows from it', () => {
    expect(problemsOf(rule('${N}'), { W: '5m' })).toEqual([
      'doc.yaml:6:14: rules[0].when.count: ${N} is not set, expected it in the environment or as --set N=VALUE',
    ]);
  });

  it('stay as they are after a second dollar, and are not filled twice', () => {
    const title = (text: string, variables: Record<string, string>) =>
      loadText(`version: 1\nrules: [{ id: a, action: record, title: "${text}" }]\n`, variables).document
        .configuration.rules[0]?.title;
    expect(title('$${N}', {})).toBe('${N}');
    expect(title('${A}', { A: '${B}', B: 'x' })).toBe('${B}');
  });

  it('come from their own names only', () => {
    expect(
      problemsOf('version: 1\nrules: [{ id: a, action: record, title: "${constructor}" }]\n'),
    ).toHaveLength(1);
  });
});
