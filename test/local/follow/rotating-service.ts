/**
 * A service that writes a log and the rotation that its operator has chosen, step by step, with all that was written
 * noted down. A step is what a disk does at once, so that a reader may look between any two: at a copy that is half
 * made, at a file that stands there compressed and not.
 */
import type { Random } from '../../simulation/random.ts';
import { type Inode, type MemoryDisk, TICK_MS } from './memory-disk.ts';

const FOLDER = '/var/log';
export const LOG = `${FOLDER}/app.log`;
const ROTATED_EVERY_MS = 40;

const NAMINGS = ['numbered', 'number and date', 'dated', 'dated before the ending'] as const;

interface Habits {
  by: 'renaming' | 'copying';
  naming: (typeof NAMINGS)[number];
  compresses: 'never' | 'at once' | 'next time';
  /** So many rotated files are kept. */
  keeps: number;
  /** A copy has the time of what was copied. */
  keepsTime: boolean;
  /** What is renamed is followed by an empty file, before the service opens one. */
  creates: boolean;
  /** Every file begins with the same line. */
  banner: string;
}

export class RotatingService {
  readonly habits: Habits;
  /** Of the lines that were written, those that nobody can be asked for: rotation itself has lost them. */
  readonly lost = new Set<string>();
  readonly written: string[] = [];
  readonly #disk: MemoryDisk;
  readonly #random: Random;
  readonly #taken: ReadonlyMap<string, unknown>;
  readonly #life: Generator<undefined>;
  #writing: Inode;
  /** Rotated files, the newest first. */
  #rotated: string[] = [];
  #rotations = 0;
  #isStopping = false;

  /** @param taken lines that were read */
  constructor(disk: MemoryDisk, random: Random, taken: ReadonlyMap<string, unknown>) {
    this.#disk = disk;
    this.#random = random;
    this.#taken = taken;
    const by = random.pick(['renaming', 'copying'] as const);
    // A service that hears nothing of its rotation has no reason to greet anew.
    const banner = `${'= a banner of the service ='.repeat(random.pick([1, 30]))}\n`;
    this.habits = {
      by,
      naming: random.pick(NAMINGS),
      compresses: random.pick(['never', 'at once', 'next time']),
      keeps: random.between(1, 6),
      keepsTime: random.chance(0.5),
      creates: random.chance(0.5),
      banner: by === 'renaming' && random.chance(0.2) ? banner : '',
    };
    this.#writing = this.#open();
    this.#life = this.#live();
  }

  step(): void {
    this.#life.next();
  }

  /** Finishes what is under way and writes a last line. */
  end(): void {
    this.#isStopping = true;
    while (!this.#life.next().done);
    this.#write();
  }

  *#live(): Generator<undefined> {
    while (!this.#isStopping) {
      yield* this.#writeSome(this.#random.pick([0, 1, 1, 2, 5]));
      this.#disk.pass(ROTATED_EVERY_MS);
      if (this.#random.chance(0.3)) yield* this.#rotate();
      // What was rotated is not touched again within the same tick.
      this.#disk.pass(ROTATED_EVERY_MS);
    }
  }

  *#writeSome(lines: number): Generator<undefined> {
    for (let line = 0; line < lines; line += 1) {
      this.#write();
      yield;
    }
  }

  #write(to = this.#writing): void {
    const text = `line ${this.written.length} ${'.'.repeat(this.#random.pick([0, 0, 20, 300]))}`;
    this.written.push(text);
    const greeting = to.bytes.length === 0 ? this.habits.banner : '';
    this.#disk.append(to, `${greeting}${text}\n`);
  }

  #open(): Inode {
    const inode = this.#disk.create(LOG);
    this.#disk.hold(inode);
    return inode;
  }

  *#rotate(): Generator<undefined> {
    this.#rotations += 1;
    if (this.#disk.textOf(LOG) === '') return;
    if (this.habits.naming === 'numbered') yield* this.#moveUp();
    const target = this.#nameOf(this.#rotations, 1);
    if (this.habits.by === 'copying') yield* this.#copyTo(target);
    else yield* this.#renameTo(target);
    this.#rotated.unshift(target);
    const { compresses } = this.habits;
    const index = compresses === 'at once' ? 0 : 1;
    if (compresses !== 'never') yield* this.#compress(index);
    yield* this.#dropOldest();
  }

  *#moveUp(): Generator<undefined> {
    for (let at = this.#rotated.length - 1; at >= 0; at -= 1) {
      const from = this.#rotated[at] ?? '';
      const to = `${this.#nameOf(0, at + 2)}${from.endsWith('.gz') ? '.gz' : ''}`;
      this.#disk.rename(from, to);
      this.#rotated[at] = to;
      yield;
    }
  }

  #nameOf(rotation: number, number: number): string {
    const date = new Date(Date.UTC(2026, 0, rotation)).toISOString().slice(0, 10);
    switch (this.habits.naming) {
      case 'numbered':
        return `${LOG}.${number}`;
      case 'number and date':
        return `${FOLDER}/app.2026-01-01.${rotation}.log`;
      case 'dated':
        return `${LOG}-${date.replaceAll('-', '')}`;
      case 'dated before the ending':
        return `${FOLDER}/app.${date}.log`;
    }
  }

  *#copyTo(target: string): Generator<undefined> {
    for (const share of [0, this.#random.next(), 1]) {
      this.#disk.copy(LOG, target, share);
      yield;
      if (this.#random.chance(0.2) && share < 1) yield* this.#writeSome(1);
    }
    if (this.habits.keepsTime) this.#disk.keepTime(LOG, target);
    yield;
    // What is written now is in no copy, and cut off.
    const before = this.written.length;
    if (this.#random.chance(0.2)) yield* this.#writeSome(this.#random.between(1, 3));
    for (const line of this.written.slice(before)) this.lost.add(line);
    this.#disk.truncate(LOG);
    yield;
  }

  *#renameTo(target: string): Generator<undefined> {
    this.#disk.rename(LOG, target);
    yield;
    // It is still written to until the service hears of it.
    if (this.#random.chance(0.3)) yield* this.#writeSome(this.#random.between(1, 3));
    if (this.habits.creates) this.#disk.create(LOG);
    yield;
    if (this.#random.chance(0.3)) yield* this.#writeSome(this.#random.between(1, 3));
    const before = this.#writing;
    this.#writing = this.#open();
    yield;
    // Another process of the service opens it later.
    if (this.#random.chance(0.3)) {
      yield* this.#writeSome(1);
      this.#write(before);
      yield;
      // The new file is written to when the old one is not any more, be it by a tick.
      this.#disk.pass(TICK_MS);
      yield* this.#writeSome(1);
    }
    this.#disk.release(before);
  }

  *#compress(index: number): Generator<undefined> {
    const from = this.#rotated[index];
    if (from === undefined || from.endsWith('.gz')) return;
    const to = `${from}.gz`;
    for (const isWhole of [false, true]) {
      this.#disk.compress(from, to, isWhole);
      yield;
    }
    this.#disk.keepTime(from, to);
    yield;
    this.#disk.remove(from);
    this.#rotated[index] = to;
    yield;
  }

  *#dropOldest(): Generator<undefined> {
    for (const path of this.#rotated.splice(this.habits.keeps)) {
      for (const line of this.#disk.textOf(path).split('\n')) if (!this.#taken.has(line)) this.lost.add(line);
      this.#disk.remove(path);
      yield;
    }
  }
}
