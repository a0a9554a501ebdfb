import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { configurationInForce } from '../functions/in-force.ts';
import { parseMatcher } from '../shared/config/matchers.ts';
import type { LabelMatcher } from '../shared/config/model.ts';
import {
  addSilence,
  expireSilence,
  listSilences,
  type Silence,
  SilenceError,
  silenceState,
} from '../shared/routing/silences.ts';
import { whoApplies } from './apply/who.ts';
import { type Connection, connect, PLACE_OPTIONS, PLACE_USAGE } from './connection.ts';
import type { Command, Io } from './io.ts';
import { lengthOf, momentOf } from './moments.ts';
import { silenceText } from './silence/silence-text.ts';
import { UsageError } from './usage-error.ts';

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

const OPTIONS = {
  ...PLACE_OPTIONS,
  for: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  during: { type: 'string' },
  author: { type: 'string' },
  comment: { type: 'string' },
  all: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parse>['values'];
const parse = (argv: string[]) => parseArgs({ args: argv, allowPositionals: true, options: OPTIONS });

async function run(argv: string[], io: Io): Promise<number> {
  const { values, positionals } = parse(argv);
  const [verb, ...words] = positionals;
  const carryOut = verb === 'add' ? add : verb === 'list' ? list : verb === 'expire' ? expire : null;
  if (carryOut === null) throw new UsageError('silence needs add, list or expire.');
  const matchers = verb === 'add' ? matchersOf(words) : [];
  const place = await connect(values);
  try {
    return await carryOut({ place, values, words, matchers, io, now: Date.now() });
  } finally {
    place.close();
  }
}

interface Work {
  place: Connection;
  values: Values;
  words: string[];
  matchers: LabelMatcher[];
  io: Io;
  /** ms */
  now: number;
}

function matchersOf(words: readonly string[]): LabelMatcher[] {
  if (words.length === 0) throw new UsageError('silence add needs a matcher such as rule=errors.');
  return words.map((word) => {
    const matcher = parseMatcher(word);
    if (matcher === null)
      throw new UsageError(`${word} is no matcher, expected one such as rule=errors or 'host=~web-.*'.`);
    return matcher;
  });
}

async function add(work: Work): Promise<number> {
  const { place, values, matchers, io, now } = work;
  const { settings, timeIntervals } = await configurationInForce(place.state);
  const { timeZone } = settings;
  const { during } = values;
  if (during !== undefined && !timeIntervals.some(({ name }) => name === during)) {
    io.stderr(`tocsin silence: there is no time interval ${during} in ${place.name}.\n`);
    return 1;
  }
  const silence: Silence = {
    id: randomBytes(4).toString('hex'),
    matchers,
    ...spanOf(values, timeZone, now),
    recurs: during === undefined ? null : { interval: during },
    author: values.author ?? whoApplies(io.env),
    comment: values.comment ?? '',
    createdAt: now,
  };
  try {
    await addSilence(place.state, silence);
  } catch (error) {
    if (!(error instanceof SilenceError)) throw error;
    io.stderr(`tocsin silence: ${error.message}\n`);
    return 1;
  }
  await show(silence, { ...work, timeZone, state: silenceState(silence, timeIntervals, now) });
  return 0;
}

function spanOf(values: Values, timeZone: string, now: number): Pick<Silence, 'startsAt' | 'endsAt'> {
  if (values.for !== undefined && values.to !== undefined)
    throw new UsageError('--for and --to were both given, expected one of them.');
  const startsAt = values.from === undefined ? now : momentOf('--from', values.from, timeZone);
  if (values.to !== undefined) return { startsAt, endsAt: momentOf('--to', values.to, timeZone) };
  if (values.for !== undefined) return { startsAt, endsAt: startsAt + lengthOf('--for', values.for) };
  if (values.during === undefined)
    throw new UsageError('silence add needs an end: --for DURATION or --to TIME.');
  return { startsAt, endsAt: null };
}

async function list(work: Work): Promise<number> {
  const { place, values, now } = work;
  const { settings, timeIntervals } = await configurationInForce(place.state);
  const all = await listSilences(place.state);
  const known = all.map((silence) => ({ silence, state: silenceState(silence, timeIntervals, now) }));
  const shown = known.filter(({ state }) => values.all === true || state !== 'expired');
  for (const { silence, state } of shown)
    await show(silence, { ...work, timeZone: settings.timeZone, state });
  if (shown.length === 0 && values.json !== true) await work.io.stdout(`no silences in ${place.name}\n`);
  return 0;
}

async function expire({ place, values, words, io, now }: Work): Promise<number> {
  if (words.length === 0)
    throw new UsageError('silence expire needs the ID of a silence: see tocsin silence list.');
  let missing = 0;
  for (const id of words) {
    const silence = await expireSilence(place.state, id, now);
    if (silence === undefined) {
      missing += 1;
      io.stderr(`tocsin silence: there is no silence ${id} in ${place.name}.\n`);
    } else if (values.json === true) {
      await io.stdout(`${JSON.stringify({ type: 'expired', id })}\n`);
    } else await io.stdout(`silence ${id} has ended\n`);
  }
  return missing === 0 ? 0 : 1;
}

async function show(
  silence: Silence,
  { io, values, timeZone, state }: Work & { timeZone: string; state: string },
): Promise<void> {
  await io.stdout(
    values.json === true
      ? `${JSON.stringify({ type: 'silence', state, ...silence })}\n`
      : `${silenceText(silence, state, timeZone)}\n`,
  );
}

export const command: Command = {
  name: 'silence',
  summary: 'keep alerts quiet for a time, list and end silences',
  usage: USAGE,
  run,
};
