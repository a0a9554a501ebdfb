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

const LEFT_AFTER_MS = 1_000;
const LOOKS = 3;

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

/** Looks again and again: after a while all who wrote to a file that was renamed have opened the new one. */
async function poll(final = false): Promise<string[]> {
  const file = following ?? (await restart());
  const before = taken.length;
  const look = () =>
    file.poll(async ({ lines }) => {
      taken.push(...lines);
      return now;
    }, final);
  for (let time = 0; time < LOOKS; time += 1) {
    await look();
    now += LEFT_AFTER_MS;
  }
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

  it('leaves alone a copy that is being made', async () => {
    writeFileSync(log, 'one\n');
    utimesSync(log, 900, 900);
    await poll();
    appendFileSync(log, 'two\n');
    copyFileSync(log, `${log}.2`);
    truncateSync(log);
    appendFileSync(log, 'three\n');
    utimesSync(`${log}.2`, 1_000, 1_000);
    writeFileSync(`${log}.1`, 'thr');
    expect(await poll()).toEqual(['two', 'three']);
    copyFileSync(log, `${log}.1`);
    truncateSync(log);
    appendFileSync(log, 'four\n');
    expect(await poll()).toEqual(['four']);
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
