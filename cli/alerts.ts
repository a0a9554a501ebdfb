import { parseArgs } from 'node:util';
import type { Episode } from '../shared/alerts/episode.ts';
import { firingEpisodes } from '../shared/alerts/firing.ts';
import type { Configuration } from '../shared/config/model.ts';
import { loadStanding } from '../shared/routing/standing.ts';
import { alertLine, alertText } from './alerts/alert-text.ts';
import { alertId, findAlerts } from './alerts/find.ts';
import { type Connection, connect, PLACE_OPTIONS, PLACE_USAGE } from './connection.ts';
import type { Command, Io } from './io.ts';
import { configurationInForce } from './place-configuration.ts';
import { UsageError } from './usage-error.ts';

const USAGE = `tocsin alerts [--local URL | --stack NAME] [--json]
tocsin alerts show ID…

Lists what fires now, the newest first, or shows an alert with its labels, example lines, who acknowledged it, what
keeps it quiet and where it is told.

  ID                   RULE/FINGERPRINT as the list has it; of what fires, the start of it is enough
${PLACE_USAGE}
  --json               a line of JSON for each alert

Exit code: 0 fine, 1 there is no such alert, 2 wrong usage, 3 the place cannot be reached.

Examples:
  tocsin alerts --stack Tocsin
  tocsin alerts show order-errors/8f3a --local http://127.0.0.1:41234
`;

async function run(argv: string[], io: Io): Promise<number> {
  const options = { ...PLACE_OPTIONS, json: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options });
  const [verb, ...words] = positionals;
  if (verb !== undefined && verb !== 'show') throw new UsageError(`alerts takes show, not ${verb}.`);
  if (verb === 'show' && words.length === 0) throw new UsageError('alerts show needs the ID of an alert.');
  const place = await connect(values);
  try {
    const configuration = await configurationInForce(place.state);
    const work = { place, configuration, json: values.json ?? false, io, now: Date.now() };
    return verb === undefined ? await list(work) : await show(work, words);
  } finally {
    place.close();
  }
}

interface Work {
  place: Connection;
  configuration: Configuration;
  json: boolean;
  io: Io;
  /** ms */
  now: number;
}

async function list({ place, configuration, json, io }: Work): Promise<number> {
  const { timeZone } = configuration.settings;
  const episodes = await firingEpisodes(place.state);
  for (const { alert } of episodes) {
    const line = json
      ? JSON.stringify({ type: 'alert', id: alertId(alert), ...alert })
      : alertLine(alert, timeZone);
    await io.stdout(`${line}\n`);
  }
  if (episodes.length === 0 && !json) await io.stdout(`nothing fires in ${place.name}\n`);
  return 0;
}

async function show(work: Work, words: readonly string[]): Promise<number> {
  let missing = 0;
  for (const word of words) {
    const found = await findAlerts(work.place.state, word);
    if (found.length === 0) {
      missing += 1;
      work.io.stderr(`tocsin alerts: there is no alert ${word} in ${work.place.name}.\n`);
    }
    for (const episode of found) await showOne(work, episode);
  }
  return missing === 0 ? 0 : 1;
}

async function showOne({ place, configuration, json, io, now }: Work, { alert }: Episode): Promise<void> {
  const standing = await loadStanding(place.state, alert, configuration.timeIntervals, now);
  if (standing === undefined) return;
  const { acknowledgement = null, silences } = standing;
  const text = json
    ? JSON.stringify({ type: 'alert', id: alertId(alert), ...standing.alert, acknowledgement, silences })
    : alertText(standing, now, configuration.settings.timeZone);
  await io.stdout(`${text}\n`);
}

export const command: Command = {
  name: 'alerts',
  summary: 'show what fires, and all about one alert',
  usage: USAGE,
  run,
};
