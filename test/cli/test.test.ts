import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tocsin } from './tocsin.ts';

const RULES = `version: 1
rules:
  - id: order-errors
    severity: critical
    logGroups: ["/app/order-*"]
    match: '{ $.level = "ERROR" }'
    groupBy: [$.service]
    when: { count: ">= 10", within: 5m }
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
  - { name: mute }
route: { receiver: mute, routes: [{ receiver: ops, matchers: ['severity="critical"'] }] }
`;
const LOGS = `
    logs:
      - { at: 0s, repeat: 10, every: 20s, logGroup: /app/order-api, message: '{"level":"ERROR","service":"order","n":{{i}}}' }`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function test(tests: string, ...argv: string[]) {
  writeFileSync(join(folder, 'tocsin.yaml'), `${RULES}tests:\n${tests}`);
  return await tocsin(folder, ['test', 'tocsin.yaml', ...argv]);
}

describe('tocsin test', () => {
  it("passes the contract's example", async () => {
    const ran = await test(`
  - rule: order-errors
    name: ten errors in five minutes${LOGS}
    expect:
      - { at: 3m, firing: [{ labels: { service: order } }] }
      - { at: 12m, firing: [] }
    notify:
      - { at: 3m30s, receiver: ops, status: firing }
`);
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toBe('passed  order-errors: ten errors in five minutes\n1 passed\n');
  });

  it('takes a test in which nothing is logged: absence is what it asks for', async () => {
    const document = `version: 1
rules: [{ id: quiet, when: { absent: 10m }, action: record }]
tests: [{ rule: quiet, logs: [], expect: [{ at: 9m, firing: [] }, { at: 12m, firing: [{}] }] }]
`;
    writeFileSync(join(folder, 'quiet.yaml'), document);
    const ran = await tocsin(folder, ['test', 'quiet.yaml']);
    expect(ran).toMatchObject({ code: 0, out: 'passed  quiet: quiet\n1 passed\n' });
  });

  it('says what was firing where the test expected something else, and where that stands', async () => {
    const ran = await test(`
  - rule: order-errors
    name: too late${LOGS}
    expect:
      - { at: 2m50s, firing: [{ labels: { service: order } }] }
      - { at: 3m, firing: [{ labels: { service: pay } }] }
      - { at: 12m, firing: [] }
`);
    expect(ran.code).toBe(1);
    expect(ran.out.split('\n')).toEqual([
      'FAILED  order-errors: too late (tocsin.yaml:15:5)',
      '        tocsin.yaml:20:9: at 2m50s { service: "order" } is not firing: nothing was firing',
      '        tocsin.yaml:21:9: at 3m { service: "pay" } is not firing; { service: "order", severity: "critical" } is firing and was not expected: firing were { service: "order", severity: "critical" } (value 10)',
      '        10 of its 10 log events matched the rule.',
      '0 passed, 1 failed',
      '',
    ]);
  });

  it('takes the firing set for exact: labels given must match, and nothing else may fire', async () => {
    const two = LOGS + LOGS.replace('\n    logs:', '').replace('"order"', '"pay"');
    const cases: [string, boolean][] = [
      ['[{ labels: { service: order } }, { labels: { service: pay } }]', true],
      ['[{ labels: {} }, { labels: { service: pay } }]', true],
      ['[{}, {}]', true],
      ['[{ labels: { service: order } }]', false],
      ['[{ labels: { service: order } }, { labels: { service: order } }]', false],
      ['[{ labels: { service: order, severity: warning } }, {}]', false],
    ];
    for (const [firing, passes] of cases) {
      const ran = await test(`
  - rule: order-errors${two}
    expect: [{ at: 3m, firing: ${firing} }]
`);
      expect({ firing, code: ran.code }).toEqual({ firing, code: passes ? 0 : 1 });
    }
  });

  it('takes lines of one time in the order in which they are written', async () => {
    const rules = 'rules: [{ id: row, action: record, match: bad, when: { consecutive: 2 } }]';
    const entries = (...bad: number[]) =>
      Array.from({ length: 12 }, (_, index) => `{ message: ${bad.includes(index) ? 'bad' : 'ok'} }`).join(
        ', ',
      );
    const document = `version: 1
${rules}
tests:
  - { rule: row, name: apart, logs: [${entries(1, 10)}], expect: [{ at: 1s, firing: [] }] }
  - { rule: row, name: together, logs: [${entries(9, 10)}], expect: [{ at: 1s, firing: [{}] }] }
`;
    writeFileSync(join(folder, 'row.yaml'), document);
    const ran = await tocsin(folder, ['test', 'row.yaml']);
    expect(ran.out).toContain('2 passed');
  });

  it('tells what left instead of the notification that was expected, and what nobody expected', async () => {
    const ran = await test(`
  - rule: order-errors${LOGS}
    notify:
      - { at: 3m30s, receiver: mute, status: firing }
`);
    expect(ran.code).toBe(1);
    expect(ran.out).toContain(
      'tocsin.yaml:19:9: at 3m30s no firing left for mute: what left is firing to ops at 3m30s',
    );
    expect(ran.out).toContain('firing to ops at 3m30s was not expected');
  });

  it('looks at resolves too, and takes an empty list for silence', async () => {
    const resolves = await test(`
  - rule: order-errors${LOGS}
    notify:
      - { at: 3m30s, receiver: ops, status: firing }
      - { at: 8m30s, receiver: ops, status: resolved }
`);
    expect(resolves).toMatchObject({ code: 0 });
    const silence = await test(`
  - rule: order-errors${LOGS}
    expect: [{ at: 4m, firing: [{}] }]
    notify: []
`);
    expect(silence.code).toBe(1);
    // Alone it looks past the last event, and not only at the test's first moment.
    const alone = await test(`
  - rule: order-errors${LOGS}
    notify: []
`);
    expect(alone.code).toBe(1);
  });

  it('counts repetitions in a message, with spaces about the i or without', async () => {
    const ran = await test(`
  - rule: order-errors
    logs: [{ repeat: 20, logGroup: /app/order-api, message: '{"level":"ERROR","service":"s{{ i }}{{i}}"}' }]
    expect: [{ at: 1m, firing: [] }]
`);
    expect(ran).toMatchObject({ code: 0 });
  });

  it('plays the lines of a file with the distances of their own times', async () => {
    const at = (seconds: number) => new Date(Date.UTC(2026, 10, 21, 2) + seconds * 1000).toISOString();
    const lines = Array.from(
      { length: 10 },
      (_, i) => `{"time":"${at(i * 20)}","level":"ERROR","service":"order"}`,
    );
    writeFileSync(join(folder, 'orders.log'), `${lines.join('\n')}\n`);
    const ran = await test(`
  - rule: order-errors
    logs: [{ at: 1m, file: orders.log, logGroup: /app/order-api }]
    expect:
      - { at: 3m59s, firing: [] }
      - { at: 4m, firing: [{ labels: { service: order } }] }
`);
    expect(ran).toMatchObject({ code: 0 });
    const missing = await test(`
  - rule: order-errors
    logs: [{ file: none.log }]
`);
    expect(missing).toMatchObject({ code: 2, out: '' });
    expect(missing.err).toBe(
      'tocsin test: none.log, which a test names, cannot be read: there is no such file or folder.\n',
    );
  });

  it('answers in JSON, and runs only what was asked for', async () => {
    const tests = `
  - { rule: order-errors, name: one, logs: [{ message: x, logGroup: /app/order-api }], expect: [{ at: 0s, firing: [{}] }] }
  - { rule: order-errors, name: two, logs: [{ message: x }], expect: [{ at: 0s, firing: [] }] }
`;
    const both = await test(tests, '--json');
    expect(both.code).toBe(1);
    expect(both.json()).toEqual([
      {
        type: 'test',
        status: 'failed',
        rule: 'order-errors',
        name: 'one',
        file: 'tocsin.yaml',
        line: 15,
        column: 5,
        events: 1,
        matched: 0,
        differences: [
          {
            file: 'tocsin.yaml',
            line: 15,
            column: 97,
            message: 'at 0s {} is not firing: nothing was firing',
          },
        ],
      },
      expect.objectContaining({ name: 'two', status: 'passed', differences: [] }),
      { type: 'summary', passed: 1, failed: 1 },
    ]);
    expect(await test(tests, '--only', 'two')).toMatchObject({ code: 0 });
    expect(await test(tests, '--only', 'twoo')).toMatchObject({
      code: 2,
      err: expect.stringContaining('"twoo"'),
    });
  });

  it('refuses an invalid document, and a moment that is none', async () => {
    const days = ['tomorrow', '2026-02-30T00:00:00Z'];
    const ran = await test(
      days.map((start) => `  - { rule: other, start: ${start}, logs: [{ message: x }] }\n`).join(''),
    );
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('tests[0].start: is no moment, expected one such as 2026-01-05T09:00:00+08:00');
    expect(ran.err).toContain('tests[1].start: is no moment');
  });
});
