import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_TABLES, localDynamoClient, startDynamoDb } from '../../infra/local/aws/dynamo.ts';
import { DynamoTable } from '../../shared/aws/table.ts';
import { countEntries } from '../../shared/count/entries.ts';
import { entriesIn, HEAD_SORT_KEY, sliceOfSortKey } from '../../shared/count/layout.ts';
import { numbersFrom } from '../conditions/faulty.ts';
import { bundled } from '../support/bundled.ts';

const TOCSIN = fileURLToPath(new URL('./stepwise/run.ts', import.meta.url));
const DOCUMENT = `
version: 1
rules:
  - { id: errors, match: { level: error }, groupBy: [$.host], when: { count: 5, within: 1m } }
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }], feishu: [{ webhook: secret:bot }] }
route: { receiver: ops, groupBy: ['...'], groupWait: 5s }
`;
/**
 * The long form kills at random moments, which the seed decides, and not after so many deliveries:
 * `TOCSIN_KILLED_SEED=1 TOCSIN_KILLED_LINES=100000 TOCSIN_KILLS=10 npx vitest run test/e2e/killed.test.ts`
 */
const LINES = Number(process.env.TOCSIN_KILLED_LINES ?? 420);
const KILLS = Number(process.env.TOCSIN_KILLS ?? 2);
const SEED = process.env.TOCSIN_KILLED_SEED;
const TIMEOUT_MS = 900_000;
const HOSTS = 3;
const START = Date.UTC(2026, 0, 1);
/** Length of the log in its own time, ms, however many lines it has. */
const SPAN_MS = 330_000;
/** How long it fails, and how often: one time is over for good, and resolved, before the next begins. */
const FAILS_MS = 90_000;
const EVERY_MS = 210_000;
/** From then on nothing is counted any more; what the second time brought is told later, after the group's interval. */
const COUNTED = START + EVERY_MS + FAILS_MS + 1_000;
/** Messages that a function carries out at the same time, and so may leave unrecorded together. */
const IN_FLIGHT = 10;

interface Line {
  at: number;
  level: string;
  host: string;
}

/** Five minutes of a service on three hosts that fails twice. */
const LOG: readonly Line[] = Array.from({ length: LINES }, (_, index) => {
  const since = Math.floor((index * SPAN_MS) / LINES);
  const failing = since % EVERY_MS < FAILS_MS;
  const level = failing && index % 4 === 0 ? 'ERROR' : 'INFO';
  return { at: START + since, level, host: `h${(index * 7) % HOSTS}` };
});

function logText(): string {
  return LOG.map(({ at, ...rest }, index) =>
    JSON.stringify({ time: new Date(at).toISOString(), ...rest, index }),
  ).join('\n');
}

/** What must be counted in the end: of each host the errors of each second, hosts in any order. */
function trueCounts(): string[] {
  const counts = new Map<string, Map<number, number>>();
  for (const { at, host } of LOG.filter(({ level }) => level === 'ERROR')) {
    const second = Math.floor(at / 1000);
    const ofHost = counts.get(host) ?? new Map<number, number>();
    counts.set(host, ofHost.set(second, (ofHost.get(second) ?? 0) + 1));
  }
  return [...counts.values()].map((ofHost) => JSON.stringify([...ofHost].sort(([a], [b]) => a - b))).sort();
}

/** The same as it stands in a copy of what a process has stored. */
async function storedCounts(path: string): Promise<string[]> {
  const { url, stop } = await startDynamoDb(path);
  const client = localDynamoClient(url);
  const items = await new DynamoTable(client, LOCAL_TABLES.state).scan();
  client.destroy();
  await stop();
  const sets = new Map<string, Map<number, ReadonlySet<string>[]>>();
  for (const item of items.filter(({ pk, sk }) => pk.startsWith('count#') && sk !== HEAD_SORT_KEY)) {
    const slice = sliceOfSortKey(item.sk);
    const ofSeries = sets.get(item.pk) ?? new Map<number, ReadonlySet<string>[]>();
    sets.set(item.pk, ofSeries.set(slice, [...(ofSeries.get(slice) ?? []), entriesIn(item)]));
  }
  const counted = (ofSeries: Map<number, ReadonlySet<string>[]>) =>
    [...ofSeries].map(([slice, entries]) => [slice, countEntries(entries)] as const);
  return [...sets.values()]
    .map((ofSeries) => JSON.stringify(counted(ofSeries).sort(([a], [b]) => a - b)))
    .sort();
}

interface Delivered {
  id: string;
  channel: string;
  status: string;
  /** In the log's time. */
  at: string;
}

