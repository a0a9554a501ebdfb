import { inPlace, PLACE_USAGE } from './place/connection.ts';
import { add } from './silence/add.ts';
import { expire } from './silence/expire.ts';
import { list } from './silence/list.ts';
import { type Carry, parse } from './silence/work.ts';
import type { Command, Io } from './terminal/io.ts';
import { UsageError } from './terminal/usage-error.ts';

const USAGE = `tocsin silence add MATCHER… (--for DURATION | --to TIME) [options]
tocsin silence list [--all]
tocsin silence expire ID…

Keeps alerts quiet whose labels match, and says so in the next message. Whoever was told of an alert is told of its end
all the same, and when the silence ends, one message sums up what happened meanwhile.

  MATCHER              rule=errors, severity!=critical, 'host=~web-\\d+', 'team!~a|b'; all must hold
  --for DURATION       from now, or from --from: 30m, 2h, 1d
  --from, --to TIME    2026-12-24T03:00 in the document's time zone, or with a zone: 2026-12-24T03:00+08:00
  --during NAME        quiet only within this time interval of the document, each time; without an end: until expired
  --author NAME        (default: who runs this)
  --comment TEXT       why
  --all                list those that ended in the last seven days too
${PLACE_USAGE}
  --json               a line of JSON for each silence

Exit code: 0 fine, 1 there is no such silence or it cannot be, 2 wrong usage, 3 the place cannot be reached.

Examples:
  tocsin silence add rule=order-errors --for 2h --comment 'deploying 4.2'
  tocsin silence add 'host=~web-.*' --during nightly-backup --stack Tocsin
  tocsin silence list --local http://127.0.0.1:41234
  tocsin silence expire 4f2a91c3
`;

const VERBS: Readonly<Record<string, (words: readonly string[]) => Carry>> = { add, list, expire };

async function run(argv: string[], io: Io): Promise<number> {
  const { values, positionals } = parse(argv);
  const [verb = '', ...words] = positionals;
  const understand = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (understand === undefined) throw new UsageError('silence needs add, list or expire.');
  const carryOut = understand(words);
  return await inPlace(values, (place) => carryOut({ place, values, io, now: Date.now() }));
}

export const command: Command = {
  name: 'silence',
  summary: 'keep alerts quiet for a time, list and end silences',
  usage: USAGE,
  run,
};
