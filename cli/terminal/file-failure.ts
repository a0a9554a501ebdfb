import { errorCode } from '../../shared/error-code.ts';

/** What the file system refuses, by its code. */
const TROUBLE: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EADDRINUSE: 'something else listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'the disk is full',
  ENOTFOUND: 'there is no such host',
  ENOTDIR: 'a part of its path is no folder',
  EPERM: 'permission is denied',
  EROFS: 'the disk may only be read',
};

/** What is wrong with a file or a stream, to follow a colon. */
export function troubleOf(error: unknown): string {
  const known = knownTrouble(error);
  if (known !== null) return known;
  return error instanceof Error ? error.message : String(error);
}

/** A sentence for a file that a command was given and that cannot be read or written; null: the fault lies elsewhere. */
export function fileFailure(error: unknown): string | null {
  const known = knownTrouble(error);
  if (known === null || !(error instanceof Error) || !('path' in error)) return null;
  return `${error.path} cannot be read or written: ${known}.`;
}

function knownTrouble(error: unknown): string | null {
  const code = errorCode(error) ?? '';
  return Object.hasOwn(TROUBLE, code) ? `${TROUBLE[code]}` : null;
}
