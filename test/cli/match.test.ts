import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../cli/main.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-match-'));
  writeFileSync(join(folder, 'a.log'), 'ERROR one\nINFO two\r\nERROR three');
  writeFileSync(join(folder, 'b.log.gz'), gzipSync('INFO four\nERROR five\n'));
  writeFileSync(join(folder, 'broken.gz'), gzipSync('x'.repeat(5000)).subarray(0, 30));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(argv: string[], input: (string | Buffer)[] = []) {
  let stdout = '';
  let stderr = '';
  const code = await main(['match', ...argv], {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    stdin: Readable.from(input),
    env: {},
    cwd: folder,
    isTerminal: false,
  });
  return { code, stdout, stderr };
}

describe('tocsin match', () => {
  it('prints the lines that match, also without a last line end', async () => {
    expect(await run(['ERROR', 'a.log'])).toEqual({
      code: 0,
      stdout: 'ERROR one\nERROR three\n',
      stderr: '',
    });
  });

  it('prints a line once it has come, though more may come', async () => {
    const stdin = new PassThrough();
    const printed: string[] = [];
    const first = new Promise<void>((resolve) => {
      const stdout = (text: string) => {
        printed.push(text);
        resolve();
      };
      const rest = { stderr: () => undefined, env: {}, cwd: folder, isTerminal: false };
      void main(['match', 'ERROR'], { stdin, stdout, ...rest });
    });
    stdin.write('ERROR one\nINFO two\n');
    await first;
    expect(printed).toEqual(['ERROR one\n']);
    stdin.end();
  });

  it('names the file where there are several, and unpacks gzip', async () => {
    const { stdout } = await run(['ERROR', 'a.log', 'b.log.gz']);
    expect(stdout).toBe('a.log:ERROR one\na.log:ERROR three\nb.log.gz:ERROR five\n');
  });

  it('counts, inverts, and takes terms that begin with a sign', async () => {
    expect((await run(['--count', 'ERROR', 'a.log', 'b.log.gz'])).stdout).toBe('a.log:2\nb.log.gz:1\n');
    expect((await run(['-v', 'ERROR', 'a.log'])).stdout).toBe('INFO two\n');
    expect((await run(['-ERROR', 'a.log'])).stdout).toBe('INFO two\n');
    expect((await run(['--', '-v', 'a.log'])).stdout).toBe('ERROR one\nINFO two\nERROR three\n');
  });

  it('prints extracted fields as JSON', async () => {
    const { stdout } = await run(['[level=ERROR, word]', 'a.log', '--json']);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { file: 'a.log', line: 1, message: 'ERROR one', fields: { level: 'ERROR', word: 'one' } },
      { file: 'a.log', line: 3, message: 'ERROR three', fields: { level: 'ERROR', word: 'three' } },
    ]);
  });

  it('reads standard input, in any pieces, gzipped too', async () => {
    const bytes = Buffer.from('支付失败\nok\n支付失败 2\n');
    const pieces = Array.from(bytes, (byte) => Buffer.from([byte]));
    expect((await run(['支付失败'], pieces)).stdout).toBe('支付失败\n支付失败 2\n');
    const packed = Array.from(gzipSync(bytes), (byte) => Buffer.from([byte]));
    expect((await run(['支付失败', '-'], packed)).stdout).toBe('支付失败\n支付失败 2\n');
  });

  it('answers 1 where no line matches', async () => {
    expect(await run(['nothing', 'a.log'])).toEqual({ code: 1, stdout: '', stderr: '' });
    expect(await run(['--count', 'nothing', 'a.log'])).toEqual({ code: 1, stdout: '0\n', stderr: '' });
    expect((await run(['x'], [])).code).toBe(1);
  });

  it('points at what is wrong with a pattern', async () => {
    const { code, stderr } = await run(['{ $.告警 > x }', 'a.log']);
    expect(code).toBe(2);
    expect(stderr).toBe(
      'tocsin match: invalid pattern: > compares numbers only.\n  { $.告警 > x }\n             ^\n',
    );
  });

  it('goes on after a file that cannot be read, and answers 2', async () => {
    const missing = await run(['ERROR', 'none.log', 'a.log']);
    expect(missing).toEqual({
      code: 2,
      stdout: 'a.log:ERROR one\na.log:ERROR three\n',
      stderr: 'tocsin match: none.log cannot be read: there is no such file or folder.\n',
    });
    expect((await run(['x', '.'])).stderr).toBe('tocsin match: . cannot be read: it is a folder.\n');
    expect((await run(['x', 'broken.gz'])).stderr).toMatch(/its gzip data is damaged/);
  });

  it('refuses wrong usage', async () => {
    expect(await run([])).toMatchObject({ code: 2, stderr: 'tocsin match: a PATTERN was expected.\n' });
    expect(await run(['--loud', 'x'])).toMatchObject({
      code: 2,
      stderr: 'tocsin match: there is no option --loud.\n',
    });
  });
});
