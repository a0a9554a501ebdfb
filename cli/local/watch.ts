import { applyItems } from '../../infra/local/apply.ts';
import { pause } from '../../infra/local/pause.ts';
import type { LocalStack } from '../../infra/local/stack.ts';
import { OWNER_DEFAULT } from '../../shared/applied/standing.ts';
import { FileError, readFiles } from '../../shared/config/files.ts';
import type { Loaded } from '../../shared/config/load.ts';
import type { Io } from '../terminal/io.ts';
import { documentPath, loadDocument } from './document.ts';
import type { LocalOptions } from './options.ts';
import type { Reporter } from './reporter.ts';

const WATCH_MS = 1000;

interface WatchDeps {
  options: LocalOptions;
  stack: LocalStack;
  reporter: Reporter;
  io: Io;
  /** Aborts when the run is to end. */
  signal: AbortSignal;
}

/** Brings the config table and the stand-ins to a document. */
export async function applyDocument(stack: LocalStack, { document, items }: Loaded): Promise<void> {
  await applyItems(stack.config, items, OWNER_DEFAULT);
  await stack.knowBots(document.configuration);
}

/** Applies the document again whenever it was saved; one with errors changes nothing, and they are printed. */
export async function watchDocument({ options, stack, reporter, io, signal }: WatchDeps): Promise<void> {
  const watch = new DocumentWatch(documentPath(options), io.cwd);
  while (!signal.aborted) {
    await pause(WATCH_MS, signal);
    if (!watch.changed()) continue;
    const loaded = loadDocument(options, io);
    if (typeof loaded === 'number') continue;
    await applyDocument(stack, loaded).then(
      () => reporter.say('the document was saved and is applied again: in force within 30 seconds'),
      (error: unknown) => reporter.failed(error),
    );
  }
}

/** Looks whether the document (a file, a folder or a glob) reads otherwise than when it was last looked at. */
export class DocumentWatch {
  readonly #file: string;
  readonly #cwd: string;
  #seen: string | null;

  constructor(file: string, cwd: string) {
    this.#file = file;
    this.#cwd = cwd;
    this.#seen = this.#read();
  }

  /** False also while it cannot be read: editors remove a file before they write it anew. */
  changed(): boolean {
    const now = this.#read();
    if (now === null || now === this.#seen) return false;
    this.#seen = now;
    return true;
  }

  #read(): string | null {
    try {
      return JSON.stringify(readFiles(this.#file, this.#cwd));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return null;
    }
  }
}
