import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
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
  folder = mkdtempSync(join(tmpdir(), 'tocsin-follow-'));
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

/** Ends what followed the file, as a process that is gone, and begins anew from what it left behind. */
async function restart(): Promise<FollowedFile> {
  await following?.close();
  following = new FollowedFile(log, checkpoints(), () => now);
  return following;
}

async function poll(final = false): Promise<string[]> {
  const file = following ?? (await restart());
  const before = taken.length;
  await file.poll(async ({ lines }) => {
    taken.push(...lines);
    return now;
  }, final);
  return taken.slice(before).map(({ text }) => text);
}

const distinctIds = () => new Set(taken.map(({ id }) => id)).size;

describe('a followed file', () => {
  it('gives complete lines, as they are completed', async () => {
    expect(await poll()).toEqual([]);
    writeFileSync(log, 'one\r\ntwo\nthr');
    expect(await poll()).toEqual(['one', 'two']);
    expect(await poll()).toEqual([]);
    appendFileSync(log, 'ee\n\nfour\n');
    expect(await poll()).toEqual(['three', 'four']);
  });

  it('gives a last line without its end only when nothing more will come', async () => {
    writeFileSync(log, 'one\ntwo');
    expect(await poll()).toEqual(['one']);
    expect(await poll(true)).toEqual(['two']);
  });

  it('gives lines across chunks, and cuts endless ones', async () => {
    const long = '雪'.repeat(200_000);
    writeFileSync(log, `${long}\nshort\n${'x'.repeat(3 * 1024 * 1024)}`);
    const [first, second, ...pieces] = await poll(true);
    expect([first === long, second]).toEqual([true, 'short']);
    expect(pieces.join('')).toHaveLength(3 * 1024 * 1024);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(1024 * 1024);
  });

  it('names alike lines apart', async () => {
    writeFileSync(log, 'same\nsame\nsame\n');
    expect(await poll()).toEqual(['same', 'same', 'same']);
    expect(distinctIds()).toBe(3);
  });
});

