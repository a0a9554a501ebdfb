import type { Unavailable } from './availability.ts';
import type { TextChecks } from './checks.ts';
import { crossReferences, type KnownNames, type ParsedItem } from './cross-references.ts';
import { doubtsAbout, type RuleKnowledge } from './doubtful.ts';
import { judge } from './explain.ts';
import { ID_KEYS } from './item-ids.ts';
import { createItemJudge, type ItemJudge } from './item-judge.ts';
import { type Body, emptyConfiguration, place, type RawItem, toItems } from './items.ts';
import { givenLabels, misspeltLabels } from './label-references.ts';
import { type LocatedTest, loadTests } from './load-tests.ts';
import { type Entry, hasLists, type Merged, mergeSources, SECTION_KINDS, withDefaults } from './merge.ts';
import type { Configuration } from './model.ts';
import { inOrder, type Problem } from './problems.ts';
import { Reporter } from './reporter.ts';
import { createDefaultsSchema, type ItemKind } from './schema/document-schema.ts';
import { type ChannelSchemas, literalSecretsOf } from './schema/receiver-schema.ts';
import type { RuleTest } from './schema/test-schema.ts';
import { readSource, type Source, type SourceText } from './yaml/source.ts';
import type { Variables } from './yaml/variables.ts';

export interface LoadOptions extends TextChecks, RuleKnowledge {
  channels: ChannelSchemas;
  /** What `${NAME}` is filled with; a name that is missing here is a problem. */
  variables?: Variables;
  /** What parses and does not work yet; default: this version's list. */
  unavailable?: readonly Unavailable[];
  /** What stands elsewhere, of other documents, and may be referred to; default: nothing. */
  beside?: Beside | undefined;
}

/** Names that other documents define, and whether one of them holds the route tree. */
export interface Beside {
  receivers: readonly string[];
  timeIntervals: readonly string[];
  hasRoute: boolean;
}

const NOTHING_BESIDE: Beside = { receivers: [], timeIntervals: [], hasRoute: false };

/** A document as it was understood; to be relied on where no problem is an error. */
export interface Loaded {
  /** What is sound. A test's `file` is relative to what the document's own file name is relative to. */
  document: { configuration: Configuration; tests: RuleTest[] };
  /** Every part as it was written, `${}` filled, defaults merged into the rules: for the config table. */
  items: RawItem[];
  /** The document's tests, with their places. */
  tests: LocatedTest[];
  /** In the order of the files and their text. */
  problems: Problem[];
}

const isBody = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The defaults that are sound, and the file that each stands in. */
function soundDefaults(merged: Merged, options: LoadOptions, reporter: Reporter) {
  const defaults: Body = {};
  const origins = new Map<string, Source>();
  const schema = createDefaultsSchema(options);
  for (const entry of merged.defaults) {
    const judged = judge<unknown>(schema, entry.body);
    const findings = judged.ok ? [] : judged.findings;
    for (const finding of findings) reporter.add(entry, finding, 'value');
    const broken = new Set(findings.map(({ path }) => path[0]));
    for (const [key, value] of Object.entries(isBody(entry.body) ? entry.body : {})) {
      if (origins.has(key)) {
        const message = 'stands in the defaults of two files';
        reporter.add(entry, { path: [key], message, expected: 'it once', atKey: true }, 'duplicate');
      }
      if (broken.has(key)) continue;
      defaults[key] = value;
      origins.set(key, entry.source);
    }
  }
  return { defaults, origins };
}

/** Settings that files may not disagree on, and what is expected. */
const SINGLE_SETTINGS = { timeZone: 'one zone', redactSecrets: 'one answer' } as const;

/** The settings of all files as one: `redact` adds up, all else may be said once. */
function joinedSettings(entries: readonly Entry[], reporter: Reporter): Body {
  const joined: Body = {};
  for (const entry of entries) {
    const body = entry.body as Body;
    const { redact } = body;
    for (const [key, expected] of Object.entries(SINGLE_SETTINGS)) {
      if (body[key] === undefined) continue;
      if (joined[key] !== undefined && joined[key] !== body[key]) {
        const message = 'differs from that of another file';
        reporter.add(entry, { path: [key], message, expected, atKey: false }, 'duplicate');
      }
      joined[key] = body[key];
    }
    if (Array.isArray(redact))
      joined.redact = [...((joined.redact as unknown[] | undefined) ?? []), ...redact];
  }
  return joined;
}

