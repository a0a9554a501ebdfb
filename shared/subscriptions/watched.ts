import { compileGlobs } from '../match/globs.ts';

/** Which log groups a deployment watches. */
export interface Watched {
  /** Names in full. */
  names: readonly string[];
  /** Globs; a leading `!` excludes, from the globs only. */
  globs: readonly string[];
  /** The deployment's own log groups: a name, or what their names start with and a `*`. Never watched. */
  own: readonly string[];
}

/** Whether a log group is to be handed over because a glob takes it. */
export function globbed({ globs, own }: Pick<Watched, 'globs' | 'own'>): (logGroup: string) => boolean {
  const includes = globs.some((glob) => !glob.startsWith('!'));
  if (!includes) return () => false;
  const takes = compileGlobs(globs);
  const isOwn = own.length === 0 ? () => false : compileGlobs(own);
  return (logGroup) => takes(logGroup) && !isOwn(logGroup);
}

/** What every name that the globs can take starts with: few prefixes, none of which another one covers. */
export function prefixesOf(globs: readonly string[]): string[] {
  const prefixes = globs
    .filter((glob) => !glob.startsWith('!'))
    .map((glob) => glob.replace(/[*?].*$/s, ''))
    .sort();
  return prefixes.filter(
    (prefix, at) => !prefixes.slice(0, at).some((shorter) => prefix.startsWith(shorter)),
  );
}
