/**
 * `tocsin local` as a process that stands still after every delivery it tells, until its parent writes a byte: whatever
 * the parent does to it, it does there, however slow either of them is.
 */
import { readSync, writeSync } from 'node:fs';
import { Readable } from 'node:stream';
import { command } from '../../../cli/local.ts';

const byte = Buffer.alloc(1);

process.exitCode = await command.run(process.argv.slice(2), {
  stdout(text) {
    writeSync(1, text);
    const { type, outcome } = JSON.parse(text) as { type: string; outcome?: string };
    if (type === 'delivery' && outcome === 'delivered') readSync(0, byte);
  },
  stderr: (text) => void writeSync(2, text),
  stdin: Readable.from([]),
  env: {},
  cwd: process.cwd(),
  isTerminal: false,
});
