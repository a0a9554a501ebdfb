import { parseArgs } from 'node:util';
import { OWNER_DEFAULT } from '../shared/applied/standing.ts';
import { type Connection, inPlace, PLACE_OPTIONS, PLACE_USAGE } from './place/connection.ts';
import { showHistory } from './rules/history.ts';
import { listRules } from './rules/list.ts';
import { rollBack } from './rules/rollback.ts';
import type { Command, Io } from './terminal/io.ts';
import { UsageError } from './terminal/usage-error.ts';

const USAGE = `tocsin rules [--local URL | --stack NAME] [--json]
tocsin rules history [--local URL | --stack NAME] [--json]
tocsin rules rollback VERSION [--local URL | --stack NAME] [--owner NAME] [--force] [--json]

Shows every rule and whether it is in force, the subscribed log groups that it looks at (none is a loud warning), when
they last logged, when it last matched and fired, to within five minutes; a broken item with its path and reason. Broken
items never stop the others, and their last good version stays in force. history lists what was applied, when and by whom; rollback brings
the items of an owner back to how they stood after a version.

${PLACE_USAGE}
  --owner NAME         whose items are rolled back (default: ${OWNER_DEFAULT})
  --force              overwrites what was edited by hand
  --json               one line of JSON for each

Exit code: 0 all well, 1 something is broken or was refused, 2 wrong usage, 3 the place cannot be reached.

Examples:
  tocsin rules
  tocsin rules history --stack Tocsin
  tocsin rules rollback 12 --local http://127.0.0.1:41234
`;

async function run(argv: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      ...PLACE_OPTIONS,
      owner: { type: 'string' },
      force: { type: 'boolean' },
      json: { type: 'boolean' },
    },
  });
  const { json = false, owner = OWNER_DEFAULT, force = false } = values;
  const act = actionOf(positionals, { owner, force, json }, io);
  return await inPlace(values, act);
}

function actionOf(
  [verb, ...rest]: readonly string[],
  choice: { owner: string; force: boolean; json: boolean },
  io: Io,
): (place: Connection) => Promise<number> {
  const { json } = choice;
  if (verb === 'rollback') {
    const version = Number(rest[0]);
    if (rest.length !== 1 || !Number.isInteger(version) || version < 0)
      throw new UsageError('rules rollback takes one VERSION, a number that `tocsin rules history` shows.');
    return (place) => rollBack(place, { ...choice, version }, io);
  }
  if (rest.length > 0) throw new UsageError(`rules does not take ${rest.join(' ')}.`);
  if (verb === 'history') return (place) => showHistory(place, json, io);
  if (verb === undefined) return (place) => listRules(place, json, io);
  throw new UsageError(`rules does not know ${verb}, expected history or rollback.`);
}

export const command: Command = {
  name: 'rules',
  summary: 'show every rule: in force, or broken and why; history and rollback',
  usage: USAGE,
  run,
};
