import {
  appendFileSync,
  copyFileSync,
  existsSync,
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
import { describe, expect, it } from 'vitest';
import { followedLog } from './followed-log.ts';

const log = followedLog();

describe('over a restart', () => {
  it('neither loses nor repeats lines', async () => {
    writeFileSync(log.path, 'one\ntwo\nthr');
    await log.poll();
    await log.restart();
    appendFileSync(log.path, 'ee\nfour\n');
    expect(await log.poll()).toEqual(['three', 'four']);
    await log.restart();
    expect(await log.poll()).toEqual([]);
  });

  it('gives the very same chunk again where its taking was not recorded', async () => {
    writeFileSync(log.path, 'one\ntwo\n');
    const crashed = await (await log.restart()).read();
    log.now = 99_000;
    appendFileSync(log.path, 'three\n');
    const again = await (await log.restart()).read();
    expect(again?.lines).toEqual(crashed?.lines);
    expect(again?.readAt).toBe(1_000);
    again?.done(5);
    expect((await (await log.following()).read())?.lines.map(({ text }) => text)).toEqual(['three']);
  });

  it('remembers the time of the last line for those that have none', async () => {
    writeFileSync(log.path, 'one\n');
    (await (await log.restart()).read())?.done(12_345);
    appendFileSync(log.path, '  at stack trace\n');
    expect((await (await log.restart()).read())?.lastTime).toBe(12_345);
  });

  it('reads the rest of a file that was rotated meanwhile, then the new one', async () => {
    writeFileSync(log.path, 'one\n');
    await log.poll();
    await log.close();
    appendFileSync(log.path, 'two\nthree');
    renameSync(log.path, `${log.path}.1`);
    writeFileSync(log.path, 'four\n');
    await log.restart();
    expect(await log.poll()).toEqual(['two', 'three', 'four']);
    appendFileSync(log.path, 'five\n');
    expect(await log.poll()).toEqual(['five']);
    await log.restart();
    expect(await log.poll()).toEqual([]);
  });

  it('knows another file under the same inode by what it begins with, though it is longer', async () => {
    writeFileSync(log.path, 'one\ntwo\n');
    await log.poll();
    await log.close();
    writeFileSync(log.path, 'another first line\nand more of it\n');
    await log.restart();
    expect(await log.poll()).toEqual(['another first line', 'and more of it']);
    expect(log.distinctIds()).toBe(4);
  });

  it('reads the rest of a file that was copied, truncated and written anew meanwhile', async () => {
    writeFileSync(log.path, 'one\n');
    await log.poll();
    await log.close();
    appendFileSync(log.path, 'two\n');
    copyFileSync(log.path, `${log.path}.1`);
    writeFileSync(log.path, 'three, and much longer than what was there before\n');
    await log.restart();
    expect(await log.poll()).toEqual(['two', 'three, and much longer than what was there before']);
    appendFileSync(log.path, 'four\n');
    expect(await log.poll()).toEqual(['four']);
    await log.restart();
    expect(await log.poll()).toEqual([]);
  });

  it('reads the rest of a file that was rotated and compressed meanwhile', async () => {
    writeFileSync(log.path, 'one\n');
    await log.poll();
    await log.close();
    appendFileSync(log.path, 'two\nthree');
    writeFileSync(`${log.path}.2.gz`, gzipSync('an older file altogether\n'));
    writeFileSync(`${log.path}.1.gz`, gzipSync(readFileSync(log.path)));
    rmSync(log.path);
    writeFileSync(log.path, 'four\n');
    await log.restart();
    expect(await log.poll()).toEqual(['two', 'three', 'four']);
    await log.restart();
    expect(await log.poll()).toEqual([]);
    expect(log.distinctIds()).toBe(4);
  });

  it('reads what was rotated twice meanwhile, compressed or not, in order', async () => {
    writeFileSync(log.path, 'one\n');
    await log.poll();
    await log.close();
    appendFileSync(log.path, 'two\n');
    writeFileSync(`${log.path}.3.gz`, gzipSync(readFileSync(log.path)));
    rmSync(log.path);
    writeFileSync(log.path, 'three\n');
    renameSync(log.path, `${log.path}.2`);
    writeFileSync(log.path, 'four\n');
    writeFileSync(`${log.path}.1.gz`, gzipSync(readFileSync(log.path)));
    writeFileSync(log.path, 'five\n');
    await log.restart();
    expect(await log.poll()).toEqual(['two', 'three', 'four', 'five']);
    await log.restart();
    expect(await log.poll()).toEqual([]);
  });

  it('reads what was compressed in order, though it is unpacked much later', async () => {
    const compress = (number: number, seconds: number) => {
      writeFileSync(`${log.path}.${number}.gz`, gzipSync(readFileSync(log.path)));
      utimesSync(`${log.path}.${number}.gz`, seconds, seconds);
      rmSync(log.path);
    };
    writeFileSync(log.path, 'one\n');
    utimesSync(log.path, 1_000, 1_000);
    await log.poll();
    await log.close();
    appendFileSync(log.path, 'two\n');
    compress(2, 2_000);
    writeFileSync(log.path, 'three\n');
    compress(1, 3_000);
    writeFileSync(log.path, 'four\n');
    await log.restart();
    expect(await log.poll()).toEqual(['two', 'three', 'four']);
  });

  it('reads a file that it had found empty and that was rotated since, and the one after it', async () => {
    writeFileSync(log.path, '');
    await log.poll();
    await log.close();
    appendFileSync(log.path, 'one\n');
    renameSync(log.path, `${log.path}.2`);
    writeFileSync(`${log.path}.1`, 'two\n');
    writeFileSync(log.path, 'three\n');
    await log.restart();
    expect(await log.poll()).toEqual(['one', 'two', 'three']);
  });

  it('reads the copies of a file that it had found empty', async () => {
    writeFileSync(log.path, '');
    await log.poll();
    for (const text of ['one\n', 'two\n']) {
      appendFileSync(log.path, text);
      if (existsSync(`${log.path}.1`)) renameSync(`${log.path}.1`, `${log.path}.2`);
      copyFileSync(log.path, `${log.path}.1`);
      truncateSync(log.path);
    }
    appendFileSync(log.path, 'three\n');
    expect(await log.poll()).toEqual(['one', 'two', 'three']);
  });

  it('reads no older file, nor one that is followed by itself', async () => {
    writeFileSync(`${log.path}.1`, 'an older one\n');
    writeFileSync(log.path, 'one\n');
    await log.poll();
    await log.close();
    renameSync(`${log.path}.1`, `${log.path}.2`);
    renameSync(log.path, `${log.path}.1`);
    writeFileSync(join(log.folder, 'app-2.log'), 'another service\n');
    writeFileSync(log.path, 'two\n');
    await log.restart();
    expect(await log.poll()).toEqual(['two']);
  });

  it('goes on from checkpoints of which the last was not written to its end', async () => {
    writeFileSync(log.path, 'one\ntwo\n');
    await log.poll();
    appendFileSync(join(log.folder, 'state', 'followed.json'), '["/x/app.log",{"file":1');
    await log.restart();
    appendFileSync(log.path, 'three\n');
    expect(await log.poll()).toEqual(['three']);
    await log.restart();
    expect(await log.poll()).toEqual([]);
  });

  it('takes the rest once, though it is interrupted in the middle of it', async () => {
    writeFileSync(log.path, 'one\n');
    await log.poll();
    await log.close();
    appendFileSync(log.path, 'two\n');
    writeFileSync(`${log.path}.1.gz`, gzipSync(readFileSync(log.path)));
    writeFileSync(log.path, 'another file, which is longer\n');
    const crashed = await (await log.restart()).read();
    expect(crashed?.lines.map(({ text }) => text)).toEqual(['two']);
    await log.restart();
    expect(await log.poll()).toEqual(['two', 'another file, which is longer']);
    expect(log.taken.map(({ id }) => id)).toContain(crashed?.lines[0]?.id);
  });

  it('is not misled by a file that is still being compressed', async () => {
    writeFileSync(log.path, 'one\n');
    await log.poll();
    await log.close();
    writeFileSync(`${log.path}.1.gz`, gzipSync(readFileSync(log.path)).subarray(0, 12));
    writeFileSync(log.path, 'another file, which is longer\n');
    await log.restart();
    expect(await log.poll()).toEqual(['another file, which is longer']);
  });

  it('begins the new file where the old one is gone', async () => {
    writeFileSync(log.path, 'one\n');
    await log.poll();
    await log.close();
    renameSync(log.path, join(tmpdir(), `tocsin-gone-${process.pid}`));
    writeFileSync(log.path, 'two\n');
    await log.restart();
    expect(await log.poll()).toEqual(['two']);
    rmSync(join(tmpdir(), `tocsin-gone-${process.pid}`));
  });
});
