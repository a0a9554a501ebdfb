import {
  appendFileSync,
  copyFileSync,
  existsSync,
  renameSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, it } from 'vitest';
import { followedLog } from './followed-log.ts';

const log = followedLog();

describe('a rotation', () => {
  it('by renaming loses nothing of the old file, nor of the new one', async () => {
    writeFileSync(log.path, 'one\n');
    await log.poll();
    appendFileSync(log.path, 'two\nhalf');
    renameSync(log.path, `${log.path}.1`);
    expect(await log.poll()).toEqual(['two']);
    writeFileSync(log.path, 'three\n');
    expect(await log.poll()).toEqual(['half', 'three']);
    appendFileSync(log.path, 'four\n');
    expect(await log.poll()).toEqual(['four']);
    expect(log.distinctIds()).toBe(5);
  });

  it('stays with the old file while the new one is empty: the service may still write to it', async () => {
    writeFileSync(log.path, 'one\n');
    await log.poll();
    renameSync(log.path, `${log.path}.1`);
    writeFileSync(log.path, '');
    expect(await log.poll()).toEqual([]);
    appendFileSync(`${log.path}.1`, 'two\n');
    expect(await log.poll()).toEqual(['two']);
    appendFileSync(log.path, 'three\n');
    expect(await log.poll()).toEqual(['three']);
  });

  it('twice between two looks loses nothing', async () => {
    writeFileSync(log.path, 'one\n');
    await log.poll();
    for (const text of ['two\n', 'three\n']) {
      appendFileSync(log.path, text);
      if (existsSync(`${log.path}.1`)) renameSync(`${log.path}.1`, `${log.path}.2`);
      renameSync(log.path, `${log.path}.1`);
    }
    writeFileSync(log.path, 'four\n');
    expect(await log.poll()).toEqual(['two', 'three', 'four']);
  });

  it('by copying and truncating begins anew, and tells alike lines apart', async () => {
    writeFileSync(log.path, 'one\ntwo\n');
    await log.poll();
    truncateSync(log.path);
    appendFileSync(log.path, 'one\n');
    expect(await log.poll()).toEqual(['one']);
    truncateSync(log.path);
    expect(await log.poll()).toEqual([]);
    await log.restart();
    appendFileSync(log.path, 'one\n');
    expect(await log.poll()).toEqual(['one']);
    expect(log.distinctIds()).toBe(4);
  });

  it('leaves alone a copy that is being made', async () => {
    writeFileSync(log.path, 'one\n');
    utimesSync(log.path, 900, 900);
    await log.poll();
    appendFileSync(log.path, 'two\n');
    copyFileSync(log.path, `${log.path}.2`);
    truncateSync(log.path);
    appendFileSync(log.path, 'three\n');
    utimesSync(`${log.path}.2`, 1_000, 1_000);
    writeFileSync(`${log.path}.1`, 'thr');
    expect(await log.poll()).toEqual(['two', 'three']);
    copyFileSync(log.path, `${log.path}.1`);
    truncateSync(log.path);
    appendFileSync(log.path, 'four\n');
    expect(await log.poll()).toEqual(['four']);
    expect(log.distinctIds()).toBe(4);
  });

  it('by copying and truncating loses nothing between two looks', async () => {
    writeFileSync(log.path, 'one\n');
    await log.poll();
    appendFileSync(log.path, 'two\n');
    copyFileSync(log.path, `${log.path}.1`);
    truncateSync(log.path);
    appendFileSync(log.path, 'three, which is longer than both\n');
    expect(await log.poll()).toEqual(['two', 'three, which is longer than both']);
    appendFileSync(log.path, 'four\n');
    expect(await log.poll()).toEqual(['four']);
    expect(log.distinctIds()).toBe(4);
  });
});
