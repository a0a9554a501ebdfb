import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const TOCSIN = fileURLToPath(new URL('../../cli/bin.mjs', import.meta.url));
const DOCUMENT = `
version: 1
rules:
  - { id: errors, match: { level: error }, groupBy: [$.host], when: { count: 5, within: 1m } }
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }], feishu: [{ webhook: secret:bot }] }
route: { receiver: ops, groupBy: ['...'], groupWait: 5s }
`;
/** `TOCSIN_KILLED_LINES=100000 TOCSIN_KILLS=10 npx vitest run test/e2e` is the long form. */
const LINES = Number(process.env.TOCSIN_KILLED_LINES ?? 1_100);
const KILLS = Number(process.env.TOCSIN_KILLS ?? 2);
/** Length of the log in its own time, ms, however many lines it has. */
const SPAN_MS = 330_000;
/** Messages that a function carries out at the same time, and so may leave unrecorded together. */
const IN_FLIGHT = 10;

/** Five minutes of a service on five hosts that fails every other minute and a half. */
function logText(): string {
  const start = Date.UTC(2026, 0, 1);
  return Array.from({ length: LINES }, (_, index) => {
    const time = start + Math.floor((index * SPAN_MS) / LINES);
    const failing = Math.floor((time - start) / 90_000) % 2 === 0;
    const level = failing && index % 9 === 0 ? 'ERROR' : 'INFO';
    const host = `h${(index * 7) % 5}`;
    return JSON.stringify({ time: new Date(time).toISOString(), level, host, index });
  }).join('\n');
}

interface Delivered {
  id: string;
  channel: string;
  status: string;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-killed-'));
  writeFileSync(join(folder, 'tocsin.yaml'), DOCUMENT);
  writeFileSync(join(folder, 'app.log'), logText());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ran {
  delivered: Delivered[];
  /** It died suddenly, and did not come to its end. */
  isKilled: boolean;
}

/** Runs to the end, or to a sudden death after so many deliveries were printed. */
async function run(data: string, killAfter = Number.POSITIVE_INFINITY): Promise<Ran> {
  const words = [
    'local',
    'tocsin.yaml',
    '--logs',
    'app.log',
    '--once',
    '--log-time',
    '--json',
    '--data',
    data,
  ];
  const child: ChildProcess = spawn(process.execPath, [TOCSIN, ...words], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
  const delivered: Delivered[] = [];
  if (child.stdout === null) throw new Error('the child has no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const said: { type: string; outcome?: string } & Delivered = JSON.parse(line);
    if (said.type === 'delivery' && said.outcome === 'delivered') delivered.push(said);
    if (delivered.length >= killAfter) child.kill('SIGKILL');
  }
  return { delivered, isKilled: (await ended) === 'SIGKILL' };
}

const names = (delivered: Delivered[]) =>
  delivered.map(({ id, channel, status }) => `${status} ${id} ${channel}`).sort();

describe('a run that is killed and started again', () => {
  it('tells in the end what an undisturbed run tells, by the same notification ids', async () => {
    const { delivered: undisturbed } = await run('undisturbed');
    expect(undisturbed.length).toBeGreaterThan(8);
    const disturbed: Delivered[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const { delivered, isKilled } = await run('disturbed', 1 + (kill % 2));
      // A run that came to its end leaves nothing behind: the next would tell everything anew.
      expect(isKilled).toBe(true);
      disturbed.push(...delivered);
    }
    disturbed.push(...(await run('disturbed')).delivered);
    // At least once: a copy only where the process died between sending and noting it, with the same id.
    expect([...new Set(names(disturbed))]).toEqual(names(undisturbed));
    expect(disturbed.length).toBeLessThanOrEqual(undisturbed.length + KILLS * IN_FLIGHT);
  });
});
