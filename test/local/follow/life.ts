/** A log that is written, rotated and read all at once, by chance from a seed, with readers that end and die. */
import type { Checkpoint } from '../../../infra/local/follow/checkpoints.ts';
import { FollowedFile } from '../../../infra/local/follow/file.ts';
import { Random } from '../../simulation/random.ts';
import { MemoryDisk } from './memory-disk.ts';
import { LOG, RotatingService } from './rotating-service.ts';

const EVENTS = 25;
/** No process of the service writes to a file that has been replaced for so long. */
const LEFT_AFTER_MS = 1_000;

class Death extends Error {}

interface Taken {
  ids: Set<string>;
  readAt: Set<number>;
  times: number;
}

export class Life {
  readonly taken = new Map<string, Taken>();
  readonly random: Random;
  readonly service: RotatingService;
  readonly disk = new MemoryDisk();
  /** As they are on the disk of whoever reads. */
  readonly #saved = new Map<string, string>();
  #file: FollowedFile;
  /** Whether it ever died with lines taken that were not noted down. */
  diedWithLines = false;

  constructor(seed: number) {
    this.random = new Random(seed);
    this.service = new RotatingService(this.disk, this.random, this.taken);
    this.#file = this.#start();
  }

  #start(): FollowedFile {
    const load = (path: string) => {
      const saved = this.#saved.get(path);
      return saved === undefined ? undefined : (JSON.parse(saved) as Checkpoint);
    };
    const save = (path: string, at: Checkpoint) => void this.#saved.set(path, JSON.stringify(at));
    const all = () =>
      [...this.#saved.keys()].flatMap((path) => [[path, load(path)]]) as [string, Checkpoint][];
    const forget = (path: string) => void this.#saved.delete(path);
    return new FollowedFile(LOG, { load, save, all, forget }, () => this.disk.now, { disk: this.disk });
  }

  /** Reads what there is, while the service goes on beside; `deathAfter`: so many looks at the disk later it dies. */
  async look(deathAfter = Number.POSITIVE_INFINITY): Promise<void> {
    const share = this.random.pick([0, 0, 0.05, 0.5]);
    let left = deathAfter;
    this.disk.beforeEach = () => {
      if (this.random.chance(share)) this.#serve(this.random.between(1, 3));
      left -= 1;
      if (left < 0) throw new Death();
    };
    await this.#takeAll().catch((error: unknown) => {
      if (!(error instanceof Death)) throw error;
      this.restart();
    });
    this.disk.beforeEach = () => {};
  }

  /** It dies after it has taken a chunk and before it could say so. */
  async dieWithChunk(): Promise<void> {
    const chunk = await this.#file.read();
    for (const { id, text } of chunk?.lines ?? []) this.#take(text, id, chunk?.readAt ?? 0);
    this.diedWithLines ||= (chunk?.lines.length ?? 0) > 0;
    this.restart();
  }

  restart(): void {
    this.disk.descriptors = 0;
    this.#file = this.#start();
  }

  serve(): void {
    this.#serve(this.random.between(1, 25));
  }

  async end(): Promise<void> {
    this.service.end();
    for (let look = 0; look < 4; look += 1) {
      await this.#takeAll();
      this.disk.pass(LEFT_AFTER_MS);
    }
  }

  #serve(steps: number): void {
    for (let step = 0; step < steps; step += 1) this.service.step();
  }

  async #takeAll(): Promise<void> {
    await this.#file.poll(async ({ lines, readAt }) => {
      for (const { id, text } of lines) this.#take(text, id, readAt);
      return 0;
    });
  }

  #take(text: string, id: string, readAt: number): void {
    const taken = this.taken.get(text) ?? { ids: new Set(), readAt: new Set(), times: 0 };
    this.taken.set(text, taken);
    taken.ids.add(id);
    taken.readAt.add(readAt);
    taken.times += 1;
  }
}

export async function play(seed: number): Promise<Life> {
  const life = new Life(seed);
  const { random } = life;
  await life.look();
  const isMortal = random.chance(0.7);
  for (let event = 0; event < EVENTS; event += 1) {
    life.serve();
    const kind = isMortal ? random.between(0, 6) : 4;
    if (kind === 0) life.restart();
    else if (kind === 1) await life.dieWithChunk();
    else if (kind === 2) await life.look(random.between(0, 60));
    else await life.look();
  }
  await life.end();
  return life;
}

/** What was lost, read twice, or never written; empty: nothing. */
export function faultsOf({ service, taken, diedWithLines, disk }: Life): string[] {
  const faults: string[] = [];
  for (const line of service.written) {
    const found = taken.get(line);
    if (found === undefined && !service.lost.has(line)) faults.push(`lost: ${line}`);
    if ((found?.ids.size ?? 0) > 1) faults.push(`twice: ${line}`);
    if ((found?.readAt.size ?? 0) > 1) faults.push(`at two times: ${line}`);
    if (!diedWithLines && (found?.times ?? 0) > 1) faults.push(`again: ${line}`);
  }
  for (const line of taken.keys())
    if (!service.habits.banner.startsWith(line) && !service.written.includes(line))
      faults.push(`never written: ${line}`);
  if (disk.descriptors > 1) faults.push(`${disk.descriptors} descriptors`);
  return faults;
}
