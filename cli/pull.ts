import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { digest } from '../shared/alerts/identity.ts';
import {
  beginVersion,
  type Change,
  endVersion,
  everApplied,
  readHistory,
} from '../shared/applied/history.ts';
import {
  adoptItem,
  isEdited,
  nameOf,
  OWNER_DEFAULT,
  readStanding,
  type Standing,
} from '../shared/applied/standing.ts';
import { channelSchemas } from '../shared/channels/registry.ts';
import { createItemReader, type RawItem } from '../shared/config/items.ts';
import type { Loaded } from '../shared/config/load.ts';
import type { SourceText } from '../shared/config/yaml/source.ts';
import type { Variables } from '../shared/config/yaml/variables.ts';
import { checkPattern, checkRegex } from '../shared/match/program.ts';
import { readDocumentOf } from './apply/beside.ts';
import { showSteps } from './apply/planned.ts';
import { assignments, documentFiles, judgeFiles, oneFile } from './document.ts';
import { type Connection, inPlace, PLACE_OPTIONS, PLACE_USAGE } from './place/connection.ts';
import { whoApplies } from './place/who.ts';
import { mergeFiles } from './pull/merge-files.ts';
import { troubleOf } from './terminal/file-failure.ts';
import type { Command, Io } from './terminal/io.ts';
import { UsageError } from './terminal/usage-error.ts';

const USAGE = `tocsin pull FILE [--local URL | --stack NAME] [--owner NAME] [--set NAME=VALUE]… [--json]

Takes what stands in the config table into the document: items that somebody edited or made by hand, and those that were
deleted there. Only what differs is rewritten; comments, tests and \${NAME} stay. A FILE that does not exist is written
anew. After it, tocsin apply no longer refuses because of these edits.

${PLACE_USAGE}
  --owner NAME         whose items the document holds (default: ${OWNER_DEFAULT}); those of nobody come along
  --set NAME=VALUE     fills \${NAME} in the document
  --json               a line of JSON for each item that was taken, then a summary

Exit code: 0 the document is what stands, 1 something could not be taken, 2 wrong usage, 3 the place cannot be reached.

Examples:
  tocsin pull tocsin.yaml
  tocsin pull rules/ --owner payments --stack Tocsin
`;

interface Choice {
  file: string;
  owner: string;
  json: boolean;
  variables: Variables;
}

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
  const file = oneFile('pull', positionals);
  const isNew = /\.ya?ml$/i.test(file) && !/[*?{]/.test(file) && !existsSync(resolve(io.cwd, file));
  const files = isNew ? [{ file, text: 'version: 1\n' }] : documentFiles(file, io.cwd);
  const variables = { ...io.env, ...assignments(set) };
  const loaded = isNew
    ? judgeFiles(files, variables)
    : await readDocumentOf(owner, { file, set, json }, values, io);
  if (loaded === null) return 1;
  return await inPlace(values, (place) =>
    pullFrom(place, files, loaded, { file, owner, json, variables }, io),
  );
}

async function pullFrom(
  place: Connection,
  files: readonly SourceText[],
  loaded: Loaded,
  choice: Choice,
  io: Io,
): Promise<number> {
  const [all, history] = await Promise.all([readStanding(place.config), readHistory(place.state)]);
  const standing = all.filter(({ owner }) => owner === null || owner === choice.owner);
  const { sound, broken } = parted(standing);
  const gone = goneIn(loaded.items, all, everApplied(history));
  const wanted = [...changesTo(sound, loaded.items), ...gone];
  const { changes, merged, untaken } = merge(files, wanted, choice.variables);
  for (const [index, { file, text }] of merged.entries()) {
    const path = resolve(io.cwd, file);
    if (text !== files[index]?.text || !existsSync(path)) writeWhole(path, text);
  }
  await note(place, sound, untaken, changes, choice, io);
  await showSteps(
    changes.map((change) => ({ ...change, conflict: null })),
    choice.json,
    io,
  );
  const reasons = [...broken, ...untaken.map(untakenText)];
  await tell(reasons, changes.length, choice, io);
  return reasons.length === 0 ? 0 : 1;
}

