/** One log file of the day: written line by line, rotated as logrotate does, and what was written noted down. */
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const ROTATIONS = ['rename', 'compress', 'copytruncate'] as const;
/** So long (ms) a file that fails says an error a second, beside its other lines. */
export const FAILING_MS = 120_000;
const MESSAGE = 'GET /api/orders/42 200 took 12 ms, cache hit, upstream 10.0.3.17, region eu-central-1';

export class WrittenFile {
  readonly service: string;
  readonly path: string;
  /** Lines by the second (since 1970) that they bear. */
  readonly bySecond = new Map<number, number>();
  readonly #rotation: (typeof ROTATIONS)[number];
  /** When it begins to fail, ms; null: it does not. */
  readonly #failsAt: number | null;
  #lastErrorAt = 0;
  #rotated = 0;

  constructor(folder: string, number: number, failsAt: number | null) {
    this.service = `service-${String(number).padStart(3, '0')}`;
    this.path = join(folder, `${this.service}.log`);
    this.#rotation = ROTATIONS[number % ROTATIONS.length] ?? 'rename';
    this.#failsAt = failsAt;
    writeFileSync(this.path, '');
  }

  get fails(): boolean {
    return this.#failsAt !== null;
  }

  append(count: number, at: number): void {
    const lines = Array.from({ length: count }, () => this.#line(at));
    appendFileSync(this.path, lines.join(''));
    const second = Math.floor(at / 1000);
    this.bySecond.set(second, (this.bySecond.get(second) ?? 0) + count);
  }

  /** What was rotated before moves up by one. */
  rotate(): void {
    for (let kept = this.#rotated; kept > 0; kept -= 1) this.#moveUp(kept);
    this.#rotated += 1;
    const newest = `${this.path}.1`;
    if (this.#rotation === 'copytruncate') {
      copyFileSync(this.path, newest);
      truncateSync(this.path);
      return;
    }
    renameSync(this.path, newest);
    writeFileSync(this.path, '');
    if (this.#rotation === 'rename') return;
    const { atime, mtime } = statSync(newest);
    writeFileSync(`${newest}.gz`, gzipSync(readFileSync(newest), { level: 1 }));
    utimesSync(`${newest}.gz`, atime, mtime);
    unlinkSync(newest);
  }

  #moveUp(kept: number): void {
    for (const ending of ['', '.gz']) {
      const from = `${this.path}.${kept}${ending}`;
      if (existsSync(from)) renameSync(from, `${this.path}.${kept + 1}${ending}`);
    }
  }

  #line(at: number): string {
    const isFailing = this.#failsAt !== null && at >= this.#failsAt && at < this.#failsAt + FAILING_MS;
    const isError = isFailing && at >= this.#lastErrorAt + 1_000;
    if (isError) this.#lastErrorAt = at;
    const level = isError ? 'ERROR' : 'INFO';
    const line = { time: new Date(at).toISOString(), level, service: this.service, message: MESSAGE };
    return `${JSON.stringify(line)}\n`;
  }
}
