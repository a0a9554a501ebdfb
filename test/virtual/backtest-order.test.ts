import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../cli/main.ts';

const DOCUMENT = `
version: 1
rules:
  - { id: errors, match: { keyword: ERROR }, when: { count: 3, within: 10s } }
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
route: { receiver: ops, groupWait: 0s, groupInterval: 10s }
`;
const START = Date.UTC(2026, 10, 21, 2);

interface Logged {
  /** ms after the start. */
  at: number;
  text: string;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-order-'));
  writeFileSync(join(folder, 'tocsin.yaml'), DOCUMENT);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, logged: Logged[]): void {
  const lines = logged.map(({ at, text }) => JSON.stringify({ timestamp: START + at, message: text }));
  writeFileSync(join(folder, name), lines.map((line) => `${line}\n`).join(''));
}

async function backtest(...logs: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await main(['backtest', 'tocsin.yaml', '--json', '--logs', ...logs], {
    stdout: (text) => {
      out += text;
    },
    stderr: (text) => {
      err += text;
    },
    stdin: Readable.from([]),
    env: {},
    cwd: folder,
    isTerminal: false,
  });
  return { code, out, err };
}

const logged = fc.array(fc.record({ at: fc.nat(60_000), text: fc.constantFrom('ERROR', 'ERROR', 'fine') }), {
  maxLength: 40,
});

describe('the order of a backtest', () => {
  it('does not depend on which file an event stands in', async () => {
    const byTime = (lines: Logged[]) => [...lines].sort((a, b) => a.at - b.at);
    await fc.assert(
      fc.asyncProperty(logged, logged, async (one, other) => {
        write('one.ndjson', byTime(one));
        write('other.ndjson', byTime(other));
        write('all.ndjson', byTime([...one, ...other]));
        const parted = await backtest('one.ndjson', 'other.ndjson');
        expect(parted).toEqual(await backtest('all.ndjson'));
      }),
      { numRuns: 40 },
    );
  });

  it('decides at the very event that crosses the threshold', async () => {
    write('exact.ndjson', [
      { at: 100, text: 'ERROR' },
      { at: 200, text: 'ERROR' },
      { at: 333, text: 'ERROR' },
      { at: 900, text: 'ERROR' },
    ]);
    const { out } = await backtest('exact.ndjson');
    const [first] = out.split('\n').map((line) => line && JSON.parse(line));
    expect(first).toMatchObject({ at: new Date(START + 333).toISOString(), alerts: [{ value: 3 }] });
  });

  it('says how many events were too late to count, whether or not they match', async () => {
    write('late.ndjson', [
      { at: 0, text: 'fine' },
      { at: -86_400_001, text: 'fine' },
      { at: -90_000_000, text: 'ERROR' },
    ]);
    const { code, err } = await backtest('late.ndjson');
    expect({ code, err }).toEqual({
      code: 0,
      err: 'tocsin backtest: 2 events do not count: more than 24 h late.\n',
    });
  });

  it('says in a sentence that a folder holds no log', async () => {
    mkdirSync(join(folder, 'empty'), { recursive: true });
    expect(await backtest('empty')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^tocsin backtest: The folder .* holds no log file\.\n$/),
    });
  });
});
