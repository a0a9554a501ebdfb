/** Log files by glob: `*` and `?` stay within a name, `**` crosses folders. */
import type { Dirent } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { matchesGlob } from '../../../shared/match/globs.ts';
import { entriesOf } from './disk.ts';
import { isLeftBehind, nameBeforeDate } from './names.ts';

const SIGNS = /[*?]/;

export function isGlob(path: string): boolean {
  return SIGNS.test(path);
}

/**
 * The files that an absolute glob means, in the order of their names. Those whose names end as rotation makes them are
 * left out unless the glob ends so, too: the file that they come from was followed, their rest is found without a glob.
 * Where files are followed (`isFollowed` says of a path whether it is already), so are those with a date in their name
 * where the one without is there, or was just renamed. Folders that are not there or cannot be read hold none.
 */
export async function filesMatching(glob: string, isFollowed?: (path: string) => boolean): Promise<string[]> {
  const [, ...parts] = glob.split('/');
  const found = await walk('/', parts);
  const wantsRotated = isLeftBehind(glob);
  const meant = new Set(found.filter((path) => wantsRotated || !isLeftBehind(path)));
  const isDatedOf = (path: string) => {
    const before = nameBeforeDate(basename(path));
    if (isFollowed === undefined || before === null) return false;
    const named = join(dirname(path), before);
    return meant.has(named) || isFollowed(named);
  };
  return [...meant].filter((path) => !isDatedOf(path)).sort();
}

/** Files that a glob means and that are not followed: their names say that they were rotated from others of it. */
export async function takenForRotated(glob: string): Promise<string[]> {
  const followed = new Set(await filesMatching(glob, () => false));
  return (await filesMatching(glob)).filter((path) => !followed.has(path));
}

async function walk(folder: string, [part, ...rest]: readonly string[]): Promise<string[]> {
  if (part === undefined) return [];
  if (rest.length > 0 && !SIGNS.test(part)) return await walk(join(folder, part), rest);
  const entries = await entriesOf(folder);
  const isFolder = (entry: Dirent) => entry.isDirectory() && !entry.name.startsWith('.');
  if (part === '**') {
    const deeper = entries.filter(isFolder).map(({ name }) => walk(join(folder, name), [part, ...rest]));
    return [...(await walk(folder, rest)), ...(await Promise.all(deeper)).flat()];
  }
  const named = entries.filter(({ name }) => matchesGlob(part, name));
  if (rest.length === 0) return named.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name));
  const below = named.filter(isFolder).map(({ name }) => walk(join(folder, name), rest));
  return (await Promise.all(below)).flat();
}
