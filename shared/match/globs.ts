/**
 * Compiles the globs of `logGroups`: `*` is any text, `?` any character, a leading `!` excludes. A name matches
 * where some glob takes it and none excludes it; excludes alone start from every name.
 */
export function compileGlobs(globs: readonly string[]): (name: string) => boolean {
  const includes = globs.filter((glob) => !glob.startsWith('!'));
  const excludes = globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1));
  return (name) =>
    (includes.length === 0 || includes.some((glob) => matchesGlob(glob, name))) &&
    !excludes.some((glob) => matchesGlob(glob, name));
}

/**
 * Greedy matching that goes back to the last `*` only: O(glob × name) at worst, no recursion.
 */
export function matchesGlob(glob: string, name: string): boolean {
  let at = 0;
  let inName = 0;
  let star = -1;
  let retry = 0;
  while (inName < name.length) {
    if (glob[at] === '*') {
      star = at++;
      retry = inName;
    } else if (at < glob.length && (glob[at] === '?' || glob[at] === name[inName])) {
      at++;
      inName++;
    } else if (star >= 0) {
      at = star + 1;
      inName = ++retry;
    } else return false;
  }
  while (glob[at] === '*') at++;
  return at === glob.length;
}
