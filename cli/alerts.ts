import { parseArgs } from 'node:util';
import { configurationInForce } from '../functions/in-force.ts';
import { firingEpisodes } from '../shared/alerts/firing.ts';
import type { NotifiedAlert } from '../shared/alerts/notification.ts';
import { filledAnnotations } from '../shared/channels/alert-words.ts';
import type { Configuration } from '../shared/config/model.ts';
import { failingSentence, loadFailing } from '../shared/deliveries/returned-mail.ts';
import { type AlertStanding, loadStanding } from '../shared/routing/standing.ts';
import { alertLine, alertText } from './alerts/alert-text.ts';
import { explainText } from './alerts/explain-text.ts';
import { alertId, findAlerts } from './alerts/find.ts';
import { type Connection, inPlace, PLACE_OPTIONS, PLACE_USAGE } from './place/connection.ts';
import { datedJson } from './terminal/dated.ts';
import type { Command, Io } from './terminal/io.ts';
import { UsageError } from './terminal/usage-error.ts';

const USAGE = `tocsin alerts [--local URL | --stack NAME] [--json]
tocsin alerts show ID…
tocsin alerts explain ID…

Lists what fires now, the newest first; shows an alert with its labels, example lines, who acknowledged it, what keeps
it quiet and where it is told; or explains why it was told or not: the routes that took it, and each decision since.
The list ends with the addresses of receivers that mails come back from, or that call them spam.

  ID                   RULE/FINGERPRINT as the list has it; of what fires, the start of it is enough
${PLACE_USAGE}
  --json               a line of JSON for each alert

Exit code: 0 fine, 1 there is no such alert, 2 wrong usage, 3 the place cannot be reached.

Examples:
  tocsin alerts --stack Tocsin
  tocsin alerts explain order-errors/8f3a --stack Tocsin
  tocsin alerts show order-errors/8f3a --local http://127.0.0.1:41234
`;

async function run(argv: string[], io: Io): Promise<number> {
  const options = { ...PLACE_OPTIONS, json: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options });
  const [verb, ...words] = positionals;
  if (verb !== undefined && verb !== 'show' && verb !== 'explain')
    throw new UsageError(`alerts takes show or explain, not ${verb}.`);
  if (verb !== undefined && words.length === 0)
    throw new UsageError(`alerts ${verb} needs the ID of an alert.`);
  return await inPlace(values, async (place) => {
    const configuration = await configurationInForce(place.state);
    const work = { place, configuration, json: values.json ?? false, io, now: Date.now() };
    return verb === undefined
      ? await list(work)
      : await each(work, words, verb === 'show' ? shown : explained);
  });
}

interface Work {
  place: Connection;
  configuration: Configuration;
  json: boolean;
  io: Io;
  /** ms */
  now: number;
}

async function list({ place, configuration, json, io, now }: Work): Promise<number> {
  const { timeZone } = configuration.settings;
  const episodes = await firingEpisodes(place.state);
  for (const { alert } of episodes) {
    const line = json ? datedJson(alertJson(alert, now, timeZone)) : alertLine(alert, timeZone);
    await io.stdout(`${line}\n`);
  }
  if (episodes.length === 0 && !json) await io.stdout(`nothing fires in ${place.name}\n`);
  for (const failing of await loadFailing(place.state, configuration.receivers)) {
    if (json) await io.stdout(`${datedJson({ type: 'failing-address', ...failing })}\n`);
    else io.stderr(`tocsin alerts: ${failingSentence(failing)}\n`);
  }
  return 0;
}

function alertJson(alert: NotifiedAlert, now: number, timeZone: string) {
  const annotations = filledAnnotations(alert, now, { locale: 'en', timeZone });
  return { type: 'alert', id: alertId(alert), ...alert, annotations };
}

/** Puts a standing into text, for people or as JSON. */
type Tell = (standing: AlertStanding, work: Work) => string;

async function each(work: Work, words: readonly string[], tell: Tell): Promise<number> {
  const { place, configuration, io, now } = work;
  let missing = 0;
  for (const word of words) {
    const found = await findAlerts(place.state, word);
    if (found.length === 0) {
      missing += 1;
      io.stderr(`tocsin alerts: there is no alert ${word} in ${place.name}.\n`);
    }
    for (const { alert } of found) {
      const standing = await loadStanding(place.state, alert, configuration.timeIntervals, now);
      if (standing !== undefined) await io.stdout(`${tell(standing, work)}\n`);
    }
  }
  return missing === 0 ? 0 : 1;
}

const shown: Tell = (standing, { json, now, configuration }) => {
  if (!json) return alertText(standing, now, configuration.settings.timeZone);
  const { alert, acknowledgement = null, silences, withheld } = standing;
  const { timeZone } = configuration.settings;
  return datedJson({ ...alertJson(alert, now, timeZone), acknowledgement, silences, withheld });
};

const explained: Tell = (standing, { json, now, configuration }) => {
  if (!json) return explainText(standing, now, configuration.settings.timeZone);
  const { alert, groups, withheld } = standing;
  return datedJson({ type: 'explanation', id: alertId(alert), status: alert.status, withheld, groups });
};

export const command: Command = {
  name: 'alerts',
  summary: 'show what fires, and all about one alert',
  usage: USAGE,
  run,
};
