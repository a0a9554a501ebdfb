import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesMatching, takenForRotated } from '../../../infra/local/follow/glob.ts';

let folder: string;

const FILES = [
  'api.log',
  'api.log.1',
  'api.log.2.gz',
  'api.log-20261120',
  'web.log',
  'notes.txt',
  'pay/eu/app.log',
  'pay/us/app.log',
  '.hidden/app.log',
];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-glob-'));
  for (const file of FILES) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), '');
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('log files by glob', () => {
  it.each([
    ['*.log', ['api.log', 'web.log']],
    ['api.log*', ['api.log']],
    ['???.log', ['api.log', 'web.log']],
    ['pay/*/app.log', ['pay/eu/app.log', 'pay/us/app.log']],
    ['**/app.log', ['pay/eu/app.log', 'pay/us/app.log']],
    ['**/*.log', ['api.log', 'pay/eu/app.log', 'pay/us/app.log', 'web.log']],
    ['*.gz', ['api.log.2.gz']],
    ['nowhere/*.log', []],
    ['notes.txt/*.log', []],
  ])('%s', async (glob, files) => {
    expect(await filesMatching(join(folder, glob))).toEqual(files.map((file) => join(folder, file)));
  });

  it('leaves out dated files of a log that is followed', async () => {
    const [log = '', dated = ''] = ['api.log', 'api.2026-11-20.log'].map((name) => join(folder, name));
    writeFileSync(dated, '');
    const glob = join(folder, 'api*.log');
    expect(await filesMatching(glob)).toEqual([dated, log]);
    expect(await filesMatching(glob, () => false)).toEqual([log]);
    expect(await takenForRotated(glob)).toEqual([dated]);
    rmSync(log);
    expect(await filesMatching(glob, (path) => path === log)).toEqual([]);
    expect(await filesMatching(glob, () => false)).toEqual([dated]);
  });
});
