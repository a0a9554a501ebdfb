/** `tocsin backtest` in a process of its own, and what it took. */
import { spawn } from 'node:child_process';
import { COMMANDS } from '../../../cli/commands.ts';
import { main } from '../../../cli/main.ts';

export interface Played {
  events: number;
  notifications: number;
  wallMs: number;
  /** Of all threads. */
  cpuMs: number;
  peakMb: number;
}

/** The argument by which the bench starts itself to play. */
export const PLAY = 'play';

export async function played(document: string, logs: string): Promise<Played> {
  const argv = ['--import', 'tsx', process.argv[1] ?? '', PLAY, document, logs];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`The backtest ended with ${code}.`);
  return JSON.parse(text) as Played;
}

/** Plays the logs and prints a `Played`: the process's own start, and the loading of the command, are left out. */
export async function play(document: string, logs: string): Promise<void> {
  await COMMANDS.backtest?.();
  let summary = '';
  const started = performance.now();
  const before = process.cpuUsage();
  const io = {
    stdout: (line: string) => {
      summary = line;
    },
    stderr: (line: string) => void process.stderr.write(line),
    stdin: process.stdin,
    env: process.env,
    cwd: process.cwd(),
    isTerminal: false,
  };
  await main(['backtest', document, '--logs', logs, '--json'], io);
  const { user, system } = process.cpuUsage(before);
  const { events, notifications } = JSON.parse(summary);
  const took: Played = {
    events,
    notifications,
    wallMs: performance.now() - started,
    cpuMs: (user + system) / 1000,
    peakMb: process.resourceUsage().maxRSS / 1024,
  };
  process.stdout.write(JSON.stringify(took));
}