let folder: string;
let program: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-killed-'));
  program = await bundled(TOCSIN, folder);
  writeFileSync(join(folder, 'tocsin.yaml'), DOCUMENT);
  writeFileSync(join(folder, 'app.log'), logText());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ran {
  delivered: Delivered[];
  /** It died suddenly, and did not come to its end. */
  isKilled: boolean;
  /** How long it took to be ready, and from then on to its end. */
  readyMs: number;
  workMs: number;
}

/** When a process dies: after so many deliveries, or so long after it was started, or ready. */
type Death = { deliveries: number } | { after: 'start' | 'ready'; ms: number };

/** While the process stands still; at its end it leaves nothing. */
function copyStored(child: ChildProcess, data: string): void {
  child.kill('SIGSTOP');
  const [name = ''] = readdirSync(join(folder, data));
  cpSync(join(folder, data, name, 'dynamodb'), join(folder, `${data}-stored`), { recursive: true });
  child.kill('SIGCONT');
}

/** Runs to the end, or to a sudden death. */
async function run(data: string, death?: Death): Promise<Ran> {
  const words = ['tocsin.yaml', '--logs', 'app.log', '--once', '--log-time', '--json', '--data', data];
  const child = spawn(process.execPath, [program, ...words], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // It may be dead when it is told to go on.
  child.stdin.on('error', () => undefined);
  const startedAt = performance.now();
  let readyAt = startedAt;
  const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  const kill = () => child.kill('SIGKILL');
  const killAt = (moment: 'start' | 'ready') => {
    if (death !== undefined && 'ms' in death && death.after === moment) setTimeout(kill, death.ms);
  };
  const delivered: Delivered[] = [];
  let isCopied = false;
  killAt('start');
  for await (const line of createInterface({ input: child.stdout })) {
    const said: { type: string; outcome?: string } & Delivered = JSON.parse(line);
    if (said.type === 'ready') {
      readyAt = performance.now();
      killAt('ready');
    }
    if (said.type !== 'delivery' || said.outcome !== 'delivered') continue;
    delivered.push(said);
    if (death !== undefined && 'deliveries' in death && delivered.length >= death.deliveries) {
      kill();
      break;
    }
    if (death === undefined && !isCopied && Date.parse(said.at) >= COUNTED) {
      copyStored(child, data);
      isCopied = true;
    }
    child.stdin.write('\n');
  }
  const isKilled = (await ended) === 'SIGKILL';
  return { delivered, isKilled, readyMs: readyAt - startedAt, workMs: performance.now() - readyAt };
}

const names = (delivered: Delivered[]) =>
  delivered.map(({ id, channel, status }) => `${status} ${id} ${channel}`).sort();

/** Deaths that come, taken together, somewhat before the work is done, and now and then before it is begun. */
function deathsAtRandom(seed: number, { readyMs, workMs }: Ran): Death[] {
  const next = numbersFrom(seed);
  const shareMs = (1.5 * workMs) / (KILLS + 1);
  return Array.from({ length: KILLS }, () =>
    next() < 0.2 ? { after: 'start', ms: next() * readyMs } : { after: 'ready', ms: next() * shareMs },
  );
}

const deathsByDelivery = (): Death[] =>
  Array.from({ length: KILLS }, (_, kill) => ({ deliveries: 1 + (kill % 2) }));

describe('a run that is killed and started again', () => {
  it(
    'counts and tells in the end what an undisturbed run does, by the same notification ids',
    async () => {
      const undisturbed = await run('undisturbed');
      expect(await storedCounts(join(folder, 'undisturbed-stored'))).toEqual(trueCounts());
      // Of each host both times, by both channels.
      expect(undisturbed.delivered.length).toBeGreaterThanOrEqual(4 * HOSTS);
      const disturbed: Delivered[] = [];
      for (const death of SEED === undefined
        ? deathsByDelivery()
        : deathsAtRandom(Number(SEED), undisturbed)) {
        const { delivered, isKilled } = await run('disturbed', death);
        // A run that came to its end leaves nothing behind: the next would tell everything anew.
        expect(isKilled).toBe(true);
        disturbed.push(...delivered);
      }
      disturbed.push(...(await run('disturbed')).delivered);
      expect(await storedCounts(join(folder, 'disturbed-stored'))).toEqual(trueCounts());
      // At least once: a copy only where the process died between sending and noting it, with the same id.
      expect([...new Set(names(disturbed))]).toEqual(names(undisturbed.delivered));
      expect(disturbed.length).toBeLessThanOrEqual(undisturbed.delivered.length + KILLS * IN_FLIGHT);
    },
    TIMEOUT_MS,
  );
});
