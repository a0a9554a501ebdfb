/** `tocsin local` in this process, its output line by line. */
import { Readable } from 'node:stream';
import { command } from '../../cli/local.ts';

export interface Said {
  type: string;
  [name: string]: unknown;
}

export interface Run {
  exit: number;
  lines: Said[];
  stderr: string;
}

/** `heard` is called with every line as it is printed, with the stack still up. */
export async function runLocal(
  argv: string[],
  cwd: string,
  heard: (line: Said) => void = () => undefined,
): Promise<Run> {
  const lines: Said[] = [];
  let stderr = '';
  const exit = await command.run([...argv, '--json'], {
    stdout(text) {
      const line = JSON.parse(text) as Said;
      lines.push(line);
      heard(line);
    },
    stderr(text) {
      stderr += text;
    },
    stdin: Readable.from([]),
    env: {},
    cwd,
    isTerminal: false,
  });
  return { exit, lines, stderr };
}
