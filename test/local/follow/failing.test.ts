/** A disk that fails at any one moment: what was opened for nothing is closed, and every line is read once all the same. */
import { expect, it } from 'vitest';
import { checkpointsInMemory } from '../../../infra/local/follow/checkpoints.ts';
import { FollowedFile } from '../../../infra/local/follow/file.ts';
import { MemoryDisk } from './memory-disk.ts';
import { LOG } from './rotating-service.ts';

const LEFT_AFTER_MS = 1_000;
const LOOKS = 5;

/** Follows a log over rotations and a restart; the `failing`th thing that is asked of the disk goes wrong. */
async function follow(failing: number) {
  const disk = new MemoryDisk();
  const checkpoints = checkpointsInMemory();
  const start = () => new FollowedFile(LOG, checkpoints, () => disk.now, { disk });
  let asked = 0;
  let hasFailed = false;
  disk.beforeEach = () => {
    asked += 1;
    if (asked !== failing) return;
    hasFailed = true;
    throw new Error('the disk failed');
  };
  const read: string[] = [];
  const openMost = { afterFailure: 0 };
  let file = start();
  const look = async (looks = LOOKS) => {
    for (let time = 0; time < looks; time += 1) {
      await file
        .poll(async ({ lines }) => {
          read.push(...lines.map(({ text }) => text));
          return 0;
        })
        .catch(() => {
          openMost.afterFailure = Math.max(openMost.afterFailure, disk.descriptors);
        });
      disk.pass(LEFT_AFTER_MS);
    }
  };
  disk.append(disk.create(LOG), 'one\ntwo\n');
  await look(2);
  await file.close();
  disk.append(disk.create(LOG), 'three\n');
  disk.rename(LOG, `${LOG}.2`);
  disk.compress(`${LOG}.2`, `${LOG}.2.gz`, true);
  disk.keepTime(`${LOG}.2`, `${LOG}.2.gz`);
  disk.remove(`${LOG}.2`);
  disk.pass(LEFT_AFTER_MS);
  disk.append(disk.create(`${LOG}.1`), 'four\n');
  disk.pass(LEFT_AFTER_MS);
  disk.append(disk.create(LOG), 'five\n');
  file = start();
  await look();
  await file.close();
  return { read, openMost, hasFailed, openAtEnd: disk.descriptors };
}

it('a disk that fails leaves nothing open and nothing unread', async () => {
  for (let failing = 1; ; failing += 1) {
    const { read, openMost, hasFailed, openAtEnd } = await follow(failing);
    expect({ failing, read }).toEqual({ failing, read: ['one', 'two', 'three', 'four', 'five'] });
    expect({ failing, open: openMost.afterFailure <= 1 }).toEqual({ failing, open: true });
    expect({ failing, openAtEnd }).toEqual({ failing, openAtEnd: 0 });
    if (!hasFailed) break;
  }
});
