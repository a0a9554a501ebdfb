import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkpointsInMemory } from '../../infra/local/follow/checkpoints.ts';
import { follow, type LiveOptions } from '../../infra/local/live.ts';
import type { LocalStack } from '../../infra/local/stack.ts';
import type { LogBatch } from '../../shared/logs/event.ts';

/** More than the threads that Node opens files with. */
const PIPES = 5;
/** Each look at the clock: a deleted file is gone after a minute. */
const CLOCK_STEP_MS = 30_000;
const PATIENCE = { timeout: 60_000 };

let folder: string;
let read: string[];
let complaints: string[];
let ending: AbortController;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'tocsin-live-')));
  read = [];
  complaints = [];
  ending = new AbortController();
});
afterEach(() => rmSync(folder, { recursive: true }));

function start(options: Partial<LiveOptions>): Promise<void> {
  const stack: Pick<LocalStack, 'ingest' | 'evaluate' | 'removeExpired'> = {
    ingest: async ({ events }: LogBatch) => void read.push(...events.map(({ message }) => message)),
    evaluate: async () => {},
    removeExpired: async () => 0,
  };
  return follow({
    stack: stack as LocalStack,
    logs: [],
    globs: [],
    stdin: Readable.from([]),
    checkpoints: checkpointsInMemory(),
    clock: Date.now,
    logTime: false,
    multiline: false,
    journal: false,
    failed: (error) => complaints.push(String(error)),
    signal: ending.signal,
    ...options,
  });
}

const logsAt = (paths: string[]) => paths.map((path) => ({ path, logGroup: 'g', logStream: 's' }));

it('a file that cannot be read holds up no other, and is read once it can be', async () => {
  const [broken, sound] = [join(folder, 'broken.log'), join(folder, 'sound.log')];
  mkdirSync(broken);
  appendFileSync(sound, 'one\n');
  const following = start({ logs: logsAt([broken, sound]) });
  await expect.poll(() => read, PATIENCE).toEqual(['one']);
  await expect.poll(() => complaints, PATIENCE).toHaveLength(1);
  expect(complaints[0]).toContain(`${broken} cannot be read for now: EISDIR`);
  rmdirSync(broken);
  appendFileSync(broken, 'two\n');
  await expect.poll(() => read, PATIENCE).toEqual(['one', 'two']);
  ending.abort();
  await following;
});

it('pipes with the names of logs hold up nothing', async () => {
  const pipes = Array.from({ length: PIPES }, (_, index) => join(folder, `pipe-${index}.log`));
  execFileSync('mkfifo', pipes);
  const sound = join(folder, 'sound.log');
  appendFileSync(sound, 'one\n');
  const following = start({ logs: logsAt([...pipes, sound]) });
  await expect.poll(() => read, PATIENCE).toEqual(['one']);
  await expect.poll(() => complaints, PATIENCE).toHaveLength(PIPES);
  ending.abort();
  await following;
});

it('a log that is deleted because the disk is full ends nothing', async () => {
  const log = join(folder, 'app.log');
  appendFileSync(log, 'one\n');
  const checkpoints = checkpointsInMemory();
  let [now, stepMs] = [1_000_000, 0];
  const following = start({
    globs: [{ glob: join(folder, '*.log'), logGroup: 'g' }],
    checkpoints: {
      ...checkpoints,
      forget() {
        throw new Error('ENOSPC: no space left on device');
      },
    },
    clock: () => {
      now += stepMs;
      return now;
    },
  });
  await expect.poll(() => read, PATIENCE).toEqual(['one']);
  stepMs = CLOCK_STEP_MS;
  rmSync(log);
  await expect.poll(() => complaints, PATIENCE).toEqual(['Error: ENOSPC: no space left on device']);
  ending.abort();
  await following;
});
