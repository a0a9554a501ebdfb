import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../shared/error-code.ts';
import { EnvironmentError } from '../terminal/usage-error.ts';
import { isSample, type LocalOptions } from './options.ts';

/** Where a run keeps what it needs to go on after a restart. */
export interface StateDirectory {
  path: string;
  /** Others may use it again; `forget` removes what is in it. */
  release(forget: boolean): void;
}

/**
 * The state directory of a document, for this process alone; null for the sample, which leaves nothing behind.
 * @throws EnvironmentError where another process works in it, or it cannot be written.
 */
export function openStateDirectory(options: LocalOptions, cwd: string): StateDirectory | null {
  if (isSample(options)) return null;
  const name = createHash('sha256')
    .update(options.file ?? 'sample')
    .digest('hex')
    .slice(0, 12);
  const path = join(options.dataDirectory ?? join(cwd, '.tocsin'), options.once ? `once-${name}` : name);
  const lock = join(path, 'pid');
  try {
    mkdirSync(path, { recursive: true });
    takeLock(lock);
  } catch (error) {
    if (error instanceof EnvironmentError) throw error;
    throw new EnvironmentError(
      `State cannot be kept in ${path} (${errorCode(error)}): --data DIR names another place.`,
    );
  }
  return { path, release: (forget) => rmSync(forget ? path : lock, { recursive: true, force: true }) };
}

/** A lock whose owner is gone, killed perhaps, is taken over. */
function takeLock(lock: string): void {
  const owner = ownerOf(lock);
  if (owner !== null && owner !== process.pid && isAlive(owner)) {
    throw new EnvironmentError(
      `Another tocsin (process ${owner}) runs this document here: stop it, or use --data DIR.`,
    );
  }
  writeFileSync(lock, String(process.pid));
}

function ownerOf(lock: string): number | null {
  try {
    return Number(readFileSync(lock, 'utf8')) || null;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Alive, but somebody else's.
    return errorCode(error) === 'EPERM';
  }
}
