import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Checkpoints, checkpointsIn } from '../../../infra/local/follow/checkpoints.ts';
import { FollowedFile } from '../../../infra/local/follow/file.ts';
import type { Line } from '../../../infra/local/follow/lines.ts';

let folder: string;
let log: string;
let now: number;
let taken: Line[];
let following: FollowedFile | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-records-'));
  log = join(folder, 'app.log');
  now = 1_000;
  taken = [];
});
afterEach(async () => {
  await following?.close();
  following = undefined;
  rmSync(folder, { recursive: true });
});

const checkpoints = (): Checkpoints => checkpointsIn(join(folder, 'state', 'followed.json'));
const distinctIds = () => new Set(taken.map(({ id }) => id)).size;

describe('records of several lines', () => {
  const joined = () => new FollowedFile(log, checkpoints(), () => now, { joins: true });
  const texts = async (final = false) => {
    following ??= joined();
    const before = taken.length;
    await following.poll(async ({ lines }) => {
      taken.push(...lines);
      return now;
    }, final);
    return taken.slice(before).map(({ text }) => text);
  };
  const JAVA = ['java.io.IOException: no', '\tat A.b(A.java:1)', 'Caused by: X', '\t... 3 more'];
  const PYTHON = [
    'ERROR x',
    'Traceback (most recent call last):',
    '  File "a.py", line 1',
    'a.b.MyError: no',
  ];

  it('are joined as they are written, and wait for what may go on with them', async () => {
    writeFileSync(log, 'one\nERROR two\n  at A.b\n');
    expect(await texts()).toEqual(['one']);
    appendFileSync(log, '  at C.d\nthree\n');
    expect(await texts()).toEqual(['ERROR two\n  at A.b\n  at C.d']);
    expect(await texts()).toEqual([]);
    now += 1_000;
    expect(await texts()).toEqual(['three']);
  });

  it('are those that the languages write', async () => {
    const go = ['panic: no', 'goroutine 1 [running]:', 'main.main()', '\t/app/main.go:3 +0x1d'];
    writeFileSync(log, [...PYTHON, ...go, 'INFO on', ''].join('\n'));
    expect(await texts(true)).toEqual([PYTHON.join('\n'), go.join('\n'), 'INFO on']);
    rmSync(log);
    writeFileSync(log, [...JAVA, 'INFO on', ''].join('\n'));
    expect(await texts(true)).toEqual([JAVA.join('\n'), 'INFO on']);
  });

  it('take the exception that a logger of Java writes below its line, and what caused it', async () => {
    const trace = [
      '2026-01-01 10:00:00,123 ERROR [main] c.e.Orders - cannot order',
      'java.lang.IllegalStateException: no stock',
      'at com.example.Orders.order(Orders.java:42)',
      '\tat com.example.Main.main(Main.java:7)',
      'Caused by: java.io.IOException: closed',
      '... 12 common frames omitted',
    ];
    const alone = ['java.io.IOException: one', 'java.io.IOException: two', 'at the end of the day'];
    writeFileSync(log, [...trace, '2026-01-01 10:00:01,000 INFO on', ...alone, ''].join('\n'));
    const [first, ...others] = alone;
    expect(await texts(true)).toEqual([
      trace.join('\n'),
      `2026-01-01 10:00:01,000 INFO on\n${first}`,
      ...others,
    ]);
  });

  it('lie whole in one chunk, however long the file is, and are the same after a restart', async () => {
    const record = (n: number) =>
      [`ERROR ${n}`, ...Array.from({ length: 20 }, (_, at) => `  at frame ${at} ${'x'.repeat(80)}`)].join(
        '\n',
      );
    const all = Array.from({ length: 500 }, (_, n) => record(n));
    writeFileSync(log, `${all.join('\n')}\n`);
    const crashed = await joined().read();
    const again = joined();
    expect((await again.read())?.lines).toEqual(crashed?.lines);
    await again.close();
    expect(await texts(true)).toEqual(all);
    expect(distinctIds()).toBe(all.length);
  });

  it('end somewhere', async () => {
    writeFileSync(log, `ERROR\n${'  at frame\n'.repeat(2_000)}`);
    const records = await texts(true);
    expect(Math.max(...records.map((text) => text.split('\n').length))).toBeLessThanOrEqual(500);
    expect(records.join('\n').split('\n')).toHaveLength(2_001);
  });
});
