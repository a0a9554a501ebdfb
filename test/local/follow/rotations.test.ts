import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkpointsIn } from '../../../infra/local/follow/checkpoints.ts';
import { FollowedFile } from '../../../infra/local/follow/file.ts';

/** What a service, its rotation and its supervisor may do between two looks of the one who follows. */
const step = fc.record({
  before: fc.nat({ max: 4 }),
  /** More than once, with lines between. */
  rotations: fc.array(fc.constantFrom('rename', 'copy', 'compress'), { maxLength: 3 }),
  /** A file of which nothing was ever seen is known by nothing. */
  after: fc.integer({ min: 1, max: 4 }),
  follower: fc.constantFrom('looks', 'looks', 'restarts', 'crashes'),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

class Scene {
  readonly folder = mkdtempSync(join(tmpdir(), 'tocsin-rotations-'));
  readonly log = join(this.folder, 'app.log');
  /** Every line that was written, and by its id what was taken: a line may come again, under the same id. */
  written = 0;
  readonly taken = new Map<string, string>();
  #now = 1_000;
  #following = this.#start();
  #rotations = 0;

  #start(): FollowedFile {
    return new FollowedFile(
      this.log,
      checkpointsIn(join(this.folder, 'state', 'followed.json')),
      () => this.#now,
    );
  }

  write(lines: number): void {
    for (let line = 0; line < lines; line += 1) {
      this.written += 1;
      appendFileSync(this.log, `line ${this.written} of the log\n`);
    }
  }

  /** As logrotate does: the newest is number one. */
  rotate(kind: Step['rotations'][number]): void {
    for (let number = this.#rotations; number > 0; number -= 1)
      for (const ending of ['', '.gz']) {
        const from = `${this.log}.${number}${ending}`;
        if (existsSync(from)) renameSync(from, `${this.log}.${number + 1}${ending}`);
      }
    this.#rotations += 1;
    const old = `${this.log}.1`;
    if (kind === 'copy') {
      copyFileSync(this.log, old);
      truncateSync(this.log);
    } else if (kind === 'rename') renameSync(this.log, old);
    else {
      writeFileSync(`${old}.gz`, gzipSync(readFileSync(this.log)));
      rmSync(this.log);
    }
  }

  /** Twice, so that what was replaced is left. */
  async look(): Promise<void> {
    for (let time = 0; time < 2; time += 1) {
      await this.#following.poll(async ({ lines }) => {
        for (const { id, text } of lines) this.taken.set(id, text);
        return 1_000;
      });
      this.#now += 1_000;
    }
  }

  async restart(): Promise<void> {
    await this.#following.close();
    this.#following = this.#start();
  }

  /** It dies after it took a chunk and before it could say so. */
  async crash(): Promise<void> {
    const chunk = await this.#following.read();
    for (const { id, text } of chunk?.lines ?? []) this.taken.set(id, text);
    await this.restart();
  }

  async end(): Promise<void> {
    await this.#following.close();
    rmSync(this.folder, { recursive: true });
  }
}

it('every line counts once, whatever rotates between two looks and whoever dies', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const scene = new Scene();
      scene.write(1);
      await scene.look();
      for (const { before, rotations, after, follower } of steps) {
        if (follower === 'restarts') await scene.restart();
        scene.write(before);
        for (const rotation of rotations) {
          scene.rotate(rotation);
          scene.write(after);
        }
        if (rotations.length === 0) scene.write(after);
        if (follower === 'crashes') await scene.crash();
        await scene.look();
      }
      // A last line shows that the one who follows is at the newest file.
      scene.write(1);
      await scene.look();
      const texts = [...scene.taken.values()].sort();
      const all = Array.from({ length: scene.written }, (_, at) => `line ${at + 1} of the log`).sort();
      await scene.end();
      expect(texts).toEqual(all);
    }),
    { numRuns: 8 },
  );
});
