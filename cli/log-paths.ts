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

/** `GROUP=PATH`, or a path whose log group is not said (null). */
export function namedPath(text: string): { logGroup: string | null; path: string } {
  const [, logGroup = null, path = text] = /^([.\-_/#A-Za-z0-9]+)=(.+)$/.exec(text) ?? [];
  return { logGroup, path };
}
