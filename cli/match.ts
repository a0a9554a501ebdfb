import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { errorCode } from '../shared/error-code.ts';
import { PatternError } from '../shared/match/pattern/ast.ts';
import { type CompiledPattern, compilePattern } from '../shared/match/pattern/compile.ts';
import { parsePattern } from '../shared/match/pattern/parse.ts';
import { Message } from '../shared/match/pattern/subject.ts';
import { troubleOf } from './terminal/file-failure.ts';
import type { Command, Io } from './terminal/io.ts';
import { readLineBlocks } from './terminal/lines.ts';
import { UsageError } from './terminal/usage-error.ts';

const USAGE = `tocsin match [OPTION…] PATTERN [FILE…]

Prints the lines that a CloudWatch Logs filter pattern matches. Without FILE, or for -, reads standard input.
Gzipped files are unpacked; a line beyond a megabyte is read in pieces. Put -- before a PATTERN that is spelled like an option.

  --count, -c    prints only how many lines match, per file
  --json         one JSON object per line: file, line number, message, and the fields the pattern extracts
  --invert, -v   takes the lines that do not match

Examples:
  tocsin match ERROR app.log
  tocsin match '"connection refused" -retrying' app.log.gz
  tocsin match '{ $.status >= 500 && $.path = "/api/*" }' --json < app.ndjson
  tocsin match '[ip, user, ..., status = 5*, bytes]' access.log

Exit code: 0 some line matched, 1 none did, 2 invalid pattern, wrong usage or unreadable file.
`;

interface Arguments {
  pattern: string;
  files: string[];
  count: boolean;
  json: boolean;
  invert: boolean;
}

const FLAGS: Record<string, 'count' | 'json' | 'invert'> = {
  '--count': 'count',
  '-c': 'count',
  '--json': 'json',
  '--invert': 'invert',
  '--invert-match': 'invert',
  '-v': 'invert',
};

/** Terms may begin with `-`, so only the options themselves are taken for options. */
function readArguments(argv: readonly string[]): Arguments {
  const flags = { count: false, json: false, invert: false };
  const words: string[] = [];
  let onlyWords = false;
  for (const word of argv) {
    const flag = onlyWords || !Object.hasOwn(FLAGS, word) ? undefined : FLAGS[word];
    if (flag) flags[flag] = true;
    else if (!onlyWords && word === '--') onlyWords = true;
    else if (!onlyWords && word.startsWith('--')) throw new UsageError(`there is no option ${word}.`);
    else words.push(word);
  }
  const [pattern, ...files] = words;
  if (pattern === undefined) throw new UsageError('a PATTERN was expected.');
  return { ...flags, pattern, files: files.length > 0 ? files : ['-'] };
}

/** What Node calls a failure of a file, or of its gzip data. */
const FILE_ERROR = /^(?:E[A-Z]+|Z_[A-Z_]+)$/;

async function run(argv: string[], io: Io): Promise<number> {
  const options = readArguments(argv);
  const pattern = compile(options.pattern);
  let matched = false;
  let failed = false;
  for (const file of options.files) {
    try {
      matched = (await matchFile(file, pattern, options, io)) || matched;
    } catch (error) {
      const code = errorCode(error);
      if (code === undefined || !FILE_ERROR.test(code)) throw error;
      const reason = code.startsWith('Z_') ? 'its gzip data is damaged' : troubleOf(error);
      io.stderr(`tocsin match: ${file} cannot be read: ${reason}.\n`);
      failed = true;
    }
  }
  if (failed) return 2;
  return matched ? 0 : 1;
}

function compile(text: string): CompiledPattern {
  try {
    return compilePattern(parsePattern(text));
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new UsageError(`invalid pattern: ${error.message}.\n${pointAt(text, error.position)}`);
  }
}

/** The pattern with a mark under the character that is wrong; control characters would move the mark. */
function pointAt(text: string, position: number): string {
  const shown = text.replace(/[\u0000-\u001f\u007f]/g, ' ');
  return `  ${shown}\n  ${' '.repeat(widthOf(shown.slice(0, position)))}^`;
}

/** Columns on a terminal: East Asian wide characters take two. */
function widthOf(text: string): number {
  return [...text].reduce((sum, char) => sum + (/[\u1100-\u115f\u2e80-\uffef]/.test(char) ? 2 : 1), 0);
}

/** Prints what matches, as soon as it was read (`tail -f app.log | tocsin match ERROR`); whether anything did. */
async function matchFile(
  file: string,
  pattern: CompiledPattern,
  options: Arguments,
  io: Io,
): Promise<boolean> {
  const prefix = options.files.length > 1 ? `${file}:` : '';
  let count = 0;
  let number = 0;
  for await (const lines of readLineBlocks(open(file, io))) {
    let output = '';
    for (const line of lines) {
      number++;
      const message = new Message(line);
      if (pattern.test(message) === options.invert) continue;
      count++;
      if (options.count) continue;
      output += options.json ? describe(file, number, message, pattern) : `${prefix}${line}\n`;
    }
    if (output !== '') await io.stdout(output);
  }
  if (options.count)
    await io.stdout(options.json ? `${JSON.stringify({ file, count })}\n` : `${prefix}${count}\n`);
  return count > 0;
}

function open(file: string, io: Io): NodeJS.ReadableStream {
  return file === '-' ? io.stdin : createReadStream(resolve(io.cwd, file));
}

function describe(file: string, line: number, message: Message, pattern: CompiledPattern): string {
  const fields = pattern.extract(message) ?? {};
  return `${JSON.stringify({ file, line, message: message.text, fields })}\n`;
}

export const command: Command = {
  name: 'match',
  summary: 'print the lines that a filter pattern matches',
  usage: USAGE,
  run,
};
