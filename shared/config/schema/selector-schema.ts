import * as z from 'zod';
import { patternProblem, type TextChecks } from '../checks.ts';
import { MISSING } from '../explain.ts';
import { type FieldsExtractor, LEVELS, type Selector } from '../model.ts';
import { nearest } from '../nearest.ts';
import { chosenUnion, keysOf, nearestForm, type Unchosen } from './chosen.ts';
import { parseLevel } from './levels.ts';

const SELECTOR_KEYS = ['pattern', 'keyword', 'regex', 'level', 'all', 'any', 'not'];
const EXPECTED = `a filter pattern, or an object with exactly one of ${SELECTOR_KEYS.join(', ')}`;

/** A text that is judged by a language of its own. */
function judged(expected: string, judge: (text: string) => string | null) {
  return z
    .string({ error: expected })
    .superRefine((text, context) => {
      const message = judge(text);
      // Some say themselves what was expected.
      const params = message?.startsWith('expected') ? {} : { expected };
      if (message !== null) context.addIssue({ code: 'custom', message, params });
    })
    .meta({ description: expected });
}

function patternSchema(checks: TextChecks) {
  return judged('a CloudWatch Logs filter pattern', (text) => patternProblem(checks, text));
}

export function regexSchema(checks: TextChecks) {
  return judged('an RE2 regex', (text) => {
    if (text === '') return 'is empty';
    const refused = checks.checkRegex?.(text) ?? null;
    return refused === null ? null : `the regex is refused: ${refused}`;
  });
}

const levelSchema = z
  .string({ error: `a level: ${LEVELS.join(', ')}` })
  .meta({ description: 'Level', examples: LEVELS.map((level) => level.toLowerCase()) })
  .transform((word, context) => {
    const level = parseLevel(word);
    if (level !== null) return level;
    const names = LEVELS.map((name) => name.toLowerCase());
    const expected = nearest(word, names) ?? `one of ${names.join(', ')}`;
    context.addIssue({
      code: 'custom',
      message: `${JSON.stringify(word)} is no level`,
      params: { expected },
    });
    return z.NEVER;
  });

const levelForms = chosenUnion([levelSchema, z.strictObject({ is: levelSchema })], (input) =>
  keysOf(input).length > 0 ? 1 : 0,
);

const word = z.string({ error: 'a word' }).min(1);
const wordForms = chosenUnion([word, z.array(word).min(1)], (input) => (Array.isArray(input) ? 1 : 0));

function unchosen(input: unknown): Unchosen {
  if (input === undefined) return { message: MISSING, expected: EXPECTED };
  if (Array.isArray(input)) return { message: 'is a list', expected: EXPECTED };
  if (input === null) return { message: 'is empty', expected: EXPECTED };
  if (typeof input !== 'object')
    return { message: `is ${input}`, expected: `'${input}' in quotes, or ${EXPECTED}` };
  const present = SELECTOR_KEYS.filter((key) => Object.hasOwn(input, key));
  if (present.length > 1)
    return { message: `has several of a selector's keys: ${present.join(', ')}`, expected: EXPECTED };
  const keys = keysOf(input);
  return {
    message: keys.length === 0 ? 'is empty' : `has no key of a selector: ${keys.join(', ')}`,
    expected: EXPECTED,
  };
}

/** 0 is the text; the objects follow in the order of SELECTOR_KEYS. */
function choose(input: unknown): number | Unchosen {
  if (typeof input === 'string') return 0;
  const keys = keysOf(input);
  const present = SELECTOR_KEYS.filter((key) => keys.includes(key));
  if (present.length > 1) return unchosen(input);
  const form =
    present.length === 1 ? SELECTOR_KEYS.indexOf(present[0] ?? '') : nearestForm(keys, SELECTOR_KEYS);
  return form < 0 ? unchosen(input) : form + 1;
}

/** A selector as people write it (contract §1.1). */
export function selectorSchema(checks: TextChecks): z.ZodType<Selector> {
  const pattern = patternSchema(checks);
  const selector: z.ZodType<Selector> = z.lazy(() => forms);
  const several = z.array(selector).min(1);
  const forms = chosenUnion(
    [
      pattern.transform((text): Selector => ({ kind: 'pattern', pattern: text })),
      z
        .strictObject({ pattern })
        .transform((input): Selector => ({ kind: 'pattern', pattern: input.pattern })),
      z
        .strictObject({
          keyword: wordForms.describe('Any of these words, anywhere in the line, case-sensitive'),
        })
        .transform(({ keyword }): Selector => ({ kind: 'keyword', words: [keyword].flat() })),
      z
        .strictObject({ regex: regexSchema(checks) })
        .transform(({ regex }): Selector => ({ kind: 'regex', source: regex })),
      z
        .strictObject({ level: levelForms.describe('This level or a worse one; { is: … }: this very level') })
        .transform(
          ({ level }): Selector =>
            typeof level === 'string'
              ? { kind: 'level', level, exact: false }
              : { kind: 'level', level: level.is, exact: true },
        ),
      z.strictObject({ all: several }).transform(({ all }): Selector => ({ kind: 'all', of: all })),
      z.strictObject({ any: several }).transform(({ any }): Selector => ({ kind: 'any', of: any })),
      z.strictObject({ not: selector }).transform(({ not }): Selector => ({ kind: 'not', selector: not })),
    ],
    choose,
  ).meta({ id: 'Selector', description: `Which events: ${EXPECTED}` });
  return selector;
}

/** A rule's `fields`: a pattern or `{ regex }`. */
export function fieldsSchema(checks: TextChecks): z.ZodType<FieldsExtractor> {
  const regexForm = z.strictObject({ regex: regexSchema(checks) });
  return chosenUnion(
    [
      patternSchema(checks).transform((pattern): FieldsExtractor => ({ kind: 'pattern', pattern })),
      regexForm.transform(({ regex }): FieldsExtractor => ({ kind: 'regex', source: regex })),
    ],
    (input) => (typeof input === 'string' ? 0 : 1),
  );
}