describe('over a restart', () => {
  it('neither loses nor repeats lines', async () => {
    writeFileSync(log, 'one\ntwo\nthr');
    await poll();
    await restart();
    appendFileSync(log, 'ee\nfour\n');
    expect(await poll()).toEqual(['three', 'four']);
    await restart();
    expect(await poll()).toEqual([]);
  });

  it('gives the very same chunk again where its taking was not recorded', async () => {
    writeFileSync(log, 'one\ntwo\n');
    const crashed = await (await restart()).read();
    now = 99_000;
    appendFileSync(log, 'three\n');
    const again = await (await restart()).read();
    expect(again?.lines).toEqual(crashed?.lines);
    expect(again?.readAt).toBe(1_000);
    again?.done(5);
    expect((await following?.read())?.lines.map(({ text }) => text)).toEqual(['three']);
  });

  it('remembers the time of the last line for those that have none', async () => {
    writeFileSync(log, 'one\n');
    (await (await restart()).read())?.done(12_345);
    appendFileSync(log, '  at stack trace\n');
    expect((await (await restart()).read())?.lastTime).toBe(12_345);
  });

  it('reads the rest of a file that was rotated meanwhile, then the new one', async () => {
    writeFileSync(log, 'one\n');
    await poll();
    await following?.close();
    appendFileSync(log, 'two\nthree');
    renameSync(log, `${log}.1`);
    writeFileSync(log, 'four\n');
    await restart();
    expect(await poll()).toEqual(['two', 'three', 'four']);
    appendFileSync(log, 'five\n');
    expect(await poll()).toEqual(['five']);
    await restart();
    expect(await poll()).toEqual([]);
  });

  it('knows another file under the same inode by what it begins with, though it is longer', async () => {
    writeFileSync(log, 'one\ntwo\n');
    await poll();
    await following?.close();
    writeFileSync(log, 'another first line\nand more of it\n');
    await restart();
    expect(await poll()).toEqual(['another first line', 'and more of it']);
    expect(distinctIds()).toBe(4);
  });

  it('reads the rest of a file that was copied, truncated and written anew meanwhile', async () => {
    writeFileSync(log, 'one\n');
    await poll();
    await following?.close();
    appendFileSync(log, 'two\n');
    copyFileSync(log, `${log}.1`);
    writeFileSync(log, 'three, and much longer than what was there before\n');
    await restart();
    expect(await poll()).toEqual(['two', 'three, and much longer than what was there before']);
    appendFileSync(log, 'four\n');
    expect(await poll()).toEqual(['four']);
    await restart();
    expect(await poll()).toEqual([]);
  });

  it('reads the rest of a file that was rotated and compressed meanwhile', async () => {
    writeFileSync(log, 'one\n');
    await poll();
    await following?.close();
    appendFileSync(log, 'two\nthree');
    writeFileSync(`${log}.2.gz`, gzipSync('an older file altogether\n'));
    writeFileSync(`${log}.1.gz`, gzipSync(readFileSync(log)));
    rmSync(log);
    writeFileSync(log, 'four\n');
    await restart();
    expect(await poll()).toEqual(['two', 'three', 'four']);
    await restart();
    expect(await poll()).toEqual([]);
    expect(distinctIds()).toBe(4);
  });

  it('reads what was rotated twice meanwhile, compressed or not, in order', async () => {
    writeFileSync(log, 'one\n');
    await poll();
    await following?.close();
    appendFileSync(log, 'two\n');
    writeFileSync(`${log}.3.gz`, gzipSync(readFileSync(log)));
    rmSync(log);
    writeFileSync(log, 'three\n');
    renameSync(log, `${log}.2`);
    writeFileSync(log, 'four\n');
    writeFileSync(`${log}.1.gz`, gzipSync(readFileSync(log)));
    writeFileSync(log, 'five\n');
    await restart();
    expect(await poll()).toEqual(['two', 'three', 'four', 'five']);
    await restart();
    expect(await poll()).toEqual([]);
  });

  it('reads what was compressed in order, though it is unpacked much later', async () => {
    const compress = (number: number, seconds: number) => {
      writeFileSync(`${log}.${number}.gz`, gzipSync(readFileSync(log)));
      utimesSync(`${log}.${number}.gz`, seconds, seconds);
      rmSync(log);
    };
    writeFileSync(log, 'one\n');
    utimesSync(log, 1_000, 1_000);
    await poll();
    await following?.close();
    appendFileSync(log, 'two\n');
    compress(2, 2_000);
    writeFileSync(log, 'three\n');
    compress(1, 3_000);
    writeFileSync(log, 'four\n');
    await restart();
    expect(await poll()).toEqual(['two', 'three', 'four']);
  });

  it('reads a file that it had found empty and that was rotated since, and the one after it', async () => {
    writeFileSync(log, '');
    await poll();
    await following?.close();
    appendFileSync(log, 'one\n');
    renameSync(log, `${log}.2`);
    writeFileSync(`${log}.1`, 'two\n');
    writeFileSync(log, 'three\n');
    await restart();
    expect(await poll()).toEqual(['one', 'two', 'three']);
  });

  it('reads the copies of a file that it had found empty', async () => {
    writeFileSync(log, '');
    await poll();
    for (const text of ['one\n', 'two\n']) {
      appendFileSync(log, text);
      if (existsSync(`${log}.1`)) renameSync(`${log}.1`, `${log}.2`);
      copyFileSync(log, `${log}.1`);
      truncateSync(log);
    }
    appendFileSync(log, 'three\n');
    expect(await poll()).toEqual(['one', 'two', 'three']);
  });

  it('reads no older file, nor one that is followed by itself', async () => {
    writeFileSync(`${log}.1`, 'an older one\n');
    writeFileSync(log, 'one\n');
    await poll();
    await following?.close();
    renameSync(`${log}.1`, `${log}.2`);
    renameSync(log, `${log}.1`);
    writeFileSync(join(folder, 'app-2.log'), 'another service\n');
    writeFileSync(log, 'two\n');
    await restart();
    expect(await poll()).toEqual(['two']);
  });

  it('goes on from checkpoints of which the last was not written to its end', async () => {
    writeFileSync(log, 'one\ntwo\n');
    await poll();
    appendFileSync(join(folder, 'state', 'followed.json'), '["/x/app.log",{"file":1');
    await restart();
    appendFileSync(log, 'three\n');
    expect(await poll()).toEqual(['three']);
    await restart();
    expect(await poll()).toEqual([]);
  });

  it('takes the rest once, though it is interrupted in the middle of it', async () => {
    writeFileSync(log, 'one\n');
    await poll();
    await following?.close();
    appendFileSync(log, 'two\n');
    writeFileSync(`${log}.1.gz`, gzipSync(readFileSync(log)));
    writeFileSync(log, 'another file, which is longer\n');
    const crashed = await (await restart()).read();
    expect(crashed?.lines.map(({ text }) => text)).toEqual(['two']);
    await restart();
    expect(await poll()).toEqual(['two', 'another file, which is longer']);
    expect(taken.map(({ id }) => id)).toContain(crashed?.lines[0]?.id);
  });

  it('is not misled by a file that is still being compressed', async () => {
    writeFileSync(log, 'one\n');
    await poll();
    await following?.close();
    writeFileSync(`${log}.1.gz`, gzipSync(readFileSync(log)).subarray(0, 12));
    writeFileSync(log, 'another file, which is longer\n');
    await restart();
    expect(await poll()).toEqual(['another file, which is longer']);
  });

  it('begins the new file where the old one is gone', async () => {
    writeFileSync(log, 'one\n');
    await poll();
    await following?.close();
    renameSync(log, join(tmpdir(), `tocsin-gone-${process.pid}`));
    writeFileSync(log, 'two\n');
    await restart();
    expect(await poll()).toEqual(['two']);
    rmSync(join(tmpdir(), `tocsin-gone-${process.pid}`));
  });
});

