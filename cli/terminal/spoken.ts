/** What a command line asks for. */
export interface Spoken {
  /** undefined: none was named. */
  verb: string | undefined;
  /** What follows the verb, after the global options that stood before it. */
  words: string[];
  wantsHelp: boolean;
}

const WITHOUT_VALUE: ReadonlySet<string> = new Set(['--json']);
const WITH_VALUE: ReadonlySet<string> = new Set(['--local', '--stack', '--region', '--profile']);
const HELP: ReadonlySet<string> = new Set(['--help', '-h']);

/** Takes a command line apart. Global options may stand before the verb, and `help VERB` is `VERB --help`. */
export function spoken(argv: readonly string[]): Spoken {
  const length = leadingOptions(argv);
  const [first, ...rest] = argv.slice(length);
  const leading = argv.slice(0, length);
  if (first !== undefined && (first === 'help' || HELP.has(first)))
    return { verb: rest[0], words: leading, wantsHelp: true };
  const end = rest.indexOf('--');
  const options = end < 0 ? rest : rest.slice(0, end);
  return {
    verb: first,
    words: [...leading, ...rest],
    wantsHelp: options.some((word) => HELP.has(word)),
  };
}

/**
 * The words without the global options that a command has no use for: every command takes them, so that an alias may
 * carry them. `options`: those that it has.
 */
export function meantFor(options: readonly string[], words: readonly string[]): string[] {
  const end = words.indexOf('--');
  const kept: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const [name = ''] = word.split('=', 1);
    const isGlobal = WITH_VALUE.has(name) || WITHOUT_VALUE.has(word);
    if (!isGlobal || options.includes(name) || (end >= 0 && at > end)) kept.push(word);
    else if (WITH_VALUE.has(word)) at += 1;
  }
  return kept;
}

/** How many words at the start are global options and their values. */
function leadingOptions(argv: readonly string[]): number {
  let at = 0;
  for (let word = argv[at]; word !== undefined; word = argv[at]) {
    const [name = ''] = word.split('=', 1);
    if (WITH_VALUE.has(word)) at += 2;
    else if (WITHOUT_VALUE.has(word) || WITH_VALUE.has(name)) at += 1;
    else break;
  }
  return Math.min(at, argv.length);
}
