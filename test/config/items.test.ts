import { describe, expect, it } from 'vitest';
import { channelSchemas } from '../../shared/channels/registry.ts';
import { UNAVAILABLE } from '../../shared/config/availability.ts';
import { createItemReader, type RawItem } from '../../shared/config/items.ts';
import { loadText } from './documents.ts';

const reader = createItemReader(channelSchemas, {}, []);
const today = createItemReader(channelSchemas);

const TEXT = `version: 1
timeZone: Asia/Shanghai
rules:
  - { id: a, match: { level: error }, when: { count: 10, within: 5m } }
receivers: [{ name: ops, feishu: [{ webhook: secret:x }] }]
route: { receiver: ops }
inhibitRules: [{ name: i, sourceMatchers: [a=b], targetMatchers: [c=d] }]
timeIntervals: [{ name: t, timeIntervals: [{ years: ["2026"] }] }]
`;

describe('items', () => {
  const { items, document } = loadText(TEXT);

  it('are the document part by part, as it was written', () => {
    expect(items.map(({ kind, id }) => [kind, id])).toEqual([
      ['settings', 'document'],
      ['rule', 'a'],
      ['receiver', 'ops'],
      ['route', 'root'],
      ['inhibitRule', 'i'],
      ['timeInterval', 't'],
    ]);
    expect(items[1]?.body).toEqual({ id: 'a', match: { level: 'error' }, when: { count: 10, within: '5m' } });
    expect(items[0]?.body).toEqual({ timeZone: 'Asia/Shanghai' });
  });

  it('make the same configuration again', () => {
    expect(reader.assemble(items)).toEqual({ configuration: document.configuration, problems: [] });
  });

  it('leave out what is broken and what has no good version, and keep the rest', () => {
    const broken: RawItem = {
      kind: 'rule',
      id: 'b',
      body: { id: 'b', when: { count: 'many', within: '5m' } },
    };
    const { configuration, problems } = reader.assemble([
      ...items,
      broken,
      { kind: 'rule', id: 'c', body: null },
    ]);
    expect(configuration.rules.map(({ id }) => id)).toEqual(['a']);
    expect(problems).toMatchObject([{ kind: 'rule', id: 'b', path: 'when.count', steps: ['when', 'count'] }]);
  });

  it('that refer to what is not there stay, and are reported', () => {
    const { configuration, problems } = reader.assemble(items.filter(({ kind }) => kind !== 'receiver'));
    expect(configuration.route?.receiver).toBe('ops');
    expect(problems).toMatchObject([
      { kind: 'route', id: 'root', path: 'receiver', message: /there is no receiver "ops"/ },
    ]);
  });

  it('that refer to a broken item are no problem of their own', () => {
    const others = items.filter(({ kind }) => kind !== 'receiver');
    const { problems } = reader.assemble([
      ...others,
      { kind: 'receiver', id: 'ops', body: { name: 'ops', feishu: 1 } },
    ]);
    expect(problems.map(({ kind, path }) => [kind, path])).toEqual([['receiver', 'feishu']]);
  });

  it('are nothing, with every default', () => {
    expect(reader.assemble([]).configuration).toEqual({
      settings: { timeZone: 'UTC', redact: [] },
      rules: [],
      receivers: [],
      route: null,
      inhibitRules: [],
      timeIntervals: [],
    });
  });
});

