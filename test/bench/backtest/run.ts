/**
 * How fast a backtest plays logs, beside what the matcher alone takes for lines like them, and whether its memory
 * grows with their length; what a week's silence costs, beside the same events without it.
 * `node --import tsx test/bench/backtest/run.ts [json|plain|dense|silence] [EVENTS]`: one part only; the longest log
 * (10 million events, 3 GB in the temporary folder; where every event counts, 100,000; around a silence, 2,000).
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileProgram } from '../../../shared/match/program.ts';
import { print, rate } from '../match/measure.ts';
import { decode, toPayloads } from '../match/payloads.ts';
import { benchRules, toRules } from '../match/rules.ts';
import { type Shape, serviceLines } from '../match/service-logs.ts';
import { DENSE, oneRule, SILENT, sparseDocument } from './documents.ts';
import { writeLogs } from './logs.ts';
import { PLAY, type Played, play, played } from './played.ts';

const MATCHER_LINES = 60_000;
const ROUNDS = 3;
/** A month for ten million events. */
const EVERY_MS = 260;
/** Fewer where every event counts. */
const DENSE_EVENTS = 100_000;
const SPARSE_EVENTS = 10_000_000;
const SILENCE_EVENTS = 2_000;
const SILENCE_MS = 7 * 86_400_000;
/** Few, so that what the events themselves cost does not hide it. */
const AROUND_SILENCE_EVERY_MS = 2_000;

/** The matcher's CPU time for an event, ms: from the gzipped payload to the matches of a hundred rules. */
function matcherMs(shape: Shape): () => number {
  const payloads = toPayloads(serviceLines(shape, MATCHER_LINES, 100, 0.01));
  const program = compileProgram(toRules(benchRules(shape, 100)));
  return () => {
    const before = process.cpuUsage();
    for (const payload of payloads) program.match(decode(payload), () => undefined);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / MATCHER_LINES;
  };
}

function say(name: string, { events, notifications, wallMs, cpuMs, peakMb }: Played, matcher: number): void {
  const share = (matcher * events) / cpuMs;
  print(
    `  ${name.padEnd(20)} ${String(events).padStart(9)} events ${rate(events, wallMs).padStart(9)} ` +
      `(${rate(events, cpuMs)} of CPU time), ${share.toFixed(2)} of the matcher, ` +
      `${peakMb.toFixed(0)} MB at most, ${notifications} notifications`,
  );
}

/** What `work` answers, with the matcher's best time of some rounds before and after it. */
async function besideMatcher(matcher: () => number, work: () => Promise<Played>): Promise<[Played, number]> {
  const rounds = () => Math.min(...Array.from({ length: ROUNDS }, matcher));
  const before = rounds();
  const took = await work();
  return [took, Math.min(before, rounds())];
}

async function sparse(shape: Shape, folder: string, longest: number): Promise<void> {
  const document = join(folder, `${shape}.yaml`);
  writeFileSync(document, sparseDocument(shape));
  const matcher = matcherMs(shape);
  print(
    `${shape} lines, 100 rules, 1 % match (wanted: at least 0.33 of the matcher, and as much memory for all)`,
  );
  for (const events of [longest / 10, longest]) {
    const logs = join(folder, `${shape}.log`);
    await writeLogs(logs, shape, events, EVERY_MS);
    const [took, beside] = await besideMatcher(matcher, () => played(document, logs));
    say('100 rules', took, beside);
    rmSync(logs);
  }
}

async function dense(folder: string, events: number): Promise<void> {
  const logs = join(folder, 'dense.log');
  await writeLogs(logs, 'json', events, EVERY_MS);
  const matcher = matcherMs('json');
  print('json lines, one rule for which every event counts');
  for (const [name, rule] of Object.entries(DENSE)) {
    const document = join(folder, 'dense.yaml');
    writeFileSync(document, oneRule(rule));
    const [took, beside] = await besideMatcher(matcher, () => played(document, logs));
    say(name, took, beside);
  }
}

async function silence(folder: string, events: number): Promise<void> {
  const [without, around] = [join(folder, 'even.log'), join(folder, 'silent.log')];
  await writeLogs(without, 'json', events, AROUND_SILENCE_EVERY_MS);
  await writeLogs(around, 'json', events, AROUND_SILENCE_EVERY_MS, SILENCE_MS);
  print(`${events} events around a week's silence, and without it (wanted: at most 1 s more of CPU time)`);
  for (const [name, rule] of Object.entries(SILENT)) {
    const document = join(folder, 'silence.yaml');
    writeFileSync(document, oneRule(rule));
    const even = await played(document, without);
    const silent = await played(document, around);
    print(
      `  ${name.padEnd(20)} ${even.cpuMs.toFixed(0).padStart(6)} ms without, ${silent.cpuMs.toFixed(0).padStart(6)} ms ` +
        `around it: ${(silent.cpuMs / even.cpuMs).toFixed(1)} times, ${silent.notifications} notifications`,
    );
  }
}

async function bench(chosen: string | undefined, longest: number | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-backtest-'));
  try {
    for (const shape of ['json', 'plain'] as const)
      if (chosen === undefined || chosen === shape) await sparse(shape, folder, longest ?? SPARSE_EVENTS);
    if (chosen === undefined || chosen === 'dense') await dense(folder, longest ?? DENSE_EVENTS);
    if (chosen === undefined || chosen === 'silence') await silence(folder, longest ?? SILENCE_EVENTS);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [chosen, ...rest] = process.argv.slice(2);
if (chosen === PLAY) await play(rest[0] ?? '', rest[1] ?? '');
else await bench(chosen, rest[0] === undefined ? undefined : Number(rest[0]));
