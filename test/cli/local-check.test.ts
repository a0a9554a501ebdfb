import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runLocal } from '../support/run-local.ts';
import { tocsin } from './tocsin.ts';

const DOCUMENT = `
version: 1
rules:
  - { id: errors, match: ERROR }
receivers:
  - { name: ops, feishu: [{ webhook: "secret:feishu-ops#webhook" }] }
route: { receiver: ops }
`;

let folder: string;
let taken: Server;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-check-'));
  writeFileSync(join(folder, 'rules.yaml'), DOCUMENT);
  writeFileSync(join(folder, 'app.log'), '');
  taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await new Promise((resolve) => taken.close(resolve));
});

describe('tocsin local', () => {
  it('ends where a port is taken before it says that it is ready, and leaves nothing open', async () => {
    const { port } = taken.address() as AddressInfo;
    const servers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap').length;
    const before = servers();
    const argv = ['local', 'rules.yaml', '--listen', '0', '--data', 'state', '--json'];
    for (const option of ['syslog', 'responder', 'port'])
      expect(await tocsin(folder, [...argv, `--${option}`, String(port)])).toEqual(
        expect.objectContaining({
          code: 3,
          out: '',
          err: `tocsin local: --${option} 127.0.0.1:${port} cannot be: something else listens there.\n`,
        }),
      );
    await expect.poll(servers, { timeout: 30_000 }).toBe(before);
  });

  it('says where it takes logs once it is ready', async () => {
    const argv = ['rules.yaml', '--listen', '0', '--syslog', '0', '--data', 'state'];
    const { lines } = await runLocal(argv, folder, () => void process.emit('SIGINT'));
    expect(lines[0]).toMatchObject({
      type: 'ready',
      urls: {
        listen: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+/),
        syslog: expect.stringMatching(/:\d+$/),
      },
    });
  });

  it.each([
    [['--port', 'x'], '--port x is no port, expected a number up to 65535.'],
    [['--responder', 'x'], '--responder takes [HOST:]PORT, such as 9428 or 0.0.0.0:9428, not x.'],
    [
      ['--responder', '1', '--external-url', 'alerts.example.com'],
      '--external-url takes an address such as https://alerts.example.com, not alerts.example.com.',
    ],
    [
      ['--responder', '1', '--external-url', 'https://x.example.com/?a'],
      '--external-url takes an address such as https://alerts.example.com, not https://x.example.com/?a.',
    ],
    [
      ['--external-url', 'https://alerts.example.com'],
      '--external-url needs --responder [HOST:]PORT: where it leads must stay the same.',
    ],
    [['--logs', '.'], `--logs FOLDER is a folder: files, or a glob such as 'FOLDER/*.log', were expected.`],
  ])('refuses %j', async (argv, message) => {
    const { code, err } = await tocsin(folder, ['local', 'rules.yaml', ...argv]);
    expect([code, err.split('\n')[0]?.replaceAll(folder, 'FOLDER')]).toEqual([2, `tocsin local: ${message}`]);
  });
});

describe('tocsin local --check', () => {
  it('says that all is there, and runs nothing', async () => {
    const { exit, lines } = await runLocal(
      ['rules.yaml', '--logs', '*.log', '--listen', '0', '--check'],
      folder,
    );
    expect(exit).toBe(0);
    expect(new Set(lines.map(({ type }) => type))).toEqual(new Set(['check']));
    expect(lines.every(({ ok }) => ok)).toBe(true);
  });

  it('names everything that is missing', async () => {
    const { port } = taken.address() as AddressInfo;
    writeFileSync(join(folder, 'secrets.yaml'), 'other: value');
    const argv = ['rules.yaml', '--logs', 'gone.log', 'none-*.log', '--listen', String(port), '--deliver'];
    const { exit, lines } = await runLocal([...argv, '--secrets', 'secrets.yaml', '--check'], folder);
    expect(exit).toBe(1);
    const wrong = lines.filter(({ ok }) => ok === false).map(({ wrong: why }) => String(why));
    expect(wrong).toEqual([
      'it is not there',
      'no file matches',
      'something else listens there',
      expect.stringContaining('feishu-ops'),
    ]);
  });
});
