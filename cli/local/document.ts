import { fileURLToPath } from 'node:url';
import type { Loaded } from '../../shared/config/load.ts';
import { readDocument } from '../document.ts';
import type { Io } from '../terminal/io.ts';
import { UsageError } from '../terminal/usage-error.ts';
import type { LocalOptions } from './options.ts';

const SAMPLE = fileURLToPath(new URL('../sample/tocsin.yaml', import.meta.url));

/** The path of the document that is run. */
export function documentPath({ file }: LocalOptions): string {
  return file ?? SAMPLE;
}

/** Reads the document and prints its problems; the exit code where it cannot be run. */
export function loadDocument(options: LocalOptions, io: Io): Loaded | number {
  const { set, json } = options;
  try {
    return readDocument({ file: documentPath(options), set, json }, io) ?? 1;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.stderr(`tocsin: ${error.message}\n`);
    return 2;
  }
}
