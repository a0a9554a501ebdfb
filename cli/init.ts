import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { LOCALES, type Locale } from '../shared/config/model.ts';
import { troubleOf } from './terminal/file-failure.ts';
import type { Command, Io } from './terminal/io.ts';
import { UsageError } from './terminal/usage-error.ts';

const USAGE = `tocsin init [FILE] [--locale en|zh-CN] [--force] [--json]

Writes a commented starter document that passes check and its own tests. FILE is tocsin.yaml unless named; - is standard
output.

  --locale LOCALE   the language of its comments (default: that of the terminal)
  --force           overwrites FILE
  --json            a line of JSON once it is written

Exit code: 0 written, 1 FILE exists, 2 wrong usage.

Examples:
  tocsin init
  tocsin init rules/shop.yaml --locale zh-CN
  tocsin init - | less
`;

const FILE_DEFAULT = 'tocsin.yaml';

async function run(argv: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { locale: { type: 'string' }, force: { type: 'boolean' }, json: { type: 'boolean' } },
  });
  const [file = FILE_DEFAULT, ...others] = positionals;
  if (others.length > 0) throw new UsageError(`init takes one FILE, not also ${others.join(' ')}.`);
  const text = starter(localeOf(values.locale, io));
  if (file === '-') {
    await io.stdout(text);
    return 0;
  }
  const path = resolve(io.cwd, file);
  if (existsSync(path) && values.force !== true) {
    io.stderr(`tocsin init: ${file} exists already: --force overwrites it.\n`);
    return 1;
  }
  write(path, text, file);
  const said = values.json
    ? JSON.stringify({ type: 'written', file })
    : `${file} is written. Next: tocsin check ${file}; tocsin test ${file}`;
  await io.stdout(`${said}\n`);
  return 0;
}

function starter(locale: Locale): string {
  return readFileSync(fileURLToPath(new URL(`init/starter.${locale}.yaml`, import.meta.url)), 'utf8');
}

function localeOf(asked: string | undefined, { env }: Io): Locale {
  if (asked === undefined) return /^zh/i.test(env.LC_ALL ?? env.LANG ?? '') ? 'zh-CN' : 'en';
  const known = LOCALES.find((locale) => locale === asked);
  if (known === undefined)
    throw new UsageError(`--locale ${asked} is not known, expected ${LOCALES.join(' or ')}.`);
  return known;
}

function write(path: string, text: string, file: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${troubleOf(error)}.`, { cause: error });
  }
}

export const command: Command = {
  name: 'init',
  summary: 'write a commented starter document',
  usage: USAGE,
  run,
};
