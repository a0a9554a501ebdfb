import { parseArgs } from 'node:util';
import { configurationInForce } from '../functions/in-force.ts';
import { describe, inWords } from '../infra/dead-letters/describe.ts';
import { type Letter, release, takeLetters } from '../infra/dead-letters/letters.ts';
import { redrive } from '../infra/dead-letters/redrive.ts';
import { parsedJson } from '../shared/json.ts';
import { type Connection, inPlace, PLACE_OPTIONS, PLACE_USAGE } from './place/connection.ts';
import { type OpenQueues, queuesOf } from './place/queues.ts';
import type { Command, Io } from './terminal/io.ts';
import { UsageError } from './terminal/usage-error.ts';

const USAGE = `tocsin dlq list
tocsin dlq show ID…
tocsin dlq redrive ID… | --all

What could not be delivered, or otherwise carried out, and why: the dead-letter queues of the place. Redriven, a
delivery begins anew with six hours of attempts; the ledger shows the old ones too.

  ID                   of a dead letter, or the start of it: see tocsin dlq list
  --all                redrives everything
${PLACE_USAGE}
  --json               a line of JSON for each dead letter

Exit code: 0 nothing lies there, or all was shown or redriven, 1 something lies there, or could not be, 2 wrong usage,
3 the place cannot be reached.

Examples:
  tocsin dlq list --local http://127.0.0.1:41234
  tocsin dlq show 4f2a91c3 --stack Tocsin --region eu-central-1
  tocsin dlq redrive --all --json
`;

interface Work {
  place: Connection;
  queues: OpenQueues;
  letters: Letter[];
  /** As they were given. */
  ids: string[];
  all: boolean;
  json: boolean;
  io: Io;
}

const VERBS: Readonly<Record<string, (work: Work) => Promise<number>>> = { list, show, redrive: redriveThem };

const NOTHING = 'Nothing lies in the dead-letter queues.\n';

async function run(argv: string[], io: Io): Promise<number> {
  const options = { ...PLACE_OPTIONS, all: { type: 'boolean' }, json: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options });
  const [verb = '', ...ids] = positionals;
  const { all = false, json = false } = values;
  const carryOut = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (carryOut === undefined) throw new UsageError('dlq needs list, show or redrive.');
  if (verb !== 'list' && ids.length === 0 && !all)
    throw new UsageError(`dlq ${verb} needs the ID of a dead letter: see tocsin dlq list.`);
  if (verb === 'redrive' && ids.length > 0 && all)
    throw new UsageError('dlq redrive takes IDs or --all, not both.');
  return await inPlace(values, async (place) => {
    const queues = await queuesOf(place);
    try {
      const letters = await takeLetters(queues);
      return await carryOut({ place, queues, letters, ids, all, json, io });
    } finally {
      queues.close();
    }
  });
}

async function list({ place, queues, letters, json, io }: Work): Promise<number> {
  await release(queues, letters);
  const { timeZone } = (await configurationInForce(place.state)).settings;
  for (const letter of letters) {
    const described = await describe(place.state, letter);
    await io.stdout(`${json ? JSON.stringify(described) : inWords(described, timeZone)}\n`);
  }
  if (letters.length === 0 && !json) await io.stdout(NOTHING);
  return letters.length === 0 ? 0 : 1;
}

async function show(work: Work): Promise<number> {
  const { place, queues, letters, json, io } = work;
  await release(queues, letters);
  const { chosen, unknown } = choose(work);
  for (const letter of chosen) {
    const described = { ...(await describe(place.state, letter)), body: parsed(letter.body) };
    await io.stdout(`${json ? JSON.stringify(described) : JSON.stringify(described, null, 2)}\n`);
  }
  return sayUnknown(unknown, io) ? 1 : 0;
}

async function redriveThem(work: Work): Promise<number> {
  const { place, queues, letters, json, io } = work;
  const { chosen, unknown } = choose(work);
  if (letters.length === 0 && !json) await io.stdout(NOTHING);
  await release(
    queues,
    letters.filter((letter) => !chosen.includes(letter)),
  );
  let isKept = false;
  for (const letter of chosen) {
    const { result, reason } = await redrive(place.state, queues, letter, Date.now());
    if (result === 'kept') await release(queues, [letter]);
    isKept ||= result === 'kept';
    const words = `${letter.id.slice(0, 8)}: ${result}${reason === null ? '' : `: ${reason}`}`;
    const line = json
      ? JSON.stringify({ type: 'redrive', id: letter.id, queue: letter.queue, result, reason })
      : words;
    await io.stdout(`${line}\n`);
  }
  return sayUnknown(unknown, io) || isKept ? 1 : 0;
}

/** The letters that are meant, and the ids that mean none. */
function choose({ letters, ids, all }: Work): { chosen: Letter[]; unknown: string[] } {
  if (all) return { chosen: letters, unknown: [] };
  const isMeant = (letter: Letter) => ids.some((id) => letter.id.startsWith(id));
  const unknown = ids.filter((id) => !letters.some((letter) => letter.id.startsWith(id)));
  return { chosen: letters.filter(isMeant), unknown };
}

function sayUnknown(unknown: readonly string[], io: Io): boolean {
  for (const id of unknown) io.stderr(`tocsin dlq: there is no dead letter ${id}: see tocsin dlq list.\n`);
  return unknown.length > 0;
}

function parsed(body: string): unknown {
  const json = parsedJson(body);
  // It lies there as it came.
  return json === undefined ? body : json;
}

export const command: Command = {
  name: 'dlq',
  summary: 'what could not be delivered: list it, show it, try it again',
  usage: USAGE,
  run,
};
