/** Takes `--logs PATH…` out of a command line: every word up to the next option, and any number of times. */
export function logPaths(argv: readonly string[]): { rest: string[]; paths: string[] } {
  const rest: string[] = [];
  const paths: string[] = [];
  let inLogs = false;
  for (const word of argv) {
    if (word === '--logs') inLogs = true;
    else if (word.startsWith('--logs=')) paths.push(word.slice('--logs='.length));
    else if (word.startsWith('-') && word !== '-') {
      inLogs = false;
      rest.push(word);
    } else (inLogs ? paths : rest).push(word);
  }
  return { rest, paths };
}

/** A document that stands last among the logs, where none stands elsewhere, is FILE: `--logs api.log tocsin.yaml`. */
export function documentAmong(positionals: readonly string[], paths: readonly string[]) {
  const last = paths.at(-1);
  const isDocument = positionals.length === 0 && last !== undefined && /^[^=]+\.ya?ml$/i.test(last);
  return isDocument ? { positionals: [last], paths: paths.slice(0, -1) } : { positionals, paths };
}

/** `GROUP=PATH`, or a path whose log group is not said (null). */
export function namedPath(text: string): { logGroup: string | null; path: string } {
  const [, logGroup = null, path = text] = /^([.\-_/#A-Za-z0-9]+)=(.+)$/.exec(text) ?? [];
  return { logGroup, path };
}
