import type { z } from 'zod';
import { byNearness, meantKey, nearest } from './nearest.ts';
import { flowList } from './yaml/flow-list.ts';

export type Path = (string | number)[];

/** One thing that is wrong with a raw value, at a path inside it. */
export interface Finding {
  path: Path;
  message: string;
  expected?: string;
  /** What was probably meant. */
  suggestion?: string;
  code?: 'unavailable';
  /** The fault lies in the key itself, not in its value. */
  atKey: boolean;
}

/** The message of a key that is not there. */
export const MISSING = 'is missing';
const UNSAID = 'something else';

const TYPES: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
  array: 'a list',
};

const FORMATS: Record<string, string> = { email: 'an e-mail address', url: 'a URL' };

function listOf(words: readonly unknown[]): string {
  const texts = words.map(String);
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;
}

function sized(issue: { origin: string }, bound: string, limit: number | bigint): string {
  if (issue.origin === 'string')
    return limit === 1 && bound === 'at least' ? 'a text' : `a text of ${bound} ${limit} characters`;
  if (issue.origin === 'array') return `${bound} ${limit} ${Number(limit) === 1 ? 'entry' : 'entries'}`;
  return `${bound} ${limit}`;
}

/**
 * zod's error map, given to every parse: the text it returns says only what was *expected*. A schema's own `error`
 * outranks it and follows the same rule; issues of code `custom` say what is wrong, and `params.expected` the rest.
 */
const expectedOf: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return listOf(issue.values);
    case 'unrecognized_keys':
      return Object.keys((issue.inst as unknown as { shape?: object } | undefined)?.shape ?? {}).join(' ');
    case 'too_small':
      return sized(issue, 'at least', issue.minimum);
    case 'too_big':
      return sized(issue, 'at most', issue.maximum);
    case 'invalid_format':
      return FORMATS[issue.format] ?? 'another form';
    default:
      return UNSAID;
  }
};

/** Names a value without showing it whole: it may be long, or a secret. */
function kindOf(input: unknown): string {
  if (input === null || input === undefined) return 'is empty';
  if (Array.isArray(input)) return 'is a list';
  if (typeof input === 'object') return 'is a map';
  return typeof input === 'string' ? 'is a text' : `is ${String(input)}`;
}

function wrongOf(issue: z.core.$ZodIssue): string {
  const { input } = issue;
  if (input === undefined && issue.code !== 'custom') return MISSING;
  if (issue.code === 'invalid_value' && typeof input === 'string')
    return `${JSON.stringify(input.slice(0, 80))} is not known here`;
  if (issue.code === 'too_small' || issue.code === 'too_big') {
    if (typeof input === 'number') return `is ${input}`;
    return issue.code === 'too_small' ? 'is empty or too short' : 'is too long';
  }
  if (issue.code === 'invalid_format') return 'has another form';
  return kindOf(input);
}

/** What YAML 1.1 had, and 1.2 has no more. */
function mergeKey(path: Path): Finding {
  const expected = 'the keys themselves, or defaults for what rules share';
  return { path: [...path, '<<'], message: 'YAML 1.2 has no merge keys', expected, atKey: true };
}

/** Keys of a condition, which stand in a rule's `when`. */
const CONDITION_KEYS = new Set(
  'count ratio distinct absent consecutive spike anomaly novel change within of stat atLeast baseline'.split(
    ' ',
  ),
);

function outsideOfWhen(key: string, path: Path): Finding {
  return {
    path: [...path, key],
    message: 'stands outside of when',
    expected: 'it among the keys of when',
    atKey: true,
  };
}

function unknownKeys(issue: z.core.$ZodIssueUnrecognizedKeys, path: Path): Finding[] {
  const known = issue.message.split(' ').filter((key) => key !== '');
  return issue.keys.map((key) => {
    if (key === '<<') return mergeKey(path);
    if (known.includes('when') && CONDITION_KEYS.has(key)) return outsideOfWhen(key, path);
    const near = meantKey(key, known);
    const expected = near ?? `one of ${byNearness(key, known).join(', ')}`;
    const finding: Finding = { path: [...path, key], message: 'unknown key', expected, atKey: true };
    if (near !== null) finding.suggestion = near;
    return finding;
  });
}

