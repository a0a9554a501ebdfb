import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roundedUp, WindowCounts } from '../../cli/suggest/windows.ts';
import { tocsin } from './tocsin.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 21);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-suggest-'));
  const line = (minute: number, level: string, msg: string, service: string) =>
    JSON.stringify({
      time: new Date(START + minute * MINUTE).toISOString(),
      level,
      msg,
      service,
      duration_ms: minute % 100,
    });
  const lines: string[] = [];
  for (let minute = 0; minute < 1440; minute += 1) {
    lines.push(line(minute, 'info', 'order accepted', minute % 2 ? 'orders' : 'pay'));
    // Three outages in a day, the worst of them first.
    if ([300, 750, 1250].some((start) => minute >= start && minute < start + 5))
      for (let n = 0; n < (minute < 400 ? 8 : 4); n += 1)
        lines.push(
          line(minute, 'error', `payment gateway refused card ${minute * 100 + n}: "x" # {{evil}}`, 'pay'),
        );
  }
  writeFileSync(join(folder, 'shop.log'), `${lines.join('\n')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('tocsin suggest', () => {
  it('takes text that reads like a variable, YAML or a colour for what it is', async () => {
    const hostile = [
      'ERROR ${HOME} leaked $${AWS_SECRET_ACCESS_KEY} in path',
      'ERROR it\'s "quoted": # not a comment - [x] {y: z} *a &b !tag',
      'ERROR \u001b[31mred\u202e bidi \u0007 and more words of it',
    ];
    const lines = hostile.flatMap((message) =>
      [0, 1, 2].map((n) => JSON.stringify({ timestamp: START + n * MINUTE, message })),
    );
    writeFileSync(join(folder, 'hostile.ndjson'), `${lines.join('\n')}\n`);
    const ran = await tocsin(folder, ['suggest', 'hostile.ndjson', '--out', 'hostile.yaml']);
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(join(folder, 'hostile.yaml'), 'utf8')).toContain(
      'ERROR $${HOME} leaked $$${AWS_SECRET_ACCESS_KEY} in path',
    );
    const played = await tocsin(folder, ['backtest', 'hostile.yaml', '--logs', 'hostile.ndjson']);
    expect(played.out).toContain('matched nothing: fatal\n');
  });

  it('proposes a document that passes check, with thresholds that are reached as often as one wants', async () => {
    const ran = await tocsin(folder, [
      'suggest',
      'shop.log',
      '--log-group',
      '/app/shop',
      '--out',
      'tocsin.yaml',
    ]);
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(await tocsin(folder, ['check', 'tocsin.yaml'])).toMatchObject({
      code: 0,
      out: 'fine: 6 rules in 1 file\n',
    });
    const text = readFileSync(join(folder, 'tocsin.yaml'), 'utf8');
    expect(text).toContain('# Levels seen: INFO 1440, ERROR 80.\n');
    expect(text).toContain('id: payment-gateway-refused-card\n');
    expect(text).toContain('- $.service\n');
    expect(text).toContain('value: $.duration_ms\n');
    expect(await tocsin(folder, ['suggest', 'shop.log', '--out', 'tocsin.yaml'])).toMatchObject({ code: 1 });
  });

  it('fits the thresholds to how many alerts are welcome', async () => {
    const countOf = async (perDay: string) => {
      const ran = await tocsin(folder, ['suggest', 'shop.log', '--per-day', perDay, '--json']);
      const errors = ran.json().find(({ rule }) => (rule as { id?: string } | undefined)?.id === 'errors');
      return { alerts: Number(errors?.alerts), when: (errors?.rule as { when?: unknown } | undefined)?.when };
    };
    expect(await countOf('0')).toMatchObject({ alerts: 0, when: { count: '>= 50' } });
    expect((await countOf('1')).alerts).toBeLessThanOrEqual(2);
    expect((await countOf('9')).alerts).toBe(3);
  });

  it('says where there is nothing to go by', async () => {
    writeFileSync(join(folder, 'undated.log'), 'hello\n');
    expect(await tocsin(folder, ['suggest', 'undated.log'])).toMatchObject({ code: 1, out: '' });
    expect(await tocsin(folder, ['suggest'])).toMatchObject({ code: 2 });
    const lost = join(folder, 'no');
    expect(await tocsin(folder, ['suggest', 'shop.log', '--out', join(lost, 'such.yaml')])).toMatchObject({
      code: 2,
      err: `tocsin suggest: ${lost} cannot be read or written: there is no such file or folder.\n`,
    });
    expect(await tocsin(folder, ['suggest', 'none.log'])).toMatchObject({ code: 2 });
    expect(await tocsin(folder, ['suggest', '/dev/null'])).toMatchObject({
      code: 2,
      err: 'tocsin suggest: suggest reads its logs twice, and /dev/null can be read once: a file was expected.\n',
    });
  });
});

describe('the busiest windows', () => {
  it('count as one incident where they touch', () => {
    const counts = new WindowCounts(10);
    for (const [window, count] of [
      [0, 5],
      [1, 9],
      [2, 6],
      [7, 4],
    ] as const)
      for (let n = 0; n < count; n += 1) counts.add(window * 10);
    expect([0, 1, 2].map((incidents) => counts.reachedBy(incidents))).toEqual([9, 4, 0]);
  });

  it('lead to numbers that people would write', () => {
    expect([0, 1, 4, 6, 11, 16, 41, 160, 1001].map(roundedUp)).toEqual([1, 1, 5, 10, 15, 20, 50, 200, 1500]);
  });
});
