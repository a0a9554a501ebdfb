import type { Finding, Path } from './explain.ts';
import { foreignDocument } from './foreign-document.ts';
import type { Body, ItemKind } from './items.ts';
import { byNearness, nearest } from './nearest.ts';
import type { ProblemCode } from './problems.ts';
import { keysOf } from './schema/chosen.ts';
import type { Source } from './yaml/source.ts';

/** One entry of a file, with the way back to its place there. */
export interface Entry {
  /** As people wrote it, a rule's defaults merged in. */
  body: unknown;
  source: Source;
  path: Path;
  /** Where the value of a key stands that this entry has from `defaults`. */
  inherited: ReadonlyMap<string, Source>;
}

export type Section = 'rules' | 'receivers' | 'inhibitRules' | 'timeIntervals' | 'tests';

/** All files as one document, still raw. */
export interface Merged {
  lists: Record<Section, Entry[]>;
  routes: Entry[];
  /** One for each file that has any. */
  settings: Entry[];
  defaults: Entry[];
}

export const SECTION_KINDS: Record<Exclude<Section, 'tests'>, ItemKind> = {
  rules: 'rule',
  receivers: 'receiver',
  inhibitRules: 'inhibitRule',
  timeIntervals: 'timeInterval',
};

const SECTIONS: readonly Section[] = ['rules', 'receivers', 'inhibitRules', 'timeIntervals', 'tests'];
const TOP_KEYS = ['version', 'timeZone', 'redact', 'redactSecrets', 'defaults', 'route', ...SECTIONS];
const SETTINGS_KEYS = ['timeZone', 'redact', 'redactSecrets'];

export type Report = (
  source: Source,
  finding: Finding,
  code: ProblemCode,
  severity?: 'error' | 'warning',
) => void;

const NONE: ReadonlyMap<string, Source> = new Map();

/** The document's keys; null: it is no document, which is told. */
function checkTop(source: Source, report: Report): Body | null {
  const { value } = source;
  if (value === null || value === undefined) {
    const expected = 'a map with version, rules, receivers and route';
    report(source, { path: [], message: 'the file holds nothing', expected, atKey: false }, 'value');
    return null;
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    const message = Array.isArray(value)
      ? 'is a list'
      : typeof value === 'string'
        ? 'is a text'
        : `is ${value}`;
    report(
      source,
      { path: [], message, expected: 'a map with version, rules, receivers and route', atKey: false },
      'value',
    );
    return null;
  }
  const foreign = foreignDocument(value as Body);
  if (foreign !== null) {
    report(source, foreign, 'value');
    return null;
  }
  for (const key of Object.keys(value).filter((name) => !TOP_KEYS.includes(name) && !name.startsWith('x-'))) {
    const near = nearest(key, TOP_KEYS);
    const expected =
      near ?? `one of ${byNearness(key, TOP_KEYS).join(', ')}, or x-… for what is to be ignored`;
    const finding: Finding = { path: [key], message: 'unknown key', expected, atKey: true };
    report(source, near === null ? finding : { ...finding, suggestion: near }, 'value');
  }
  const version = (value as Body).version;
  if (version !== undefined && version !== 1 && version !== '1') {
    report(
      source,
      { path: ['version'], message: `is ${JSON.stringify(version)}`, expected: '1', atKey: false },
      'value',
    );
  }
  return value as Body;
}

function entriesOf(source: Source, section: Section, value: unknown, report: Report): Entry[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) {
    const message = typeof value === 'object' ? 'is a map' : 'is a text';
    const expected = 'a list: - before each entry';
    report(source, { path: [section], message, expected, atKey: false }, 'value');
    return [];
  }
  return value.map((body, index) => ({ body, source, path: [section, index], inherited: NONE }));
}

/** Whether what ought to be a list is one. */
export function hasLists({ value }: Source): boolean {
  const body = (value ?? {}) as Body;
  return SECTIONS.every((section) => Array.isArray(body[section] ?? []));
}

function singleOf(source: Source, key: string, body: unknown): Entry[] {
  return body === undefined || body === null ? [] : [{ body, source, path: [key], inherited: NONE }];
}

/** Puts the files' parts together, each entry knowing where it stands. Unknown top-level keys are reported. */
export function mergeSources(sources: readonly Source[], report: Report): Merged {
  const merged: Merged = {
    lists: { rules: [], receivers: [], inhibitRules: [], timeIntervals: [], tests: [] },
    routes: [],
    settings: [],
    defaults: [],
  };
  const bodies = sources.flatMap((source) => {
    const body = checkTop(source, report);
    return body === null ? [] : [{ source, body }];
  });
  for (const { source, body } of bodies) {
    for (const section of SECTIONS)
      merged.lists[section].push(...entriesOf(source, section, body[section], report));
    merged.routes.push(...singleOf(source, 'route', body.route));
    merged.defaults.push(...singleOf(source, 'defaults', body.defaults));
    const settings = Object.fromEntries(
      SETTINGS_KEYS.filter((key) => key in body).map((key) => [key, body[key]]),
    );
    if (Object.keys(settings).length > 0)
      merged.settings.push({ body: settings, source, path: [], inherited: NONE });
  }
  const first = bodies[0];
  if (first !== undefined && bodies.every(({ body }) => body.version === undefined)) {
    report(first.source, { path: ['version'], message: 'is missing', expected: '1', atKey: false }, 'value');
  }
  return merged;
}

/** A rule with the defaults under its own keys; `labels` and `annotations` are merged name by name. */
export function withDefaults(entry: Entry, defaults: Body, origins: ReadonlyMap<string, Source>): Entry {
  if (typeof entry.body !== 'object' || entry.body === null || Array.isArray(entry.body)) return entry;
  const own = entry.body as Body;
  const body: Body = { ...defaults, ...own };
  for (const key of ['labels', 'annotations']) {
    if (keysOf(own[key]).length > 0 && keysOf(defaults[key]).length > 0) {
      body[key] = { ...(defaults[key] as Body), ...(own[key] as Body) };
    }
  }
  const inherited = new Map([...origins].filter(([key]) => !Object.hasOwn(own, key)));
  return { ...entry, body, inherited };
}
