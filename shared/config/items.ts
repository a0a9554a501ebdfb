import type { Unavailable } from './availability.ts';
import type { TextChecks } from './checks.ts';
import { crossReferences, type ParsedItem } from './cross-references.ts';
import { type Finding, formatPath, type Path } from './explain.ts';
import { ID_KEYS } from './item-ids.ts';
import { createItemJudge } from './item-judge.ts';
import type { Configuration } from './model.ts';
import type { ItemKind, ItemValues } from './schema/document-schema.ts';
import type { ChannelSchemas } from './schema/receiver-schema.ts';

export type { ItemKind } from './schema/document-schema.ts';

/** A raw native object with the names of the contract. */
export type Body = Record<string, unknown>;

/** The document's parts as they stand in the files: `${}` filled, defaults merged into the rules, nothing parsed. */
export interface RawDocument {
  settings: Body;
  rules: Body[];
  receivers: Body[];
  route: Body | null;
  inhibitRules: Body[];
  timeIntervals: Body[];
}

/**
 * One entry of the config table. The id is the rule's id, the name of a receiver, inhibit rule or time interval,
 * `root` for the route tree, `document` for the settings; the body holds it too where the format has it.
 */
export interface RawItem {
  kind: ItemKind;
  id: string;
  body: Body;
}

const ROUTE_ID = 'root';
const SETTINGS_ID = 'document';

/** What is wrong with one item. `path` is for people (`when.count`), `steps` the same for programs. */
interface ItemProblem {
  path: string;
  steps: Path;
  /** What is wrong, and what was expected. */
  message: string;
  expected?: string;
  suggestion?: string;
  atKey: boolean;
}

type ItemResult<Kind extends ItemKind> =
  | { ok: true; value: ItemValues[Kind] }
  | { ok: false; problems: ItemProblem[] };

export interface ItemReader {
  /** Judges one raw body, as somebody may have edited it by hand. Throws nothing. */
  parseItem<Kind extends ItemKind>(kind: Kind, body: unknown): ItemResult<Kind>;
  /** What is wrong with an item, its id included; empty: nothing. */
  validate(item: RawItem): ItemProblem[];
  /**
   * The configuration that the items make; a body of null has no good version and is passed over. Broken items are
   * left out; items that refer to what is not there stay in, for a missing receiver is no reason to stop counting.
   * Both are reported.
   */
  assemble(items: readonly StoredItem[]): { configuration: Configuration; problems: NamedProblem[] };
}

/** `revision`: of a rule (`Rule.revision`). */
type StoredItem = Omit<RawItem, 'body'> & { body: Body | null; revision?: number };
type NamedProblem = ItemProblem & { kind: ItemKind; id: string };

function named(kind: ItemKind, bodies: readonly Body[]): RawItem[] {
  return bodies.map((body) => ({ kind, id: String(body[ID_KEYS[kind] ?? ''] ?? ''), body }));
}

/** The document as items of the config table, in the document's order. */
export function toItems(document: RawDocument): RawItem[] {
  return [
    { kind: 'settings', id: SETTINGS_ID, body: document.settings },
    ...named('rule', document.rules),
    ...named('receiver', document.receivers),
    ...(document.route === null ? [] : [{ kind: 'route', id: ROUTE_ID, body: document.route } as const]),
    ...named('inhibitRule', document.inhibitRules),
    ...named('timeInterval', document.timeIntervals),
  ];
}

/** A finding with its path and sentence for people. */
function toItemProblem({ path, message, ...rest }: Finding): ItemProblem {
  const sentence = rest.expected === undefined ? message : `${message}, expected ${rest.expected}`;
  return { ...rest, path: formatPath(path), steps: path, message: sentence };
}

/** A configuration of nothing. */
export function emptyConfiguration(): Configuration {
  return {
    settings: { timeZone: 'UTC', redact: [] },
    rules: [],
    receivers: [],
    route: null,
    inhibitRules: [],
    timeIntervals: [],
  };
}

/** Puts a parsed item where it belongs. */
export function place(configuration: Configuration, item: ParsedItem): void {
  switch (item.kind) {
    case 'rule':
      configuration.rules.push(item.value);
      break;
    case 'receiver':
      configuration.receivers.push(item.value);
      break;
    case 'route':
      configuration.route = item.value;
      break;
    case 'inhibitRule':
      configuration.inhibitRules.push(item.value);
      break;
    case 'timeInterval':
      configuration.timeIntervals.push(item.value);
      break;
    case 'settings':
      configuration.settings = item.value;
  }
}

function wrongId(kind: ItemKind, id: string, body: Body): Finding[] {
  const key = ID_KEYS[kind];
  if (key === undefined || body[key] === undefined || body[key] === id) return [];
  return [{ path: [key], message: 'differs from the key of its item', expected: id, atKey: false }];
}

/** Reads items by this version's schemas, and by the languages that `checks` brings. */
export function createItemReader(
  channels: ChannelSchemas,
  checks: TextChecks = {},
  unavailable?: readonly Unavailable[],
): ItemReader {
  const judgeItem = createItemJudge(channels, checks, unavailable);

  function parseItem<Kind extends ItemKind>(kind: Kind, body: unknown): ItemResult<Kind> {
    const judged = judgeItem(kind, body);
    return judged.ok ? judged : { ok: false, problems: judged.findings.map(toItemProblem) };
  }

  function validate({ kind, id, body }: RawItem): ItemProblem[] {
    const result = parseItem(kind, body);
    return [...(result.ok ? [] : result.problems), ...wrongId(kind, id, body).map(toItemProblem)];
  }

  function assemble(items: readonly StoredItem[]) {
    const idsOf = (kind: ItemKind) => items.filter((item) => item.kind === kind).map(({ id }) => id);
    const names = {
      rules: idsOf('rule'),
      receivers: idsOf('receiver'),
      timeIntervals: idsOf('timeInterval'),
    };
    const configuration = emptyConfiguration();
    const problems = items.flatMap(({ kind, id, body, revision }): NamedProblem[] => {
      if (body === null) return [];
      const result = parseItem(kind, body);
      if (!result.ok) return result.problems.map((problem) => ({ ...problem, kind, id }));
      const revised = kind === 'rule' && revision !== undefined ? { revision } : {};
      const item = { kind, id, value: { ...result.value, ...revised } } as ParsedItem;
      place(configuration, item);
      return crossReferences(item, names).map((finding) => ({ ...toItemProblem(finding), kind, id }));
    });
    return { configuration, problems };
  }

  return { parseItem, validate, assemble };
}
