import { parseArgs } from 'node:util';
import { OWNER_DEFAULT } from '../shared/applied/standing.ts';
import { readDocumentOf } from './apply/beside.ts';
import { planned, showSteps } from './apply/planned.ts';
import { oneFile } from './document.ts';
import { inPlace, PLACE_OPTIONS, PLACE_USAGE } from './place/connection.ts';
import type { Command, Io } from './terminal/io.ts';

const USAGE = `tocsin diff FILE [--local URL | --stack NAME] [--owner NAME] [--set NAME=VALUE]… [--json]

Shows what \`tocsin apply\` would change in the config table: + new, ~ changed, - gone; an item that somebody edited by
hand since it was last applied or pulled says so.

${PLACE_USAGE}
  --owner NAME         whose items the document holds (default: ${OWNER_DEFAULT})
  --set NAME=VALUE     fills \${NAME} in the document
  --json               a line of JSON for each item, then a summary

Exit code: 0 no differences, 1 differences or an invalid document, 2 wrong usage, 3 the place cannot be reached.

Examples:
  tocsin diff tocsin.yaml
  tocsin diff rules/ --stack Tocsin --region eu-central-1
  tocsin diff tocsin.yaml --local http://127.0.0.1:41234
`;

async function run(argv: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      ...PLACE_OPTIONS,
      owner: { type: 'string' },
      set: { type: 'string', multiple: true },
      json: { type: 'boolean' },
    },
  });
  const { json = false, set = [], owner = OWNER_DEFAULT } = values;
  const document = { file: oneFile('diff', positionals), set, json };
  const loaded = await readDocumentOf(owner, document, values, io);
  if (loaded === null) return 1;
  return await inPlace(values, async (place) => {
    const steps = await planned(place, loaded.items, owner);
    await showSteps(steps, json, io);
    const differences = steps.length;
    if (json) await io.stdout(`${JSON.stringify({ type: 'summary', differences })}\n`);
    else if (differences === 0) await io.stdout(`no differences from ${place.name}\n`);
    return differences === 0 ? 0 : 1;
  });
}

export const command: Command = {
  name: 'diff',
  summary: 'show what apply would change',
  usage: USAGE,
  run,
};
