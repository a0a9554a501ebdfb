import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Document, parse } from 'yaml';
import type { Body } from '../shared/config/items.ts';
import type { SourceText } from '../shared/config/yaml/source.ts';
import { escapeVariables } from '../shared/config/yaml/variables.ts';
import { oneLine } from '../shared/text/plain.ts';
import { documentFiles, judgeFiles } from './document.ts';
import { translateAlertmanager } from './import/alertmanager.ts';
import { translateElastAlert } from './import/elastalert.ts';
import { isBody, type Note, type Translation } from './import/translation.ts';
import type { Command, Io } from './terminal/io.ts';
import { UsageError } from './terminal/usage-error.ts';

const USAGE = `tocsin import alertmanager|elastalert FILE [--out FILE] [--json]

Translates a configuration of Alertmanager (routes, receivers, inhibition, time intervals), or rules of ElastAlert, into
a document, and says what it could not: each in a comment at the top, and on standard error. FILE may be a folder or a
glob of rules. Secrets do not come along: references stand in their place.

  --out FILE   writes the document there, unless FILE exists; default: standard output
  --json       a line of JSON for each note, then one with the document

Exit code: 0 translated, with or without notes; 1 FILE is no such configuration, or the result needs a hand before it
passes check; 2 wrong usage.

Examples:
  tocsin import alertmanager alertmanager.yml --out tocsin.yaml
  tocsin import elastalert rules/ > tocsin.yaml
`;

type Origin = 'alertmanager' | 'elastalert';

async function run(argv: string[], io: Io): Promise<number> {
  const options = { out: { type: 'string' }, json: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options });
  const [from, file, ...others] = positionals;
  if ((from !== 'alertmanager' && from !== 'elastalert') || file === undefined || others.length > 0)
    throw new UsageError('import takes alertmanager or elastalert, and one FILE.');
  const { out, json = false } = values;
  if (out !== undefined && existsSync(resolve(io.cwd, out))) {
    io.stderr(`tocsin import: ${out} exists already.\n`);
    return 1;
  }
  const sources = documentFiles(file, io.cwd).map(parsed);
  const wrong = whyNot(from, sources);
  if (wrong !== null) {
    io.stderr(`tocsin import: ${wrong}\n`);
    return 1;
  }
  const translation = translate(from, sources as { file: string; source: Body }[]);
  const { text, isValid } = finished(translation);
  if (out !== undefined) writeFileSync(resolve(io.cwd, out), text);
  await tell(translation, text, { out, json }, io);
  return isValid ? 0 : 1;
}

interface Parsed {
  file: string;
  /** null: no YAML map. */
  source: Body | null;
}

/** ElastAlert's and Alertmanager's own tags mean nothing here; a file that is no map has no source. */
function parsed({ file, text }: SourceText): Parsed {
  try {
    const source: unknown = parse(text, { logLevel: 'silent' });
    return { file, source: isBody(source) ? source : null };
  } catch {
    // Not YAML: said by who asked.
    return { file, source: null };
  }
}

const EXPECTED: Record<Origin, { anyOf: readonly string[]; words: string }> = {
  alertmanager: { anyOf: ['route', 'receivers'], words: 'route and receivers were' },
  elastalert: { anyOf: ['type'], words: 'a rule with a type was' },
};

/** Why the files cannot be what they are said to be; null: they may be. Beside rules a folder may hold other maps. */
function whyNot(from: Origin, sources: readonly Parsed[]): string | null {
  const { anyOf, words } = EXPECTED[from];
  const broken = sources.find(({ source }) => source === null);
  if (broken !== undefined) return `${broken.file} is no configuration of ${from}: a YAML map was expected.`;
  const isOne = ({ source }: Parsed) => anyOf.some((key) => source !== null && Object.hasOwn(source, key));
  if (sources.some(isOne)) return null;
  return `${sources.map(({ file }) => file).join(', ')}: no configuration of ${from}, ${words} expected.`;
}

function translate(from: Origin, sources: { file: string; source: Body }[]): Translation {
  if (from === 'elastalert') return translateElastAlert(sources);
  const [first] = sources;
  if (first === undefined || sources.length > 1)
    throw new UsageError('Alertmanager has one configuration file: one FILE was expected.');
  return translateAlertmanager(first.source);
}

/** The document with its notes; what check would say of it is a note too. */
function finished(translation: Translation): { text: string; isValid: boolean } {
  const { problems } = judgeFiles([{ file: '', text: documentText(translation) }], {});
  const errors = problems.filter(({ severity }) => severity === 'error');
  for (const { path, message, expected } of errors) {
    const sentence = expected === undefined ? message : `${message}, expected ${expected}`;
    translation.notes.push({ path: `in the document, ${path}`, message: sentence });
  }
  return { text: documentText(translation), isValid: errors.length === 0 };
}

function documentText({ document, notes }: Translation): string {
  const written = new Document(document, { aliasDuplicateObjects: false });
  if (notes.length > 0)
    written.commentBefore = [' To finish by hand:', ...notes.map((note) => `   ${noteText(note)}`)].join(
      '\n',
    );
  return escapeVariables(written.toString({ lineWidth: 0 }));
}

function noteText({ path, message }: Note): string {
  return oneLine(`${path}: ${message}`);
}

async function tell(
  { document, notes }: Translation,
  text: string,
  { out, json }: { out: string | undefined; json: boolean },
  io: Io,
): Promise<void> {
  if (json) {
    for (const note of notes) await io.stdout(`${JSON.stringify({ type: 'note', ...note })}\n`);
    await io.stdout(`${JSON.stringify({ type: 'summary', notes: notes.length, document })}\n`);
    return;
  }
  for (const note of notes) io.stderr(`${noteText(note)}\n`);
  if (out === undefined) await io.stdout(text);
  else await io.stdout(`${out}: translated, ${notes.length} notes. Next: tocsin check ${out}\n`);
}

export const command: Command = {
  name: 'import',
  summary: 'translate from Alertmanager or ElastAlert',
  usage: USAGE,
  run,
};
