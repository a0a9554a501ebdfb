import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseLocalOptions } from '../../cli/local/options.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (name: string) => readFileSync(join(ROOT, 'infra/local/deploy', name), 'utf8');

/** What the comments of the unit propose. */
const ENVIRONMENT = new Map(
  [...read('tocsin.service').matchAll(/^#\s+(TOCSIN_\w+)="(.*)"$/gm)].map(([, name = '', value = '']) => [
    `$${name}`,
    value.split(' '),
  ]),
);

/** The words behind `local`, as systemd and a shell make them. */
function wordsOf(command: string): string[] {
  const words = command.replaceAll(/\\\n#?/g, ' ').match(/'[^']*'|\S+/g) ?? [];
  const bare = words.map((word) => word.replaceAll("'", ''));
  return bare.slice(bare.indexOf('local') + 1).flatMap((word) => ENVIRONMENT.get(word) ?? [word]);
}

describe('the unit of systemd', () => {
  const lines = read('tocsin.service').split('\n');
  const command = (key: string) => lines.find((line) => line.startsWith(`${key}=`)) ?? '';

  it('looks first whether all is there, then follows the logs and really delivers', () => {
    const checked = parseLocalOptions(wordsOf(command('ExecStartPre')), '/');
    expect(checked).toMatchObject({ check: true, deliver: true, file: '/etc/tocsin/tocsin.yaml' });
    const run = parseLocalOptions(wordsOf(command('ExecStart')), '/');
    expect(run).toMatchObject({
      check: false,
      deliver: true,
      dataDirectory: '/var/lib/tocsin',
      listen: { host: '127.0.0.1', port: 9428 },
      externalUrl: 'https://alerts.example.com',
    });
    expect(run.globs.map(({ glob }) => glob)).toEqual(['/var/log/app/*.log']);
    expect(run.logs.map(({ path }) => path)).toEqual(['/var/log/auth.log']);
  });

  it('runs as nobody in particular, and comes back', () => {
    for (const line of ['User=tocsin', 'Restart=always', 'NoNewPrivileges=yes', 'ProtectSystem=strict'])
      expect(lines).toContain(line);
  });
});

describe('the image', () => {
  const text = read('Dockerfile');

  it('is run as its first lines say', () => {
    const shown = text.slice(text.indexOf('docker run'), text.indexOf('FROM '));
    const [command = ''] = shown.split('\n#\n');
    const [, behind = ''] = command.split(/#\s+tocsin (?=local)/);
    expect(parseLocalOptions(wordsOf(behind.replaceAll(/^#/gm, '')), '/')).toMatchObject({
      deliver: true,
      listen: { host: '0.0.0.0', port: 9428 },
      responder: { host: '0.0.0.0', port: 9430 },
    });
  });

  it('holds what is copied into it, and nothing is run as root', () => {
    for (const [, source = ''] of text.matchAll(/^COPY (?!--)(\S+)/gm))
      expect(existsSync(join(ROOT, source))).toBe(true);
    expect(text).toContain('USER tocsin');
  });
});