/** The files with the changes made, as far as a document can express them. */
function merge(files: readonly SourceText[], wanted: readonly Change[], variables: Variables) {
  const untaken = notExpressed(wanted, judgeFiles(mergeFiles(files, wanted), variables));
  const changes = wanted.filter((change) => !untaken.includes(change));
  return { changes, untaken, merged: mergeFiles(files, changes) };
}

/** Items that this version understands, and what is wrong with the others. */
function parted(standing: readonly Standing[]): { sound: Standing[]; broken: string[] } {
  const reader = createItemReader(channelSchemas, { checkPattern, checkRegex });
  const sound: Standing[] = [];
  const broken: string[] = [];
  for (const item of standing) {
    const [problem] = reader.validate(item);
    if (problem === undefined) sound.push(item);
    else
      broken.push(`${item.kind} ${item.id} is broken where it stands: ${problem.path}: ${problem.message}`);
  }
  return { sound, broken };
}

/** Items that differ from the document's, with what the document means now. */
function changesTo(standing: readonly Standing[], items: readonly RawItem[]): Change[] {
  const known = new Map(items.map((item) => [nameOf(item), item.body]));
  return standing
    .map(({ kind, id, body }) => ({ kind, id, before: known.get(nameOf({ kind, id })) ?? null, after: body }))
    .filter(({ before, after }) => digest(before ?? {}) !== digest(after));
}

/** What the document holds, was applied once, and no longer stands. What was never applied is new and stays. */
function goneIn(
  items: readonly RawItem[],
  standing: readonly Standing[],
  applied: ReadonlySet<string>,
): Change[] {
  const names = new Set(standing.map(nameOf));
  return items
    .filter((item) => !names.has(nameOf(item)) && applied.has(nameOf(item)))
    .map(({ kind, id, body }) => ({ kind, id, before: body, after: null }));
}

function notExpressed(changes: readonly Change[], merged: Loaded): Change[] {
  const bodies = new Map(merged.items.map((item) => [nameOf(item), item.body]));
  return changes.filter((change) => digest(bodies.get(nameOf(change)) ?? null) !== digest(change.after));
}

function untakenText({ kind, id }: Change): string {
  return `${kind} ${id} was not taken, for the document cannot say what stands: its \`defaults\` give it more.`;
}

function writeWhole(path: string, text: string): void {
  const beside = `${path}.tocsin-new`;
  try {
    writeFileSync(beside, text);
    renameSync(beside, path);
  } catch (error) {
    throw new UsageError(`${path} cannot be written: ${troubleOf(error)}.`, { cause: error });
  }
}

/** Edits by hand are known now, and part of the history. */
async function note(
  place: Connection,
  standing: readonly Standing[],
  untaken: readonly Change[],
  changes: readonly Change[],
  { file, owner }: Choice,
  io: Io,
): Promise<void> {
  const left = new Set(untaken.map(nameOf));
  const edited = standing.filter(
    (item) => (item.owner === null || isEdited(item)) && !left.has(nameOf(item)),
  );
  for (const item of edited) await adoptItem(place.config, item, owner);
  const known = new Set(edited.map(nameOf));
  const news = changes.filter((change) => change.after === null || known.has(nameOf(change)));
  if (news.length === 0) return;
  const about = { at: Date.now(), by: whoApplies(io.env), owner, what: `pull ${file}` };
  await endVersion(
    place.state,
    await beginVersion(
      place.state,
      about,
      news.map((change) => ({ ...change, conflict: null })),
    ),
  );
}

async function tell(untaken: string[], taken: number, { file, json }: Choice, io: Io): Promise<void> {
  if (json) {
    for (const reason of untaken) await io.stdout(`${JSON.stringify({ type: 'refused', reason })}\n`);
    await io.stdout(`${JSON.stringify({ type: 'summary', taken })}\n`);
    return;
  }
  for (const reason of untaken) io.stderr(`tocsin pull: ${reason}\n`);
  if (taken > 0) await io.stdout(`${file}: ${taken} taken\n`);
  else if (untaken.length === 0) await io.stdout(`${file} is what stands\n`);
}

export const command: Command = {
  name: 'pull',
  summary: 'take edits in the config table into the document',
  usage: USAGE,
  run,
};
