import { parseArgs } from 'node:util';
import { readActivity } from '../shared/activity.ts';
import { applySteps } from '../shared/applied/apply.ts';
import type { Step } from '../shared/applied/plan.ts';
import { OWNER_DEFAULT } from '../shared/applied/standing.ts';
import type { Loaded } from '../shared/config/load.ts';
import { formatProblem } from '../shared/config/problems.ts';
import { readDocumentOf } from './apply/beside.ts';
import { warnOfOthers } from './apply/others.ts';
import { planned, showSteps } from './apply/planned.ts';
import { overtakenText } from './apply/steps-text.ts';
import { oneFile } from './document.ts';
import { type Connection, inPlace, PLACE_OPTIONS, PLACE_USAGE } from './place/connection.ts';
import { whoApplies } from './place/who.ts';
import { coverageOf } from './rules/coverage.ts';
import type { Command, Io } from './terminal/io.ts';
import { Progress } from './terminal/progress.ts';
import { runTests } from './test.ts';

const USAGE = `tocsin apply FILE [--local URL | --stack NAME] [--owner NAME] [--force] [--set NAME=VALUE]… [--json]

Brings the config table to the document: validates it, runs its tests, shows what changes, and writes only that, one
item for each rule, receiver, inhibit rule, time interval and the route. Items of the same owner that the document no
longer holds are deleted; those of others stay, and the document may name their receivers and time intervals. Live
within 30 seconds. Every apply is a version: see tocsin rules history and tocsin rules rollback.

An item that somebody edited by hand since it was last applied or pulled stops all: \`tocsin pull FILE\` takes the edit
into the document, --force overwrites it. Secrets must be references, secret:NAME#KEY.

Warned of are items of others that do not work as everything stands then, such as a rule whose receiver is gone, and
on AWS rules whose log groups nobody subscribed.

${PLACE_USAGE}
  --owner NAME         whose items the document holds (default: ${OWNER_DEFAULT})
  --force              overwrites what was edited by hand, and takes over items of other owners
  --set NAME=VALUE     fills \${NAME} in the document
  --json               NDJSON: problems, failing tests, differences, then a summary

Exit code: 0 applied or nothing to do, 1 refused, 2 wrong usage, 3 the place cannot be reached.

Examples:
  tocsin apply tocsin.yaml
  tocsin apply rules/ --owner payments --stack Tocsin --region eu-central-1
  tocsin apply tocsin.yaml --local http://127.0.0.1:41234
`;

interface Choice {
  file: string;
  owner: string;
  force: boolean;
  json: boolean;
}

async function run(argv: string[], io: Io): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      ...PLACE_OPTIONS,
      owner: { type: 'string' },
      force: { type: 'boolean' },
      set: { type: 'string', multiple: true },
      json: { type: 'boolean' },
    },
  });
  const { json = false, set = [], owner = OWNER_DEFAULT, force = false } = values;
  const choice: Choice = { file: oneFile('apply', positionals), owner, force, json };
  const loaded = await readDocumentOf(owner, { file: choice.file, set, json }, values, io);
  if (loaded === null) return 1;
  const secrets = secretsIn(loaded);
  if (secrets !== null) return await refuse(secrets, json, io);
  if (!(await runTests(loaded, { json, only: null, quiet: true }, io)))
    return await refuse('nothing was applied, for a test fails.', json, io);
  return await inPlace(values, (place) => applyTo(place, loaded, choice, io));
}

/** Why a document that holds secrets is refused: they would lie in the table for everybody to read. */
function secretsIn({ problems }: Loaded): string | null {
  const literal = problems.filter(({ code }) => code === 'literal-secret');
  const places = literal.map((problem) => formatProblem(problem).split(': ')[0]).join(', ');
  return literal.length === 0
    ? null
    : `nothing was applied, for secrets are written out in full at ${places}.`;
}

async function refuse(reason: string, json: boolean, io: Io): Promise<number> {
  if (json) await io.stdout(`${JSON.stringify({ type: 'refused', reason })}\n`);
  else io.stderr(`tocsin apply: ${reason}\n`);
  return 1;
}

async function applyTo(place: Connection, loaded: Loaded, choice: Choice, io: Io): Promise<number> {
  const { items } = loaded;
  const { owner, json } = choice;
  const steps = await planned(place, items, owner);
  await showSteps(steps, json, io);
  const conflicts = steps.filter(({ conflict }) => conflict !== null);
  if (conflicts.length > 0 && !choice.force) return await refuse(conflictsText(conflicts, choice), json, io);
  if (steps.length === 0) {
    await tell(json, { version: null, written: 0, deleted: 0 }, `nothing to change in ${place.name}\n`, io);
    return 0;
  }
  const about = { at: Date.now(), by: whoApplies(io.env), owner, what: `apply ${choice.file}` };
  const { version, overtaken } = await applySteps(place, steps, about);
  const made = steps.filter((step) => !overtaken.includes(step));
  const deleted = made.filter(({ after }) => after === null).length;
  const counts = { version, written: made.length - deleted, deleted };
  const text = `version ${version}: ${counts.written} written, ${deleted} deleted in ${place.name}\n`;
  await tell(json, counts, text, io);
  await warnOfOthers(place, owner, json, io);
  if (place.local === null) await warnOfBlindness(place, loaded, choice, io);
  if (overtaken.length === 0) return 0;
  io.stderr(`tocsin apply: ${overtakenText(overtaken)}\n`);
  return 1;
}

/** A rule that no subscribed log group reaches sees nothing, and nobody would notice. */
async function warnOfBlindness(
  place: Connection,
  { document }: Loaded,
  { json }: Choice,
  io: Io,
): Promise<void> {
  const rules = document.configuration.rules.filter(({ enabled }) => enabled);
  const activity = await readActivity(place.state);
  const { coverage, failure } = await coverageOf(place, rules, activity, new Progress(io, json));
  if (failure !== null) io.stderr(`tocsin apply: the subscriptions could not be looked at: ${failure}\n`);
  const blind = rules.filter(({ id }) => coverage.get(id)?.isReached === false).map(({ id }) => id);
  if (blind.length === 0) return;
  if (json) await io.stdout(`${JSON.stringify({ type: 'warning', code: 'not-subscribed', rules: blind })}\n`);
  else
    io.stderr(
      `tocsin apply: WARNING: no log group is subscribed that these rules look at: ${blind.join(', ')}. They see nothing until \`tocsin subscribe\` hands one over.\n`,
    );
}

function conflictsText(conflicts: readonly Step[], { file }: Choice): string {
  const names = conflicts.map(({ kind, id }) => `${kind} ${id}`).join(', ');
  return `nothing was applied, for other hands changed ${names}: \`tocsin pull ${file}\` takes that into the document, --force overwrites it.`;
}

async function tell(json: boolean, counts: object, text: string, io: Io): Promise<void> {
  await io.stdout(json ? `${JSON.stringify({ type: 'summary', ...counts })}\n` : text);
}

export const command: Command = {
  name: 'apply',
  summary: 'bring the rules in force to the document',
  usage: USAGE,
  run,
};