describe('an item edited by hand', () => {
  it('may hold its numbers as texts', () => {
    const body = { id: 'a', maxGroups: '50', when: { consecutive: '5' } };
    expect(reader.parseItem('rule', body)).toMatchObject({
      ok: true,
      value: { maxGroups: 50, when: [{ condition: { count: 5 } }] },
    });
  });

  it('is refused with the path and a sentence', () => {
    expect(reader.parseItem('rule', { id: 'a', when: { count: 10, within: 5 } })).toEqual({
      ok: false,
      problems: [
        {
          path: 'when.within',
          steps: ['when', 'within'],
          message: 'is 5, expected a duration such as 5s or 5m',
          expected: 'a duration such as 5s or 5m',
          atKey: false,
        },
      ],
    });
  });

  it.each([[null], ['text'], [[]], [5]])('is refused where it is %j', (body) => {
    expect(reader.parseItem('rule', body)).toMatchObject({ ok: false, problems: [{ path: '' }] });
  });

  it('is refused where its kind is none', () => {
    const item = { kind: 'toString', id: 'x', body: {} } as unknown as RawItem;
    expect(reader.validate(item)).toMatchObject([{ message: /"toString" is no kind of item/ }]);
  });

  it('keeps the id that its key says', () => {
    expect(reader.validate({ kind: 'rule', id: 'a', body: { id: 'b' } })).toMatchObject([
      { path: 'id', expected: 'a' },
    ]);
    expect(reader.validate({ kind: 'rule', id: 'a', body: { id: 'a' } })).toEqual([]);
  });

  it('never shows the value of a secret', () => {
    const result = reader.parseItem('receiver', {
      name: 'a',
      feishu: [{ webhook: 'secret:top secret value' }],
    });
    expect(result.ok).toBe(false);
    expect(JSON.stringify(result)).not.toContain('top secret');
  });
});

describe('languages that are built elsewhere', () => {
  const judging = createItemReader(channelSchemas, {
    checkPattern: (text) =>
      text.includes('!') ? { message: 'unexpected !', position: text.indexOf('!') } : null,
    checkRegex: (source) => (source.includes('(?=') ? 'no lookahead' : null),
  });

  it.each([
    [{ match: 'a !b' }, 'match', 'unexpected ! (character 3 of the pattern)'],
    [{ fields: 'a!' }, 'fields', 'unexpected ! (character 2 of the pattern)'],
    [{ match: { not: { pattern: '!' } } }, 'match.not.pattern', 'unexpected ! (character 1 of the pattern)'],
    [{ match: { regex: '(?=a)' } }, 'match.regex', 'the regex is refused: no lookahead'],
    [{ redact: ['(?=a)'] }, 'redact[0]', 'the regex is refused: no lookahead'],
    [{ fields: { regex: '(?=a)' } }, 'fields.regex', 'the regex is refused: no lookahead'],
  ])('judge %j', (body, path, message) => {
    const result = judging.parseItem('rule', { id: 'a', ...body });
    expect(result).toMatchObject({
      ok: false,
      problems: [{ path, message: expect.stringContaining(message) }],
    });
  });

  it('judge the regexes of matchers', () => {
    const result = judging.parseItem('route', {
      receiver: 'a',
      routes: [{ matchers: ['a=~"(?=a)"', 'a="(?=a)"'] }],
    });
    expect(result).toMatchObject({ ok: false, problems: [{ path: 'routes[0].matchers[0]' }] });
  });
});

describe('what this version does not do yet', () => {
  it('has one line each, and using it is an error', () => {
    const list = [{ kind: 'rule', path: 'when.spike', feature: '`spike`' }] as const;
    const reading = createItemReader(channelSchemas, {}, list);
    const body = { id: 'a', when: { spike: '3x', within: '5m' } };
    expect(reading.parseItem('rule', body)).toMatchObject({
      ok: false,
      problems: [{ path: 'when.spike', message: '`spike` is not available in this version' }],
    });
    expect(reader.parseItem('rule', body)).toMatchObject({ ok: true });
  });

  it('may be named where it asks for nothing', () => {
    const body = { id: 'a', for: '0s', keepFiring: '0s', activeTimeIntervals: [], show: [] };
    expect(today.parseItem('rule', body)).toMatchObject({ ok: true });
  });

  it('is found at any depth of the route tree', () => {
    const list = [{ kind: 'route', path: '**.escalate', feature: '`escalate`' }] as const;
    const body = { routes: [{ routes: [{ escalate: [{ after: '5m', receiver: 'a' }] }] }] };
    expect(createItemReader(channelSchemas, {}, list).parseItem('route', body)).toMatchObject({
      ok: false,
      problems: [{ path: 'routes[0].routes[0].escalate' }],
    });
  });

  it('names parts of the format that exist', () => {
    for (const { path, feature } of UNAVAILABLE) expect([path, feature]).not.toContain(undefined);
  });
});
