import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { followedLog } from './followed-log.ts';

const log = followedLog({ joins: true });

describe('records of several lines', () => {
  const JAVA = ['java.io.IOException: no', '\tat A.b(A.java:1)', 'Caused by: X', '\t... 3 more'];
  const PYTHON = [
    'ERROR x',
    'Traceback (most recent call last):',
    '  File "a.py", line 1',
    'a.b.MyError: no',
  ];

  it('are joined as they are written, and wait for what may go on with them', async () => {
    writeFileSync(log.path, 'one\nERROR two\n  at A.b\n');
    expect(await log.look()).toEqual(['one']);
    appendFileSync(log.path, '  at C.d\nthree\n');
    expect(await log.look()).toEqual(['ERROR two\n  at A.b\n  at C.d']);
    expect(await log.look()).toEqual([]);
    log.now += 1_000;
    expect(await log.look()).toEqual(['three']);
  });

  it('are those that the languages write', async () => {
    const go = ['panic: no', 'goroutine 1 [running]:', 'main.main()', '\t/app/main.go:3 +0x1d'];
    writeFileSync(log.path, [...PYTHON, ...go, 'INFO on', ''].join('\n'));
    expect(await log.look(true)).toEqual([PYTHON.join('\n'), go.join('\n'), 'INFO on']);
    rmSync(log.path);
    writeFileSync(log.path, [...JAVA, 'INFO on', ''].join('\n'));
    expect(await log.look(true)).toEqual([JAVA.join('\n'), 'INFO on']);
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
    writeFileSync(log.path, [...trace, '2026-01-01 10:00:01,000 INFO on', ...alone, ''].join('\n'));
    const [first, ...others] = alone;
    expect(await log.look(true)).toEqual([
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
    writeFileSync(log.path, `${all.join('\n')}\n`);
    const crashed = await (await log.restart()).read();
    const again = await (await log.restart()).read();
    expect(again?.lines).toEqual(crashed?.lines);
    await log.close();
    expect(await log.look(true)).toEqual(all);
    expect(log.distinctIds()).toBe(all.length);
  });

  it('end somewhere', async () => {
    writeFileSync(log.path, `ERROR\n${'  at frame\n'.repeat(2_000)}`);
    const records = await log.look(true);
    expect(Math.max(...records.map((text) => text.split('\n').length))).toBeLessThanOrEqual(500);
    expect(records.join('\n').split('\n')).toHaveLength(2_001);
  });
});
