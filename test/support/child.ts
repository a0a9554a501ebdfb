/** `tocsin local … --json` as a process of its own. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Said } from './run-local.ts';

const TOCSIN = fileURLToPath(new URL('../../cli/bin.mjs', import.meta.url));

export interface Child {
  lines: Said[];
  /** Resolves with the first line, said or yet to be said, that this holds for; rejects where the process ends before. */
  heard(holds: (line: Said) => boolean): Promise<Said>;
  kill(signal: NodeJS.Signals): void;
  /** The exit code once it has ended, null where a signal ended it. */
  ended: Promise<number | null>;
  stderr(): string;
}

export function startChild(argv: readonly string[], cwd: string): Child {
  const child = spawn(process.execPath, [TOCSIN, 'local', ...argv, '--json'], { cwd, stdio: 'pipe' });
  const lines: Said[] = [];
  let listeners: (() => void)[] = [];
  let stderr = '';
  const wake = () => {
    for (const listener of listeners.splice(0)) listener();
  };
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  createInterface({ input: child.stdout }).on('line', (text) => {
    lines.push(JSON.parse(text) as Said);
    wake();
  });
  let over = false;
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      over = true;
      resolve(code);
      wake();
    });
  });
  return {
    lines,
    ended,
    kill: (signal) => void child.kill(signal),
    stderr: () => stderr,
    async heard(holds) {
      for (;;) {
        const line = lines.find(holds);
        if (line !== undefined) return line;
        if (over) throw new Error(`The process ended without saying it. ${stderr}`);
        await new Promise<void>((resolve) => {
          listeners = [...listeners, resolve];
        });
      }
    },
  };
}
