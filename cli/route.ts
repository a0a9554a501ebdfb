import { parseArgs } from 'node:util';
import { configurationInForce } from '../functions/in-force.ts';
import { firingEpisodes } from '../shared/alerts/firing.ts';
import type { Configuration } from '../shared/config/model.ts';
import { nearest } from '../shared/config/nearest.ts';
import { isSource } from '../shared/routing/inhibition.ts';
import type { QuietCauses } from '../shared/routing/quiet.ts';
import { listSilences } from '../shared/routing/silences.ts';
import { formatTime } from '../shared/text/times.ts';
import { readDocument } from './document.ts';
import { inPlace, PLACE_OPTIONS, PLACE_USAGE, type PlaceChoice } from './place/connection.ts';
import { labelsFor, type Told, toldOf } from './route/told.ts';
import { matchersText, toldText } from './route/told-text.ts';
import type { Command, Io } from './terminal/io.ts';
import { momentOf } from './terminal/moments.ts';
import { UsageError } from './terminal/usage-error.ts';

const USAGE = `tocsin route [--at TIME] LABEL=VALUE… [FILE] [--firing LABEL=VALUE,…]…

Says who would be told of an alert with these labels, by which route, and which silence, time interval or inhibition
would keep it quiet: the dispatcher's own code, asked ahead. With rule=ID the rule's labels and severity are filled in.

  FILE                 the document to ask; without it the one in force at the place below. With both, the document of
                       FILE and the silences and firing alerts of the place.
  --at TIME            2026-12-24T03:00 in the document's time zone, or with a zone (default: now)
  --firing LABELS      as if an alert with these labels fired: rule=db-down,severity=critical
  --set NAME=VALUE     fills \${NAME} in FILE
${PLACE_USAGE}
  --json               a line of JSON for each receiver, then a summary

Exit code: 0 somebody is told, 1 nobody is or FILE is invalid, 2 wrong usage, 3 the place cannot be reached.

Examples:
  tocsin route --at 2026-12-24T03:00 rule=order-errors service=order tocsin.yaml
  tocsin route severity=warning team=payments tocsin.yaml --firing rule=db-down,severity=critical
  tocsin route rule=order-errors --stack Tocsin
`;

const OPTIONS = {
  ...PLACE_OPTIONS,
  at: { type: 'string' },
  firing: { type: 'string', multiple: true },
  set: { type: 'string', multiple: true },
  json: { type: 'boolean' },
} as const;

async function run(argv: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options: OPTIONS });
  const { json = false, set = [], firing = [] } = values;
  const { given, file } = wordsOf(positionals);
  const document = file === null ? null : readDocument({ file, set, json }, io);
  if (file !== null && document === null) return 1;
  const world = await worldOf(values, document?.document.configuration ?? null);
  const { configuration } = world;
  const { timeZone } = configuration.settings;
  const at = values.at === undefined ? Date.now() : momentOf('--at', values.at, timeZone);
  warnOfUnknownRule(configuration, given.rule, io);
  const labels = labelsFor(configuration, given);
  const sources = [...world.causes.sources, ...firing.map((text) => sourceOf(configuration, text))];
  const told = toldOf({ configuration, labels, at, causes: { ...world.causes, sources } });
  await show(told, { labels, at, timeZone, json }, io);
  return told.some(({ reason }) => reason === null) ? 0 : 1;
}

/** Labels and at most one FILE, told apart by the sign. */
function wordsOf(words: readonly string[]): { given: Record<string, string>; file: string | null } {
  const [file = null, ...others] = words.filter((word) => !word.includes('='));
  if (others.length > 0) throw new UsageError(`route takes one FILE, not also ${others.join(' ')}.`);
  const given = Object.fromEntries(words.filter((word) => word.includes('=')).map(labelOf));
  if (Object.keys(given).length === 0) throw new UsageError('route needs a label such as rule=errors.');
  return { given, file };
}

function labelOf(word: string): [string, string] {
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(word) ?? [];
  if (name === '') throw new UsageError(`${word} is no label, expected one such as rule=errors.`);
  return [name, value];
}

/** An id that was mistyped is routed all the same, by the labels given. */
function warnOfUnknownRule({ rules }: Configuration, id: string | undefined, io: Io): void {
  if (id === undefined || rules.some((rule) => rule.id === id)) return;
  const near = nearest(
    id,
    rules.map((rule) => rule.id),
  );
  io.stderr(`tocsin route: there is no rule ${id}${near === null ? '' : `, is ${near} meant?`}\n`);
}

function sourceOf(configuration: Configuration, text: string): QuietCauses['sources'][number] {
  const labels = labelsFor(configuration, Object.fromEntries(text.split(',').map(labelOf)));
  const { rule: ruleId = 'any' } = labels;
  const title = configuration.rules.find(({ id }) => id === ruleId)?.title ?? text;
  return { ruleId, title, labels };
}

interface World {
  configuration: Configuration;
  causes: Pick<QuietCauses, 'silences' | 'sources'>;
}

/** What is asked: a document alone, or a place with its silences and what fires there. */
async function worldOf(choice: PlaceChoice, document: Configuration | null): Promise<World> {
  if (document !== null && choice.local === undefined && choice.stack === undefined)
    return { configuration: document, causes: { silences: [], sources: [] } };
  return await inPlace(choice, async (place) => {
    const configuration = document ?? (await configurationInForce(place.state));
    const [silences, episodes] = await Promise.all([listSilences(place.state), firingEpisodes(place.state)]);
    const sources = episodes
      .map(({ alert: { ruleId, title, labels } }) => ({ ruleId, title, labels }))
      .filter(({ labels }) => isSource(configuration.inhibitRules, labels));
    return { configuration, causes: { silences, sources } };
  });
}

interface Shown {
  labels: Record<string, string>;
  at: number;
  timeZone: string;
  json: boolean;
}

async function show(told: Told[], { labels, at, timeZone, json }: Shown, io: Io): Promise<void> {
  if (json) {
    for (const { route, ...rest } of told)
      await io.stdout(
        `${JSON.stringify({ type: 'route', at: new Date(at).toISOString(), ...rest, route: route.id })}\n`,
      );
    const receivers = told.filter(({ reason }) => reason === null).map(({ receiver }) => receiver);
    await io.stdout(`${JSON.stringify({ type: 'summary', receivers: [...new Set(receivers)] })}\n`);
    return;
  }
  await io.stdout(`${formatTime(at, timeZone)}  ${matchersText(labels)}\n`);
  if (told.length === 0) await io.stdout('nobody is told: the document has no route\n');
  for (const one of told) await io.stdout(`${toldText(one)}\n`);
}

export const command: Command = {
  name: 'route',
  summary: 'say who would be told of an alert, and why not',
  usage: USAGE,
  run,
};
