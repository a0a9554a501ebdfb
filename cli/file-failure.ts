/** What the file system refuses, by its code. */
const TROUBLE: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of its path is no folder',
  EPERM: 'permission is denied',
  EROFS: 'the disk may only be read',
};

/** A sentence for a file that a command was given and that cannot be read or written; null: the fault lies elsewhere. */
export function fileFailure(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const { code = '', path } = error as NodeJS.ErrnoException;
  if (path === undefined || !Object.hasOwn(TROUBLE, code)) return null;
  return `${path} cannot be read or written: ${TROUBLE[code]}.`;
}
