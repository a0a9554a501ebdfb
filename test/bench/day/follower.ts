/** `tocsin local` as a process that follows the day, with what it tells and what it takes of the machine. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const TOCSIN = fileURLToPath(new URL('../../../cli/bin.mjs', import.meta.url));
const SAMPLE_EVERY_MS = 1_000;

export interface Use {
  /** Since the beginning of the day, ms. */
  at: number;
  heapBytes: number;
  rssBytes: number;
  /** Open files and sockets; null where the system does not tell. */
  descriptors: number | null;
}

export class Follower {
  readonly #words: string[];
  readonly #folder: string;
  readonly #startedAt = Date.now();
  readonly #metricsUrl: string;
  #child: ChildProcess | undefined;
  #sampling: NodeJS.Timeout | undefined;
  /** Of the process that runs. */
  #cpuSeconds = 0;
  #cpuSecondsBefore = 0;
  readonly uses: Use[] = [];
  readonly notifications = new Set<string>();
  readonly complaints: string[] = [];
  deliveries = 0;
  /** How long each start took until it was ready, ms. */
  readonly startsMs: number[] = [];

  constructor(folder: string, data: string, port: number) {
    this.#folder = folder;
    this.#metricsUrl = `http://127.0.0.1:${port}/metrics`;
    const logs = ['--logs', `${folder}/logs/*.log`, '--log-time', '--listen', String(port)];
    this.#words = ['local', `${folder}/tocsin.yaml`, ...logs, '--json', '--data', data];
  }

  /** Resolves once it is ready. */
  async start(): Promise<void> {
    const startedAt = Date.now();
    const child = spawn(process.execPath, [TOCSIN, ...this.#words], {
      cwd: this.#folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      // More than that and it would end.
      env: { ...process.env, NODE_OPTIONS: '--max-old-space-size=300' },
    });
    this.#child = child;
    const { stdout, stderr } = child;
    if (stdout === null || stderr === null) throw new Error('The process has no output.');
    createInterface({ input: stderr }).on('line', (line) => this.complaints.push(line));
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code, signal) =>
        reject(new Error(`It ended (${code ?? signal}) before its time.`)),
      );
      createInterface({ input: stdout }).on('line', (line) => this.#heard(JSON.parse(line), resolve));
    });
    this.startsMs.push(Date.now() - startedAt);
    this.#sampling = setInterval(() => void this.#sample(), SAMPLE_EVERY_MS);
  }

  /** Ends it, gently or not. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    clearInterval(this.#sampling);
    await this.#sample();
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
    this.#child = undefined;
    this.#cpuSecondsBefore += this.#cpuSeconds;
    this.#cpuSeconds = 0;
  }

  get cpuSeconds(): number {
    return this.#cpuSecondsBefore + this.#cpuSeconds;
  }

  #heard(said: { type: string; outcome?: string; id?: string; status?: string }, ready: () => void): void {
    if (said.type === 'ready') ready();
    if (said.type !== 'delivery' || said.outcome !== 'delivered') return;
    this.notifications.add(`${said.status} ${said.id}`);
    this.deliveries += 1;
  }

  async #sample(): Promise<void> {
    const text = await fetch(this.#metricsUrl).then(
      (answer) => answer.text(),
      () => null,
    );
    // It is only just starting, or ending.
    if (text === null) return;
    const read = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
    this.uses.push({
      at: Date.now() - this.#startedAt,
      heapBytes: read('nodejs_heap_size_used_bytes'),
      rssBytes: read('process_resident_memory_bytes'),
      descriptors: descriptorsOf(this.#child?.pid),
    });
    this.#cpuSeconds = read('process_cpu_seconds_total');
  }
}

function descriptorsOf(pid: number | undefined): number | null {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return null;
  }
}
