/**
 * What the functions weigh and how long they take to load, beside the floor: a handler that does nothing but load the
 * SDK clients and commands that the function uses. Each load is a process of its own; loads of function and floor take
 * turns, and medians are compared. `node --import tsx test/bench/bundles/run.ts [FUNCTION…]`
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { print } from '../match/measure.ts';
import {
  type Bundle,
  BYTES_MAX,
  BYTES_MAX_DEFAULT,
  bundleFunction,
  bundleText,
  functionNames,
} from './bundle.ts';
import { floorOf } from './floor.ts';

const LOADS = 15;
const RATIO_MAX = 1.5;
const LOAD = `const began = performance.now(); await import(process.argv[1]); process.stdout.write(String(performance.now() - began));`;

function loadMs(path: string): number {
  return Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', LOAD, path], { encoding: 'utf8' }),
  );
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Writes a bundle and answers the path of its handler. */
function written(folder: string, name: string, { files }: Bundle): string {
  for (const { path, text } of files) {
    const target = join(folder, name, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  return join(folder, name, 'index.mjs');
}

async function measure(folder: string, name: string): Promise<boolean> {
  const bundle = await bundleFunction(name);
  const own = written(folder, name, bundle);
  const floor = written(folder, `${name}-floor`, await bundleText(floorOf(bundle.inputs)));
  const times = Array.from({ length: LOADS }, () => ({ own: loadMs(own), floor: loadMs(floor) }));
  const ownMs = median(times.map((time) => time.own));
  const floorMs = median(times.map((time) => time.floor));
  const ratio = ownMs / floorMs;
  const bytesMax = BYTES_MAX[name] ?? BYTES_MAX_DEFAULT;
  const fits = bundle.bytes <= bytesMax && ratio <= RATIO_MAX;
  const size = `${(bundle.bytes / 1000).toFixed(0)} kB of ${(bytesMax / 1000).toFixed(0)}`;
  const load = `${ownMs.toFixed(0)} ms, floor ${floorMs.toFixed(0)} ms`;
  print(
    `${name.padEnd(12)}${size.padEnd(20)}${load.padEnd(24)}${ratio.toFixed(2)}x of ${RATIO_MAX}${fits ? '' : '  TOO MUCH'}`,
  );
  return fits;
}

const folder = mkdtempSync(join(tmpdir(), 'tocsin-bundles-'));
try {
  const chosen = process.argv.slice(2);
  for (const name of chosen.length > 0 ? chosen : functionNames())
    if (!(await measure(folder, name))) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
