/** A payload of about 1 MB that inflates to 20 MB, in a process of its own with 256 MB of heap. */
import { spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { DecodeError, decodeSubscription } from '../../../shared/logs/decode.ts';
import { compileProgram } from '../../../shared/match/program.ts';
import { print } from './measure.ts';
import { decode, toPayloads } from './payloads.ts';
import { benchRules, toRules } from './rules.ts';
import { serviceLines } from './service-logs.ts';

const HEAP_MB = 256;
const INFLATED_BYTES = 20 * 1024 * 1024;
const BYTES_PER_EVENT = 290;

/** Started by `benchMemory`, with the heap limited. */
export function matchBigPayload(): void {
  const lines = serviceLines('json', Math.ceil(INFLATED_BYTES / BYTES_PER_EVENT), 100, 0.01);
  const [payload] = toPayloads(lines, lines.length);
  if (payload === undefined) return;
  const program = compileProgram(toRules(benchRules('json', 100)));
  let hits = 0;
  for (let round = 0; round < 5; round++) program.match(decode(payload), () => hits++);
  const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  print(
    `  ${megabytes((payload.length * 3) / 4)} of gzip, ${lines.length} events, five times: ${hits} hits, ${megabytes(process.memoryUsage().rss)} resident`,
  );
}

/** Prints whether a big payload fits, and what becomes of one that inflates past the cap. */
export function benchMemory(): void {
  print(`memory: 20 MB of events with ${HEAP_MB} MB of heap`);
  const argv = ['--import', 'tsx', `--max-old-space-size=${HEAP_MB}`, process.argv[1] ?? '', 'big-payload'];
  const { status } = spawnSync(process.execPath, argv, { stdio: 'inherit' });
  print(`  ${status === 0 ? 'it fits' : 'it does not fit'}`);
  const bomb = gzipSync(Buffer.alloc(300 * 1024 * 1024)).toString('base64');
  try {
    decodeSubscription(bomb, { region: 'eu-west-1' });
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    print(`  300 MB of zeros: ${error.code}: ${error.message}`);
  }
  print();
}
