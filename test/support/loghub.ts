import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER =
  process.env.TOCSIN_LOGHUB ?? fileURLToPath(new URL('../../../shared/data/loghub', import.meta.url));

/** A real log of the Loghub collection; null where it is not on this machine, and the tests on it are skipped. */
export function loghubFile(name: string): string | null {
  const path = join(FOLDER, name);
  return existsSync(path) ? path : null;
}

/** The folder of such logs; null where it is not on this machine. */
export function loghubFolder(): string | null {
  return existsSync(FOLDER) ? FOLDER : null;
}
