import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Checkpoints, checkpointsIn } from '../../../infra/local/follow/checkpoints.ts';
import { FollowedFile } from '../../../infra/local/follow/file.ts';
import { filesMatching } from '../../../infra/local/follow/glob.ts';

const LEFT_AFTER_MS = 1_000;
/** One file may wait for another that is read by somebody else. */
const LOOKS = 3;

let folder: string;
let now: number;
let checkpoints: Checkpoints;
const followed = new Map<string, FollowedFile>();

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'tocsin-named-')));
  now = 1_000;
  checkpoints = checkpointsIn(join(folder, 'state', 'followed.json'));
});
afterEach(async () => {
  await restart();
  rmSync(folder, { recursive: true });
});

const at = (name: string) => join(folder, name);

/** Begins anew from what is kept on disk. */
async function restart(): Promise<void> {
  for (const file of followed.values()) await file.close();
  followed.clear();
  checkpoints = checkpointsIn(join(folder, 'state', 'followed.json'));
}

/** Looks again and again at every file that a glob means, or meant before. */
async function look(glob = '*.log'): Promise<string[]> {
  const others = new Set(followed.keys());
  for (const path of await filesMatching(at(glob), (path) => others.has(path)))
    if (!followed.has(path))
      followed.set(
        path,
        new FollowedFile(path, checkpoints, () => now, { others: new Set(followed.keys()) }),
      );
  const texts: string[] = [];
  for (let time = 0; time < LOOKS; time += 1) {
    for (const file of followed.values())
      await file.poll(async ({ lines }) => {
        texts.push(...lines.map(({ text }) => text));
        return now;
      });
    now += LEFT_AFTER_MS;
  }
  return texts;
}

/** Files of the folder that this process has open. */
function openFiles(): string[] {
  const targets = readdirSync('/proc/self/fd').map((descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`);
    } catch {
      // The one that lists them.
      return '';
    }
  });
  return targets.filter((target) => target.startsWith(folder));
}

describe('a file that was read and has another name now', () => {
  it.each(['app.2026-11-21.log', 'app-20261121.log', 'app.2026-11-21.1.log', 'app-1.log'])(
    'is not read again as %s',
    async (rotated) => {
      writeFileSync(at('app.log'), 'one\n');
      expect(await look()).toEqual(['one']);
      appendFileSync(at('app.log'), 'two\n');
      renameSync(at('app.log'), at(rotated));
      expect(await look()).toEqual(['two']);
      writeFileSync(at('app.log'), 'three\n');
      expect(await look()).toEqual(['three']);
      await restart();
      expect(await look()).toEqual([]);
    },
  );

  it('is not read again where its number goes up', async () => {
    for (const [index, text] of ['one', 'two', 'three', 'four'].entries()) {
      for (let number = index; number > 1; number -= 1)
        renameSync(at(`app-${number - 1}.log`), at(`app-${number}.log`));
      if (index > 0) renameSync(at('app.log'), at('app-1.log'));
      writeFileSync(at('app.log'), `${text}\n`);
      expect(await look()).toEqual([text]);
      expect(await look()).toEqual([]);
    }
  });

  it('is read on under it, where somebody still writes to it', async () => {
    writeFileSync(at('app.log'), 'one\n');
    await look();
    renameSync(at('app.log'), at('app-1.log'));
    writeFileSync(at('app.log'), 'two\n');
    expect(await look()).toEqual(['two']);
    appendFileSync(at('app-1.log'), 'late\n');
    expect(await look()).toEqual(['late']);
  });

  it('is not taken for another log that is called alike', async () => {
    writeFileSync(at('app.log'), 'one\n');
    writeFileSync(at('app-2.log'), 'another\n');
    expect((await look()).sort()).toEqual(['another', 'one']);
    renameSync(at('app.log'), at('app-1.log'));
    writeFileSync(at('app.log'), 'two\n');
    appendFileSync(at('app-2.log'), 'another line\n');
    expect((await look()).sort()).toEqual(['another line', 'two']);
  });
});

it('a file by its date alone is a log of its own', async () => {
  writeFileSync(at('app-2026-11-20.log'), 'one\n');
  writeFileSync(at('app-2026-11-21.log'), 'two\n');
  expect(await look()).toEqual(['one', 'two']);
});

it('a compressed file that is asked for is read once', async () => {
  writeFileSync(at('app.log.1.gz'), gzipSync('one\ntwo'));
  expect(await look('*.gz')).toEqual(['one', 'two']);
  expect(await look('*.gz')).toEqual([]);
  await restart();
  expect(await look('*.gz')).toEqual([]);
});

describe('a file that is deleted', () => {
  it('is gone after a minute, with its last line read, and nothing of it stays open', async () => {
    writeFileSync(at('app.log'), 'one\nhalf');
    expect(await look()).toEqual(['one']);
    const file = followed.get(at('app.log'));
    rmSync(at('app.log'));
    await look();
    expect(await file?.isGone()).toBe(false);
    now += 60_000;
    expect(await file?.isGone()).toBe(true);
    expect((await file?.read(true))?.lines.map(({ text }) => text)).toEqual(['half']);
    await file?.close();
    expect(openFiles()).toEqual([]);
    checkpoints.forget(at('app.log'));
    expect(readFileSync(join(folder, 'state', 'followed.json'), 'utf8')).toContain(',null]');
    await restart();
    writeFileSync(at('app.log'), 'one\n');
    expect(await look()).toEqual(['one']);
  });

  it('is not gone as long as it has another name, or is made anew', async () => {
    writeFileSync(at('app.log'), 'one\n');
    await look();
    const file = followed.get(at('app.log'));
    renameSync(at('app.log'), at('app.log.1'));
    await look();
    expect(await file?.isGone()).toBe(false);
    rmSync(at('app.log.1'));
    await look();
    expect(await file?.isGone()).toBe(false);
    writeFileSync(at('app.log'), '');
    now += 60_000;
    await look();
    expect(await file?.isGone()).toBe(false);
  });
});

it('however often a file is rotated, one is open at most', async () => {
  for (let rotation = 0; rotation < 30; rotation += 1) {
    appendFileSync(at('app.log'), `line ${rotation}\n`);
    await look();
    renameSync(at('app.log'), at('app.log.1'));
    if (rotation % 3 === 0) {
      writeFileSync(at('app.log.1.gz'), gzipSync(readFileSync(at('app.log.1'))));
      rmSync(at('app.log.1'));
    }
    writeFileSync(at('app.log'), '');
  }
  await look();
  expect(openFiles().length).toBeLessThanOrEqual(1);
});
