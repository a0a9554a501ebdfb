/** From the gzipped payload to matches, beside the floor: what reading the payload costs if nothing is matched. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { LogEvent } from '../../../shared/logs/event.ts';
import { compileProgram, type Program } from '../../../shared/match/program.ts';
import { measureSideBySide, print, rate } from './measure.ts';
import { decode, toPayloads } from './payloads.ts';
import { type BenchRule, benchRules, toRules } from './rules.ts';
import { failureName, type Shape, serviceLines } from './service-logs.ts';

const LINES = 60_000;
/** The naive loop is too slow for all of them. */
const NAIVE_PAYLOADS = 4;

function parsePayload(payload: string): LogEvent[] {
  return JSON.parse(gunzipSync(Buffer.from(payload, 'base64')).toString()).logEvents;
}

function parseMessage(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    // A plain line.
    return undefined;
  }
}

function countMatches(program: Program, payloads: readonly string[]): number {
  let hits = 0;
  for (const payload of payloads) program.match(decode(payload), () => hits++);
  return hits;
}

/** A loop over the built-in engine, as one would write it first. */
function countNaively(rules: readonly BenchRule[], payloads: readonly string[]): number {
  const regexes = rules.map(({ source }) => new RegExp(source));
  let hits = 0;
  for (const payload of payloads) {
    for (const { message } of parsePayload(payload))
      for (const regex of regexes) if (regex.test(message)) hits++;
  }
  return hits;
}

function compare(
  title: string,
  shape: Shape,
  lines: string[],
  rulesOf: (count: number) => BenchRule[],
): void {
  const payloads = toPayloads(lines);
  const one = compileProgram(toRules(rulesOf(1)));
  const ten = compileProgram(toRules(rulesOf(10)));
  const hundred = compileProgram(toRules(rulesOf(100)));
  const thousand = compileProgram(toRules(rulesOf(1000)));
  const took = measureSideBySide({
    floor: () => payloads.map(parsePayload).length,
    parsed: () =>
      payloads.map((payload) => parsePayload(payload).map(({ message }) => parseMessage(message))).length,
    one: () => countMatches(one, payloads),
    ten: () => countMatches(ten, payloads),
    hundred: () => countMatches(hundred, payloads),
    thousand: () => countMatches(thousand, payloads),
  });
  const naive = measureSideBySide({
    hundred: () => countNaively(rulesOf(100), payloads.slice(0, NAIVE_PAYLOADS)),
  });
  const floor = shape === 'json' ? took.parsed : took.floor;
  const row = (count: number, ms: number): void =>
    print(
      `  ${String(count).padStart(4)} rules: ${rate(lines.length, ms).padEnd(9)} ${(floor / ms).toFixed(2)} of the floor`,
    );
  const bytes = lines.reduce((sum, line) => sum + line.length, 0) / lines.length;
  const share = (100 * countMatches(hundred, payloads)) / lines.length;
  print(`${title}: ${lines.length} events of ${Math.round(bytes)} characters, ${share.toFixed(2)} % match`);
  print(`  floor: gunzip and parse the payload     ${rate(lines.length, took.floor)}`);
  if (shape === 'json') print(`  floor: and parse each message           ${rate(lines.length, took.parsed)}`);
  row(1, took.one);
  row(10, took.ten);
  row(100, took.hundred);
  row(1000, took.thousand);
  print(
    `  naive loop over 100 built-in regexes    ${rate(lines.length, naive.hundred * (payloads.length / NAIVE_PAYLOADS))}`,
  );
  print(`  100 rules against the floor: ${(floor / took.hundred).toFixed(2)} (wanted: at least 0.6)`);
  print(`  1,000 rules cost ${(took.thousand / took.ten).toFixed(2)} times 10 rules (wanted: at most 1.5)`);
  print();
}

/** Prints the comparison on made-up service logs and, where they are at hand, on the logs of a folder. */
export function benchFloor(loghub: string | null): void {
  for (const shape of ['json', 'plain'] as const) {
    const lines = serviceLines(shape, LINES, 100, 0.01);
    compare(`${shape} service logs`, shape, lines, (count) => benchRules(shape, count));
  }
  if (loghub === null) return;
  for (const name of ['Apache', 'HDFS', 'OpenSSH', 'OpenStack']) {
    const own = readFileSync(`${loghub}/${name}_2k.log`, 'utf8').split(/\r?\n/).filter(Boolean);
    const lines = Array.from({ length: LINES }, (_, index) =>
      withFailure(own[index % own.length] ?? '', index),
    );
    compare(`${name} (loghub)`, 'plain', lines, (count) => benchRules('plain', count));
  }
}

function withFailure(line: string, index: number): string {
  return index % 100 === 0 ? `${line} code=${failureName((index / 100) % 100)} id=${index}` : line;
}