describe('a rotation', () => {
  it('by renaming loses nothing of the old file, nor of the new one', async () => {
    writeFileSync(log, 'one\n');
    await poll();
    appendFileSync(log, 'two\nhalf');
    renameSync(log, `${log}.1`);
    expect(await poll()).toEqual(['two']);
    writeFileSync(log, 'three\n');
    expect(await poll()).toEqual(['half', 'three']);
    appendFileSync(log, 'four\n');
    expect(await poll()).toEqual(['four']);
    expect(distinctIds()).toBe(5);
  });

  it('stays with the old file while the new one is empty: the service may still write to it', async () => {
    writeFileSync(log, 'one\n');
    await poll();
    renameSync(log, `${log}.1`);
    writeFileSync(log, '');
    expect(await poll()).toEqual([]);
    appendFileSync(`${log}.1`, 'two\n');
    expect(await poll()).toEqual(['two']);
    appendFileSync(log, 'three\n');
    expect(await poll()).toEqual(['three']);
  });

  it('twice between two looks loses nothing', async () => {
    writeFileSync(log, 'one\n');
    await poll();
    for (const text of ['two\n', 'three\n']) {
      appendFileSync(log, text);
      if (existsSync(`${log}.1`)) renameSync(`${log}.1`, `${log}.2`);
      renameSync(log, `${log}.1`);
    }
    writeFileSync(log, 'four\n');
    expect(await poll()).toEqual(['two', 'three', 'four']);
  });

  it('by copying and truncating begins anew, and tells alike lines apart', async () => {
    writeFileSync(log, 'one\ntwo\n');
    await poll();
    truncateSync(log);
    appendFileSync(log, 'one\n');
    expect(await poll()).toEqual(['one']);
    truncateSync(log);
    expect(await poll()).toEqual([]);
    await restart();
    appendFileSync(log, 'one\n');
    expect(await poll()).toEqual(['one']);
    expect(distinctIds()).toBe(4);
  });

  it('by copying and truncating loses nothing between two looks', async () => {
    writeFileSync(log, 'one\n');
    await poll();
    appendFileSync(log, 'two\n');
    copyFileSync(log, `${log}.1`);
    truncateSync(log);
    appendFileSync(log, 'three, which is longer than both\n');
    expect(await poll()).toEqual(['two', 'three, which is longer than both']);
    appendFileSync(log, 'four\n');
    expect(await poll()).toEqual(['four']);
    expect(distinctIds()).toBe(4);
  });
});

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
