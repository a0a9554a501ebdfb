import { Readable } from 'node:stream';
import { main } from '../../cli/main.ts';

export interface Ran {
  code: number;
  out: string;
  err: string;
  /** What `--json` printed, line by line. */
  json(): Record<string, unknown>[];
}

/** Runs a command line in this process, in the folder `cwd`. */
export async function tocsin(
  cwd: string,
  argv: string[],
  { env = {}, stdin = '' }: { env?: Record<string, string>; stdin?: string } = {},
): Promise<Ran> {
  let out = '';
  let err = '';
  const code = await main(argv, {
    stdout: (text) => {
      out += text;
    },
    stderr: (text) => {
      err += text;
    },
    stdin: Readable.from([stdin]),
    env,
    cwd,
    isTerminal: false,
  });
  const json = () =>
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { code, out, err, json };
}
