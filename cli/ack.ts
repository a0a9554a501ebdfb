import { parseArgs } from 'node:util';
import { configurationInForce } from '../functions/in-force.ts';
import { acknowledge } from '../shared/alerts/acknowledgement.ts';
import type { Episode } from '../shared/alerts/episode.ts';
import { oneLine } from '../shared/text/plain.ts';
import { formatTime } from '../shared/text/times.ts';
import { alertId, findAlerts } from './alerts/find.ts';
import { type Connection, inPlace, PLACE_OPTIONS, PLACE_USAGE } from './place/connection.ts';
import { whoApplies } from './place/who.ts';
import { datedJson } from './terminal/dated.ts';
import type { Command, Io } from './terminal/io.ts';
import { lengthOf } from './terminal/moments.ts';
import { UsageError } from './terminal/usage-error.ts';

const USAGE = `tocsin ack ID… [--by NAME] [--for DURATION]

Says that somebody is at an alert: it is not repeated and not escalated until it gets worse, the time passes or it
ends. Its end is told all the same, and the next message says who acknowledged it.

  ID                   of an alert that fires, or the start of it: see tocsin alerts
  --by NAME            (default: who runs this)
  --for DURATION       30m, 2h, 1d (default: until the alert ends)
${PLACE_USAGE}
  --json               a line of JSON for each alert

Exit code: 0 acknowledged, 1 there is no such alert, it has ended or several are meant, 2 wrong usage, 3 the place
cannot be reached.

Examples:
  tocsin ack order-errors/8f3a --for 2h
  tocsin ack order-errors --by Wei --stack Tocsin
`;

async function run(argv: string[], io: Io): Promise<number> {
  const options = {
    ...PLACE_OPTIONS,
    by: { type: 'string' },
    for: { type: 'string' },
    json: { type: 'boolean' },
  } as const;
  const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options });
  if (positionals.length === 0) throw new UsageError('ack needs the ID of an alert: see tocsin alerts.');
  const now = Date.now();
  const until = values.for === undefined ? null : now + lengthOf('--for', values.for);
  const by = oneLine(values.by ?? '') || whoApplies(io.env);
  return await inPlace(values, async (place) => {
    let refused = 0;
    for (const word of positionals) {
      const done = await one({ place, word, by, until, now, json: values.json ?? false, io });
      if (!done) refused += 1;
    }
    return refused === 0 ? 0 : 1;
  });
}

interface Work {
  place: Connection;
  word: string;
  by: string;
  /** ms; null: until the alert ends. */
  until: number | null;
  /** ms */
  now: number;
  json: boolean;
  io: Io;
}

async function one({ place, word, by: claimed, until, now, json, io }: Work): Promise<boolean> {
  const [episode, ...others] = await findAlerts(place.state, word);
  const refused = whyNot(place, word, episode, others);
  if (episode === undefined || refused !== null) {
    io.stderr(`tocsin ack: ${refused}\n`);
    return false;
  }
  const done = await acknowledge(place.state, episode.alert, { by: claimed, until }, now);
  if (done.outcome !== 'acknowledged') {
    io.stderr(`tocsin ack: the alert ${alertId(episode.alert)} has ended.\n`);
    return false;
  }
  const { by } = done.acknowledgement;
  const id = alertId(episode.alert);
  const { timeZone } = (await configurationInForce(place.state)).settings;
  const end = until === null ? 'until it ends' : `until ${formatTime(until, timeZone)}`;
  const line = json
    ? datedJson({ type: 'acknowledged', id, by, at: now, until })
    : `${id} acknowledged by ${by} ${end}`;
  await io.stdout(`${line}\n`);
  return true;
}

function whyNot(
  { name }: Connection,
  word: string,
  episode: Episode | undefined,
  others: Episode[],
): string | null {
  if (episode === undefined) return `there is no alert ${word} in ${name}.`;
  if (others.length === 0) return null;
  const ids = [episode, ...others].map(({ alert }) => alertId(alert));
  return `${word} may be any of ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ', …' : ''}: one was expected.`;
}

export const command: Command = {
  name: 'ack',
  summary: 'say that somebody is at an alert',
  usage: USAGE,
  run,
};
