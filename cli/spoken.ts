/** What a command line asks for. */
export interface Spoken {
  /** undefined: none was named. */
  verb: string | undefined;
  /** What follows the verb, after the global options that stood before it. */
  words: string[];
  wantsHelp: boolean;
}

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

/** How many words at the start are global options and their values. */
function leadingOptions(argv: readonly string[]): number {
  let at = 0;
  for (let word = argv[at]; word !== undefined; word = argv[at]) {
    const [name = ''] = word.split('=', 1);
    if (WITH_VALUE.has(word)) at += 2;
    else if (word === '--json' || WITH_VALUE.has(name)) at += 1;
    else break;
  }
  return Math.min(at, argv.length);
}