interface JudgedItem {
  entry: Entry;
  item: ParsedItem;
}

interface NamedEntry {
  kind: ItemKind;
  id: string;
  entry: Entry;
}

function withIds(kind: ItemKind, entries: readonly Entry[]): NamedEntry[] {
  const key = ID_KEYS[kind];
  return entries.map((entry) => {
    const id: unknown = key === undefined || !isBody(entry.body) ? '' : entry.body[key];
    return { kind, id: typeof id === 'string' ? id : '', entry };
  });
}

function isNamed({ kind, id }: NamedEntry): boolean {
  return ID_KEYS[kind] === undefined || id !== '';
}

/** Ids are unique across all files, and there is one route tree. */
function reportDuplicates(entries: readonly NamedEntry[], reporter: Reporter): void {
  const first = new Map<string, Entry>();
  for (const { kind, id, entry } of entries) {
    const key = ID_KEYS[kind];
    const name = `${kind} ${id}`;
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, entry);
    if (earlier === undefined || kind === 'settings' || (key !== undefined && id === '')) continue;
    const { line } = earlier.source.problem({ path: earlier.path, message: '', atKey: false }, 'duplicate');
    const taken = `stands at ${earlier.source.file}:${line} already`;
    const message = key === undefined ? `a route tree ${taken}` : `"${id}" ${taken}`;
    const expected = key === undefined ? 'one route tree' : `another ${key}`;
    reporter.add(
      entry,
      { path: key === undefined ? [] : [key], message, expected, atKey: false },
      'duplicate',
    );
  }
}

function judgeAll(
  entries: readonly NamedEntry[],
  judgeItem: ItemJudge,
  names: KnownNames | null,
  reporter: Reporter,
): { configuration: Configuration; judged: JudgedItem[] } {
  const configuration = emptyConfiguration();
  const sound: JudgedItem[] = [];
  for (const { kind, id, entry } of entries) {
    const judged = judgeItem(kind, entry.body);
    if (!judged.ok) {
      for (const finding of judged.findings) reporter.add(entry, finding, 'value');
      continue;
    }
    const item = { kind, id, value: judged.value } as ParsedItem;
    sound.push({ entry, item });
    if (kind !== 'settings') place(configuration, item);
    for (const finding of names === null ? [] : crossReferences(item, names))
      reporter.add(entry, finding, 'reference');
  }
  return { configuration, judged: sound };
}

/** Where a rule is not understood, or a file is not read, nobody knows which labels there are. */
function reportMisspeltLabels(
  { lists }: Merged,
  { rules }: Configuration,
  judged: readonly JudgedItem[],
  reporter: Reporter,
): void {
  if (rules.length < lists.rules.length) return;
  const given = givenLabels(rules);
  for (const { entry, item } of judged)
    for (const finding of misspeltLabels(item, given)) reporter.add(entry, finding, 'reference', 'warning');
}

function reportLiteralSecrets(
  receivers: readonly Entry[],
  channels: ChannelSchemas,
  reporter: Reporter,
): void {
  for (const entry of receivers) {
    for (const path of literalSecretsOf(channels, entry.body)) {
      const message = 'a secret is written out in full; apply refuses it';
      const finding = { path, message, expected: 'secret:NAME or secret:NAME#key', atKey: false };
      reporter.add(entry, finding, 'literal-secret', 'warning');
    }
  }
}

function reportUnrouted(merged: Merged, configuration: Configuration, reporter: Reporter): void {
  const index = configuration.rules.findIndex(
    ({ action, receiver }) => action === 'notify' && receiver === null,
  );
  const entry = merged.lists.rules.find(
    ({ body }) => isBody(body) && body.id === configuration.rules[index]?.id,
  );
  if (merged.routes.length > 0 || entry === undefined) return;
  const message = 'its alerts reach nobody, for there is no route';
  const finding = { path: [], message, expected: 'route: { receiver: … }', atKey: false };
  reporter.add(entry, finding, 'routing', 'warning');
}

