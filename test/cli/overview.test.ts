import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../cli/commands.ts';
import { tocsin } from './tocsin.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-overview-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('tocsin', () => {
  it('lists every command, grouped, and knows what was nearly typed', async () => {
    const { code, out } = await tocsin(folder, ['--help']);
    expect(code).toBe(0);
    for (const name of Object.keys(COMMANDS)) expect(out).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    expect(await tocsin(folder, ['chek'])).toMatchObject({
      code: 2,
      err: 'tocsin: there is no command chek: is check meant?\n',
    });
    expect((await tocsin(folder, ['frobnicate'])).err).toContain('one of local, init,');
  });

  it('takes global options before the command, and help VERB', async () => {
    writeFileSync(join(folder, 'lines.log'), 'all good\nERROR: gone\n-h\n');
    expect((await tocsin(folder, ['--json', 'match', 'ERROR', 'lines.log'])).json()).toMatchObject([
      { line: 2 },
    ]);
    const unreachable = await tocsin(folder, ['--local', 'http://127.0.0.1:1', 'silence', 'list']);
    expect(unreachable).toMatchObject({ code: 3, out: '' });
    expect((await tocsin(folder, ['--region=eu-west-1', 'chek'])).err).toContain('is check meant?');
    expect((await tocsin(folder, ['help', 'match'])).out).toBe((await tocsin(folder, ['match', '-h'])).out);
    expect((await tocsin(folder, ['match', '--', '-h', 'lines.log'])).out).toContain('all good');
  });

  it('takes global options that a command has no use for, before it and after it', async () => {
    writeFileSync(join(folder, 'lines.log'), 'ERROR: gone\n');
    const asked = ['match', 'ERROR', '--region=eu-west-1', 'lines.log', '--profile', 'ops'];
    expect(await tocsin(folder, ['--local', 'http://127.0.0.1:1', ...asked])).toMatchObject({
      code: 0,
      out: 'ERROR: gone\n',
    });
    expect(await tocsin(folder, ['match', 'ERROR', '--', '--stack'])).toMatchObject({ code: 2 });
    expect(await tocsin(folder, ['--json', 'completion', 'bash'])).toMatchObject({ code: 0 });
  });

  it.skipIf(process.platform !== 'linux')('says in one sentence that its output cannot be written', () => {
    const full = openSync('/dev/full', 'w');
    const command = fileURLToPath(new URL('../../cli/bin.mjs', import.meta.url));
    const ran = spawnSync(process.execPath, [command, 'version'], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    expect(ran.stderr).toBe('tocsin: standard output cannot be written: the disk is full.\n');
    expect(ran.status).toBe(3);
  });

  it('says its version', async () => {
    expect(await tocsin(folder, ['--version'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^tocsin \d+\.\d+\.\d+\n$/),
    });
  });

  it.each(Object.keys(COMMANDS))(
    '%s --help shows how it is used, with examples and exit codes',
    async (name) => {
      const { code, out } = await tocsin(folder, [name, '--help']);
      expect(code).toBe(0);
      expect(out).toContain(`tocsin ${name}`);
      expect(out).toMatch(/^Examples?:\n {2}tocsin /m);
      expect(out).not.toContain('\\`');
    },
  );

  it.each(Object.keys(COMMANDS))('%s says in one sentence that an option is unknown', async (name) => {
    const { code, err } = await tocsin(folder, [name, '--frobnicate']);
    expect(code).toBe(2);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).not.toMatch(/\n\s+at /);
  });
});

describe('tocsin completion', () => {
  const completed = async (...words: string[]) => {
    writeFileSync(join(folder, 'completion.sh'), (await tocsin(folder, ['completion', 'bash'])).out);
    const asked = `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}`;
    const script = `source completion.sh; ${asked}; _tocsin; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return spawnSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8' }).stdout.trim().split('\n');
  };

  it('completes commands, their options and first words, and files, in bash', async () => {
    writeFileSync(join(folder, 'tocsin.yaml'), '');
    expect(await completed('tocsin', 'ru')).toEqual(['rules']);
    expect(await completed('tocsin', 'rules', 'h')).toEqual(['history']);
    expect(await completed('tocsin', 'apply', 'tocsin.yaml', '--fo')).toEqual(['--force']);
    expect(await completed('tocsin', 'apply', 'toc')).toEqual(['tocsin.yaml']);
  });

  it('knows zsh and fish too, and no other', async () => {
    expect((await tocsin(folder, ['completion', 'zsh'])).out).toMatch(/^#compdef tocsin\n/);
    expect((await tocsin(folder, ['completion', 'fish'])).out).toContain('-a apply -d ');
    expect(await tocsin(folder, ['completion', 'tcsh'])).toMatchObject({ code: 2, out: '' });
  });
});
