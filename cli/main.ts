import { readFileSync } from 'node:fs';
import { nearest } from '../shared/config/nearest.ts';
import { COMMANDS } from './commands.ts';
import { wordsOf } from './completion/scripts.ts';
import { argumentSentence, isArgumentError } from './terminal/argument-error.ts';
import { fileFailure, troubleOf } from './terminal/file-failure.ts';
import type { Command, Io } from './terminal/io.ts';
import { outsideFailure } from './terminal/outside-failure.ts';
import { overview } from './terminal/overview.ts';
import { meantFor, spoken } from './terminal/spoken.ts';
import { EnvironmentError, UsageError } from './terminal/usage-error.ts';

/** Runs a command line; resolves to the exit code (contract §2). */
export async function main(argv: string[], io: Io = processIo()): Promise<number> {
  const { verb, words, wantsHelp } = spoken(argv);
  if (verb === undefined) {
    await io.stdout(await overview());
    return wantsHelp ? 0 : 2;
  }
  if (verb === '--version' || verb === 'version') {
    await io.stdout(`tocsin ${version()}\n`);
    return 0;
  }
  const load = Object.hasOwn(COMMANDS, verb) ? COMMANDS[verb] : undefined;
  if (load === undefined) {
    const names = Object.keys(COMMANDS);
    const near = nearest(verb, names);
    const expected = near === null ? `one of ${names.join(', ')} was expected` : `is ${near} meant?`;
    io.stderr(`tocsin: there is no command ${verb}: ${expected}${near === null ? '.' : ''}\n`);
    return 2;
  }
  const { command } = await load();
  if (wantsHelp) {
    await io.stdout(`${command.usage.trimEnd()}\n`);
    return 0;
  }
  try {
    return await command.run(meantFor(wordsOf(command).options, words), io);
  } catch (error) {
    const failure = failureOf(error, command);
    if (failure === null) throw error;
    io.stderr(`tocsin ${verb}: ${failure.message}\n`);
    return failure.code;
  }
}

function version(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** Mistakes of the user and of the surroundings get a sentence; anything else is a bug and shows its stack. */
function failureOf(error: unknown, command: Command): { code: 2 | 3; message: string } | null {
  if (!(error instanceof Error)) return null;
  if (isArgumentError(error))
    return { code: 2, message: argumentSentence(error.message, wordsOf(command).options) };
  if (error instanceof UsageError) return { code: 2, message: error.message };
  if (error instanceof EnvironmentError) return { code: 3, message: error.message };
  const file = fileFailure(error);
  if (file !== null) return { code: 2, message: file };
  const outside = outsideFailure(error);
  return outside === null ? null : { code: 3, message: outside };
}

function processIo(): Io {
  const { stdout, stderr, stdin, env } = process;
  // A reader that went away, such as `head`, ends the command and is no error.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    stderr.write(`tocsin: standard output cannot be written: ${troubleOf(error)}.\n`);
    process.exit(3);
  });
  return {
    stdout: (text) =>
      stdout.write(text) ? undefined : new Promise((resolve) => stdout.once('drain', resolve)),
    stderr: (text) => void stderr.write(text),
    stdin,
    env,
    cwd: process.cwd(),
    isTerminal: stdout.isTTY === true,
  };
}
