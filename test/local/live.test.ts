import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { checkpointsInMemory } from '../../infra/local/follow/checkpoints.ts';
import { follow } from '../../infra/local/live.ts';
import type { LocalStack } from '../../infra/local/stack.ts';
import type { LogBatch } from '../../shared/logs/event.ts';

it('a file that cannot be read holds up no other, and is read once it can be', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tocsin-live-')));
  const [broken, sound] = [join(folder, 'broken.log'), join(folder, 'sound.log')];
  mkdirSync(broken);
  appendFileSync(sound, 'one\n');
  const read: string[] = [];
  const complaints: string[] = [];
  const stack: Pick<LocalStack, 'ingest' | 'evaluate' | 'removeExpired'> = {
    ingest: async ({ events }: LogBatch) => void read.push(...events.map(({ message }) => message)),
    evaluate: async () => {},
    removeExpired: async () => 0,
  };
  const ending = new AbortController();
  const following = follow({
    stack: stack as LocalStack,
    logs: [broken, sound].map((path) => ({ path, logGroup: 'g', logStream: 's' })),
    globs: [],
    stdin: Readable.from([]),
    checkpoints: checkpointsInMemory(),
    clock: Date.now,
    logTime: false,
    multiline: false,
    journal: false,
    failed: (error) => complaints.push(String(error)),
    signal: ending.signal,
  });
  const patience = { timeout: 60_000 };
  await expect.poll(() => read, patience).toEqual(['one']);
  await expect.poll(() => complaints, patience).toHaveLength(1);
  expect(complaints[0]).toContain(`${broken} cannot be read for now: EISDIR`);
  rmdirSync(broken);
  appendFileSync(broken, 'two\n');
  await expect.poll(() => read, patience).toEqual(['one', 'two']);
  ending.abort();
  await following;
  rmSync(folder, { recursive: true });
});