/** The faults inside the alternative whose kind the value is of; where it is of none, what kinds were expected. */
function ofNoAlternative({ errors, input }: z.core.$ZodIssueInvalidUnion, path: Path): Finding[] {
  const near = errors.find((issues) =>
    issues.every((issue) => issue.code !== 'invalid_type' || issue.path.length > 0),
  );
  if (near !== undefined)
    return near.flatMap(findingsOf).map((finding) => ({ ...finding, path: [...path, ...finding.path] }));
  const expected = listOf([...new Set(errors.flat().map(({ message }) => message))]);
  return [{ path, message: kindOf(input), expected, atKey: false }];
}

/** Lists of texts that people write as one text. */
const TEXT_LISTS = new Set(
  'logGroups groupBy show to cc severities matchers equal activeTimeIntervals muteTimeIntervals'.split(' '),
);
const SHOWN_MAX = 80;
/** Expectations that digits may meet, once YAML does not read a number. */
const ANY_TEXT = /^(?:a text|a word|a name|an id|a phone number)/;

/** What was expected, in the form that fits what was written. */
function expectedIn(issue: z.core.$ZodIssue): string {
  const { input, message } = issue;
  if (issue.code !== 'invalid_type') return message;
  const isUnquoted = typeof input === 'number' || typeof input === 'boolean';
  if (issue.expected === 'string' && isUnquoted && ANY_TEXT.test(message)) return `${message}, in quotes`;
  if (issue.expected !== 'array') return message;
  const isTexts = TEXT_LISTS.has(String(issue.path.at(-1)));
  if (typeof input === 'string' && isTexts && input.length <= SHOWN_MAX)
    return `a list such as ${flowList(input)}`;
  return typeof input === 'object' && input !== null ? `${message}: - before each entry` : message;
}

/** What one issue of zod means, in words. */
function findingsOf(issue: z.core.$ZodIssue): Finding[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'unrecognized_keys') return unknownKeys(issue, path);
  if (issue.code === 'invalid_union' && issue.message === UNSAID) return ofNoAlternative(issue, path);
  if (issue.code === 'invalid_key')
    return [{ path, message: 'is no key here', expected: 'a plain name', atKey: true }];
  if (issue.code === 'custom') {
    const expected: unknown = issue.params?.expected;
    return [
      { path, message: issue.message, atKey: false, ...(typeof expected === 'string' ? { expected } : {}) },
    ];
  }
  const finding: Finding = { path, message: wrongOf(issue), expected: expectedIn(issue), atKey: false };
  if (issue.code === 'invalid_value' && typeof issue.input === 'string') {
    const suggestion = nearest(issue.input, issue.values.map(String));
    if (suggestion !== null) finding.suggestion = suggestion;
  }
  return [finding];
}

/** A key that is missing only because it is misspelt is told once. */
function withoutEchoes(findings: Finding[]): Finding[] {
  const meant = new Set(
    findings
      .filter(({ atKey, suggestion }) => atKey && suggestion !== undefined)
      .map(({ path, suggestion = '' }) => formatPath([...path.slice(0, -1), suggestion])),
  );
  return findings.filter(({ message, path }) => message !== MISSING || !meant.has(formatPath(path)));
}

/** Parses with the words of this file: the value, or everything that is wrong with it. */
export function judge<Value>(
  schema: z.ZodType<Value>,
  input: unknown,
): { ok: true; value: Value } | { ok: false; findings: Finding[] } {
  const result = schema.safeParse(input, { error: expectedOf, reportInput: true });
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, findings: withoutEchoes(result.error.issues.flatMap(findingsOf)) };
}

/** `rules[2].when.count`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    const name = /^[^\s.[\]"]+$/.test(step) ? step : `[${JSON.stringify(step)}]`;
    return text === '' || name.startsWith('[') ? text + name : `${text}.${name}`;
  }, '');
}
