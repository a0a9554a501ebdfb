/** A log file on a disk of its own, and who follows it over restarts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type Checkpoints, checkpointsIn } from '../../../infra/local/follow/checkpoints.ts';
import { FollowedFile } from '../../../infra/local/follow/file.ts';
import type { Line } from '../../../infra/local/follow/lines.ts';

/** After this long without a change a renamed file is left for the new one; so are the lines of one record. */
const LEFT_AFTER_MS = 1_000;
const LOOKS = 3;

class FollowedLog {
  folder = '';
  path = '';
  /** ms since the epoch. */
  now = 0;
  taken: Line[] = [];
  readonly #joins: boolean;
  #following: FollowedFile | undefined;

  constructor(joins: boolean) {
    this.#joins = joins;
  }

  begin(): void {
    this.folder = mkdtempSync(join(tmpdir(), 'tocsin-follow-'));
    this.path = join(this.folder, 'app.log');
    this.now = 1_000;
    this.taken = [];
  }

  async end(): Promise<void> {
    await this.close();
    rmSync(this.folder, { recursive: true });
  }

  async close(): Promise<void> {
    await this.#following?.close();
    this.#following = undefined;
  }

  /** Ends what followed the file, as a process that is gone, and begins anew from what it left behind. */
  async restart(): Promise<FollowedFile> {
    await this.close();
    const checkpoints: Checkpoints = checkpointsIn(join(this.folder, 'state', 'followed.json'));
    this.#following = new FollowedFile(this.path, checkpoints, () => this.now, { joins: this.#joins });
    return this.#following;
  }

  async following(): Promise<FollowedFile> {
    return this.#following ?? (await this.restart());
  }

  /** The lines of one look. `final`: nothing more will come. */
  async look(final = false): Promise<string[]> {
    const file = await this.following();
    const before = this.taken.length;
    await file.poll(async ({ lines }) => {
      this.taken.push(...lines);
      return this.now;
    }, final);
    return this.taken.slice(before).map(({ text }) => text);
  }

  /** Looks again and again: after a while all who wrote to a file that was renamed have opened the new one. */
  async poll(final = false): Promise<string[]> {
    const texts: string[] = [];
    for (let time = 0; time < LOOKS; time += 1) {
      texts.push(...(await this.look(final)));
      this.now += LEFT_AFTER_MS;
    }
    return texts;
  }

  distinctIds(): number {
    return new Set(this.taken.map(({ id }) => id)).size;
  }
}

/** One for each test of a file. `joins`: lines that belong together are one record. */
export function followedLog({ joins = false } = {}): FollowedLog {
  const log = new FollowedLog(joins);
  beforeEach(() => log.begin());
  afterEach(() => log.end());
  return log;
}
