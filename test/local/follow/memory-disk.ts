/** A disk in memory on which nothing happens by chance: inodes are given anew, and its clock ticks coarsely, as real ones do. */
import { basename, dirname } from 'node:path';
import type { Disk, Look, OpenFile } from '../../../infra/local/follow/disk.ts';

export interface Inode {
  number: number;
  bytes: Buffer;
  modifiedMs: number;
  names: number;
  /** Names and descriptors: without any, the inode is free. */
  holders: number;
  /** It is compressed, and so much of it is written. */
  packed: { isWhole: boolean } | null;
}

export const TICK_MS = 4;
const STARTED_AT = 1_000_000;

export class MemoryDisk implements Disk {
  readonly #files = new Map<string, Inode>();
  readonly #free: number[] = [];
  #inodes = 100;
  now = STARTED_AT;
  /** Of whoever reads. */
  descriptors = 0;
  /** Called before anything is asked of the disk: somebody else may be at it just then. */
  beforeEach: () => void = () => {};

  pass(ms: number): void {
    this.now += ms;
  }

  paths(): string[] {
    return [...this.#files.keys()];
  }

  exists(path: string): boolean {
    return this.#files.has(path);
  }

  /** What stands in a file, unpacked. */
  textOf(path: string): string {
    return this.#inode(path).bytes.toString();
  }

  /** Creates an empty file where there is none; a descriptor of it. */
  create(path: string): Inode {
    const there = this.#files.get(path);
    if (there !== undefined) return there;
    const number = this.#free.pop() ?? ++this.#inodes;
    const inode = { number, bytes: Buffer.alloc(0), modifiedMs: 0, names: 1, holders: 1, packed: null };
    this.#files.set(path, inode);
    this.#touch(inode);
    return inode;
  }

  append(inode: Inode, text: string): void {
    inode.bytes = Buffer.concat([inode.bytes, Buffer.from(text)]);
    this.#touch(inode);
  }

  truncate(path: string): void {
    const inode = this.#inode(path);
    inode.bytes = Buffer.alloc(0);
    this.#touch(inode);
  }

  rename(from: string, to: string): void {
    const inode = this.#inode(from);
    this.remove(to);
    this.#files.delete(from);
    this.#files.set(to, inode);
  }

  remove(path: string): void {
    const inode = this.#files.get(path);
    if (inode === undefined) return;
    this.#files.delete(path);
    inode.names -= 1;
    this.release(inode);
  }

  /** A descriptor keeps a file that has no name any more. */
  hold(inode: Inode): void {
    inode.holders += 1;
  }

  release(inode: Inode): void {
    inode.holders -= 1;
    if (inode.holders === 0) this.#free.push(inode.number);
  }

  /** Copies so much (0 to 1) of a file, whatever stood there before. */
  copy(from: string, to: string, share = 1): void {
    const { bytes } = this.#inode(from);
    const copy = this.create(to);
    copy.bytes = bytes.subarray(0, Math.floor(bytes.length * share));
    this.#touch(copy);
  }

  compress(from: string, to: string, isWhole: boolean): void {
    this.copy(from, to, isWhole ? 1 : 0.5);
    this.#inode(to).packed = { isWhole };
  }

  /** Gives a file the time of another. */
  keepTime(from: string, to: string): void {
    this.#inode(to).modifiedMs = this.#inode(from).modifiedMs;
  }

  async look(path: string): Promise<Look | undefined> {
    this.beforeEach();
    const inode = this.#files.get(path);
    return inode && lookOf(inode);
  }

  async open(path: string): Promise<OpenFile | undefined> {
    this.beforeEach();
    const inode = this.#files.get(path);
    // Compressed bytes are no lines: nobody should read them as such.
    return inode && this.#opened(inode, inode.packed === null ? null : Buffer.from('compressed\n'));
  }

  async openUnpacked(path: string): Promise<{ file: OpenFile; isWhole: boolean } | undefined> {
    this.beforeEach();
    const inode = this.#files.get(path);
    if (inode === undefined) return undefined;
    return { file: this.#opened(inode, inode.bytes), isWhole: inode.packed?.isWhole ?? false };
  }

  async namesIn(folder: string): Promise<string[]> {
    this.beforeEach();
    return this.paths()
      .filter((path) => dirname(path) === folder)
      .map((path) => basename(path));
  }

  #opened(inode: Inode, unpacked: Buffer | null): OpenFile {
    const bytes = () => unpacked ?? inode.bytes;
    this.descriptors += 1;
    this.hold(inode);
    return {
      look: async () => {
        this.beforeEach();
        return { ...lookOf(inode), size: bytes().length };
      },
      read: async (into, from) => {
        this.beforeEach();
        return bytes().subarray(from).copy(into);
      },
      close: async () => {
        this.descriptors -= 1;
        this.release(inode);
      },
    };
  }

  #inode(path: string): Inode {
    const inode = this.#files.get(path);
    if (inode === undefined) throw new Error(`There is no ${path}.`);
    return inode;
  }

  #touch(inode: Inode): void {
    this.now += 1;
    inode.modifiedMs = Math.floor(this.now / TICK_MS) * TICK_MS;
  }
}

function lookOf({ number, bytes, modifiedMs, names }: Inode): Look {
  return { file: number, size: bytes.length, modifiedMs, names };
}