/** Times without a location are UTC's, whatever zone the document's messages are in. */
function reportZoneless({ lists }: Merged, timeZone: string, reporter: Reporter): void {
  if (timeZone === 'UTC') return;
  for (const entry of lists.timeIntervals) {
    const specs = isBody(entry.body) ? entry.body.timeIntervals : null;
    for (const [index, spec] of (Array.isArray(specs) ? specs : []).entries()) {
      if (!isBody(spec) || spec.location !== undefined) continue;
      const message = `has no location: its days and hours are those of UTC, not of ${timeZone}`;
      const finding = { path: ['timeIntervals', index], message, expected: `location: ${timeZone}` };
      reporter.add(entry, { ...finding, atKey: false }, 'value', 'warning');
    }
  }
}

function reportDoubtful(
  { lists }: Merged,
  { rules, settings }: Configuration,
  knowledge: RuleKnowledge,
  reporter: Reporter,
): void {
  const entries = new Map(
    lists.rules.map((entry) => [isBody(entry.body) ? entry.body.id : undefined, entry]),
  );
  for (const rule of rules) {
    const entry = entries.get(rule.id);
    if (entry === undefined) continue;
    for (const { finding, code } of doubtsAbout(rule, settings, knowledge))
      reporter.add(entry, finding, code, 'warning');
  }
}

function bodiesOf(entries: readonly Entry[]): Body[] {
  return entries.map(({ body }) => body).filter(isBody);
}

/**
 * Reads the files of one document and judges every part of it. Throws nothing: whatever is wrong is a problem with
 * its place, and what is wrong with one part hides nothing of the others.
 */
export function load(files: readonly SourceText[], options: LoadOptions): Loaded {
  const sources = files.map((file) => readSource(file, options.variables ?? {}));
  const reporter = new Reporter(sources.flatMap(({ problems }) => problems));
  const readable = sources.filter((source) => source.readable);
  const root = (source: Source): Entry => ({ body: source.value, source, path: [], inherited: new Map() });
  const merged = mergeSources(readable, (source, finding, code) => reporter.add(root(source), finding, code));
  const { defaults, origins } = soundDefaults(merged, options, reporter);
  merged.lists.rules = merged.lists.rules.map((entry) => withDefaults(entry, defaults, origins));

  const entries: NamedEntry[] = [
    ...withIds('settings', merged.settings),
    ...Object.entries(SECTION_KINDS).flatMap(([section, kind]) =>
      withIds(kind, merged.lists[section as keyof typeof SECTION_KINDS]),
    ),
    ...withIds('route', merged.routes),
  ];
  reportDuplicates(entries, reporter);
  const idsOf = (kind: ItemKind) =>
    entries.filter((entry) => entry.kind === kind && entry.id !== '').map(({ id }) => id);
  // What an unreadable file or a nameless entry defines is unknown: then nothing can be said to be missing.
  const { beside = NOTHING_BESIDE } = options;
  const names: KnownNames | null =
    readable.length === sources.length && entries.every(isNamed) && readable.every(hasLists)
      ? {
          rules: idsOf('rule'),
          receivers: [...idsOf('receiver'), ...beside.receivers],
          timeIntervals: [...idsOf('timeInterval'), ...beside.timeIntervals],
        }
      : null;
  const judgeItem = createItemJudge(options.channels, options, options.unavailable);
  const { configuration, judged } = judgeAll(entries, judgeItem, names, reporter);
  const tests = loadTests(merged.lists.tests, names, reporter);
  reportLiteralSecrets(merged.lists.receivers, options.channels, reporter);
  if (names !== null) reportMisspeltLabels(merged, configuration, judged, reporter);
  if (names !== null && !beside.hasRoute) reportUnrouted(merged, configuration, reporter);

  const settings = joinedSettings(merged.settings, reporter);
  const judgedSettings = judgeItem('settings', settings);
  if (judgedSettings.ok) configuration.settings = judgedSettings.value;
  reportDoubtful(merged, configuration, options, reporter);
  reportZoneless(merged, configuration.settings.timeZone, reporter);
  const route = bodiesOf(merged.routes)[0] ?? null;
  const { rules, receivers, inhibitRules, timeIntervals } = merged.lists;
  const items = toItems({
    settings,
    rules: bodiesOf(rules),
    receivers: bodiesOf(receivers),
    route,
    inhibitRules: bodiesOf(inhibitRules),
    timeIntervals: bodiesOf(timeIntervals),
  });
  const order = sources.map(({ file }) => file);
  return {
    document: { configuration, tests: tests.map(({ test }) => test) },
    items,
    tests,
    problems: inOrder(reporter.problems, order),
  };
}
