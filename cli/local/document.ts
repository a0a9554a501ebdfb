import { fileURLToPath } from 'node:url';
import { channelSchemas } from '../../shared/channels/registry.ts';
import { FileError, readFiles } from '../../shared/config/files.ts';
import { type Loaded, load } from '../../shared/config/load.ts';
import { formatProblem } from '../../shared/config/problems.ts';
import { checkPattern, checkRegex } from '../../shared/match/program.ts';
import type { Io } from '../io.ts';
import type { LocalOptions } from './options.ts';

const SAMPLE = fileURLToPath(new URL('../sample/tocsin.yaml', import.meta.url));

/** The path of the document that is run. */
export function documentPath({ file }: LocalOptions): string {
  return file ?? SAMPLE;
}

/** Reads the document and prints its problems; the exit code where it cannot be run. */
export function loadDocument(options: LocalOptions, io: Io): Loaded | number {
  try {
    const files = readFiles(documentPath(options), io.cwd);
    const variables = { ...io.env, ...options.variables };
    const loaded = load(files, { channels: channelSchemas, variables, checkPattern, checkRegex });
    for (const problem of loaded.problems) {
      if (options.json) void io.stdout(`${JSON.stringify({ type: 'problem', ...problem })}\n`);
      else io.stderr(`${formatProblem(problem)}\n`);
    }
    return loaded.problems.some(({ severity }) => severity === 'error') ? 1 : loaded;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    io.stderr(`tocsin: ${error.message}\n`);
    return 2;
  }
}
