/**
 * A day's log through `tocsin local` as a process: files that are written and rotated all the while, two restarts and
 * one sudden death on the way, beside another that nobody disturbs. `node --import tsx test/bench/day/run.ts`; LINES,
 * FILES, MINUTES and ROTATIONS say how much, and how fast. Fails where a line was not counted once, where the two told
 * differently, or where memory grew.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  differences,
  EVERY_LINE,
  hasReadAll,
  stateFolderIn,
  storedCounts,
  writtenCounts,
} from './counted.ts';
import { Follower, type Use } from './follower.ts';
import { DayWriter } from './writer.ts';

const DOCUMENT = `
version: 1
rules:
  - id: ${EVERY_LINE}
    groupBy: [$.service]
    when: { count: ">= 1000000000", within: 1h }
    action: record
  - id: errors
    match: { level: error }
    groupBy: [$.service]
    when: { count: 5, within: 2m }
receivers:
  - { name: ops, feishu: [{ webhook: secret:bot }] }
route: { receiver: ops, groupBy: ['...'], groupWait: 2s, groupInterval: 2s }
`;
const LINES = Number(process.env.LINES ?? 1_000_000);
const FILES = Number(process.env.FILES ?? 100);
const SPAN_MS = Number(process.env.MINUTES ?? 15) * 60_000;
const ROTATIONS = Number(process.env.ROTATIONS ?? 4);
const PORTS = { steady: 19_428, disturbed: 19_429 };
const HEAP_BYTES_MAX = 300e6;
/** As the unit of systemd has it. */
const RSS_BYTES_MAX = 600e6;
/** What is left after collections may be so much more in the last third of the day than in the first. */
const GROWTH_BYTES_MAX = 25e6;
const WAIT_MS_MAX = 240_000;
const BETWEEN_ROTATIONS_MS = 2_000;

const folder = mkdtempSync(join(tmpdir(), 'tocsin-day-'));
const print = (line: string) => process.stdout.write(`${line}\n`);
const faults: string[] = [];

mkdirSync(join(folder, 'logs'));
writeFileSync(join(folder, 'tocsin.yaml'), DOCUMENT);
const writer = new DayWriter(
  { folder: join(folder, 'logs'), lines: LINES, files: FILES, spanMs: SPAN_MS, rotations: ROTATIONS },
  Date.now(),
);
const steady = new Follower(folder, join(folder, 'steady'), PORTS.steady);
const disturbed = new Follower(folder, join(folder, 'disturbed'), PORTS.disturbed);
const followers = { steady, disturbed };

try {
  await playDay();
  await judge();
} finally {
  await Promise.all([steady.end('SIGKILL'), disturbed.end('SIGKILL')]);
  rmSync(folder, { recursive: true, force: true });
}
for (const fault of faults) print(`WRONG: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;

async function playDay(): Promise<void> {
  const writing = writer.write();
  await Promise.all([steady.start(), disturbed.start()]);
  await writer.reached(0.25);
  await restart('SIGTERM', 0);
  await writer.reached(0.5);
  await restart('SIGKILL', 2);
  await writer.reached(0.75);
  await restart('SIGTERM', 1);
  await writing;
  print(`written after ${seconds(SPAN_MS)}`);
  await waitUntilAllIsTold();
}

/** `rotations`: so often every file is rotated while nobody follows, beside the regular times. */
async function restart(signal: 'SIGTERM' | 'SIGKILL', rotations: number): Promise<void> {
  const from = Date.now();
  await disturbed.end(signal);
  for (let rotation = 0; rotation < rotations; rotation += 1) {
    await pause(BETWEEN_ROTATIONS_MS);
    writer.rotateAll();
  }
  await disturbed.start();
  const [took, ready] = [Date.now() - from, disturbed.startsMs.at(-1) ?? 0].map(seconds);
  print(
    `${signal}: away for ${took}, of which ${ready} to start; every file rotated ${rotations} times meanwhile`,
  );
}

async function waitUntilAllIsTold(): Promise<void> {
  const from = Date.now();
  const isDone = (data: string) => hasReadAll(stateFolderIn(join(folder, data)), writer.files);
  const told = () => Math.min(steady.notifications.size, disturbed.notifications.size);
  const expected = 2 * writer.files.filter(({ fails }) => fails).length;
  while (!(isDone('steady') && isDone('disturbed') && told() >= expected)) {
    if (Date.now() > from + WAIT_MS_MAX) {
      faults.push(`after ${seconds(WAIT_MS_MAX)} not everything was read and told`);
      break;
    }
    await pause(1_000);
  }
  print(`read and told ${seconds(Date.now() - from)} later`);
}

async function judge(): Promise<void> {
  const written = writtenCounts(writer.files);
  const lines = [...written.values()].reduce((sum, count) => sum + count, 0);
  for (const [name, follower] of Object.entries(followers)) {
    await follower.end('SIGTERM');
    const stored = await storedCounts(stateFolderIn(join(folder, name)), writer.files);
    const wrong = differences(written, stored);
    if (wrong.length > 0) faults.push(`${name} counted otherwise: ${wrong.slice(0, 10).join('; ')}`);
    report(name, follower, lines);
  }
  const [told, toldDisturbed] = [steady, disturbed].map(({ notifications }) => [...notifications].sort());
  if (JSON.stringify(told) !== JSON.stringify(toldDisturbed))
    faults.push(`the two told differently: ${told?.length} and ${toldDisturbed?.length} notifications`);
  else print(`${told?.length} notifications of each, by the same ids`);
  print(`deliveries: ${steady.deliveries} of the steady one, ${disturbed.deliveries} of the disturbed one`);
}

function report(name: string, { uses, cpuSeconds, startsMs, complaints }: Follower, lines: number): void {
  const heap = uses.map(({ heapBytes }) => heapBytes);
  const rss = uses.map(({ rssBytes }) => rssBytes);
  const thirds = [0, 1, 2].map((third) =>
    uses.slice((third * uses.length) / 3, ((third + 1) * uses.length) / 3),
  );
  const floors = thirds.map(floorOf);
  const [first = 0, , last = 0] = floors;
  const descriptors = thirds.map((third) => Math.max(...third.map((use) => use.descriptors ?? 0)));
  if (Math.max(...heap) > HEAP_BYTES_MAX)
    faults.push(`the heap of ${name} grew to ${megabytes(Math.max(...heap))}`);
  if (Math.max(...rss) > RSS_BYTES_MAX) faults.push(`${name} took ${megabytes(Math.max(...rss))}`);
  if (last > first + GROWTH_BYTES_MAX)
    faults.push(`the heap of ${name} went from ${megabytes(first)} to ${megabytes(last)} after collections`);
  print(
    `${name}: ${lines} lines, ${((1e6 * cpuSeconds) / lines).toFixed(0)} µs CPU a line (${seconds(1000 * cpuSeconds)}); ` +
      `heap at most ${megabytes(Math.max(...heap))}, after collections ${floors.map(megabytes).join(' then ')}, ` +
      `RSS at most ${megabytes(Math.max(...rss))}, descriptors at most ${descriptors.join(' then ')}; ready after ${startsMs.map(seconds).join(', ')}`,
  );
  for (const complaint of [...new Set(complaints)].slice(0, 5)) print(`  it said: ${complaint}`);
}

/** What is left after collections: the lower tenth. */
function floorOf(uses: readonly Use[]): number {
  const sorted = uses.map(({ heapBytes }) => heapBytes).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 10)] ?? 0;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
