/** Tries a pattern or a selector on lines that somebody pasted. Nothing of it is kept. */
import { parse, YAMLParseError } from 'yaml';
import * as z from 'zod';
import type { Rule } from '../../../shared/config/model.ts';
import { compileExtractor, withFields } from '../../../shared/match/fields.ts';
import { Line } from '../../../shared/match/line.ts';
import { addCaptures, type Captures, compileSelector } from '../../../shared/match/selector.ts';
import { parsed } from '../body.ts';
import { readerOfItems } from '../read/configuration.ts';
import type { Visit } from '../visit.ts';

const LINES_MAX = 2_000;
const FIELDS_MAX = 30;
const VALUE_LENGTH_MAX = 300;
const DEPTH_MAX = 20;

const trying = z.strictObject({
  text: z.string().max(400_000),
  /** A filter pattern, or YAML: a selector, or a rule's `match` and `fields`. */
  source: z.string().max(20_000),
  kind: z.enum(['pattern', 'yaml']),
});

type Understood = { ok: true; rule: Rule } | { ok: false; problem: string };

/** Answers `POST /api/try`: which lines of a text a rule or a pattern takes, or why it cannot be understood. */
export async function postTry({ body }: Visit): Promise<unknown> {
  const { text, source, kind } = parsed(trying, body);
  const understood = understand(source, kind);
  if (!understood.ok) return { problem: understood.problem, lines: [], matched: 0 };
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const judge = judgeBy(understood.rule);
  const judged = lines.slice(0, LINES_MAX).map(judge);
  return {
    problem: null,
    lines: judged,
    matched: judged.filter(({ matched }) => matched).length,
    left: Math.max(0, lines.length - LINES_MAX),
  };
}

function understand(source: string, kind: 'pattern' | 'yaml'): Understood {
  let written: unknown = source;
  try {
    if (kind === 'yaml') written = parse(source, { maxAliasCount: 20 }) as unknown;
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    return { ok: false, problem: error.message.split('\n')[0] ?? error.message };
  }
  const isRule =
    typeof written === 'object' && written !== null && ('match' in written || 'fields' in written);
  const result = readerOfItems().parseItem('rule', {
    ...(isRule ? (written as object) : { match: written ?? '' }),
    id: 'try',
  });
  if (result.ok) return { ok: true, rule: result.value };
  const [problem] = result.problems;
  const where = problem?.path === 'match' ? '' : `${problem?.path}: `;
  return { ok: false, problem: `${where}${problem?.message ?? 'This is no selector.'}` };
}

function judgeBy({ fields, match }: Rule) {
  const extract = fields && compileExtractor(fields);
  const selector = compileSelector(match, extract && withFields(extract));
  return (message: string) => {
    const batch = { account: '', region: '', logGroup: '', logStream: '', events: [] };
    const line = new Line({ id: '', timestamp: 0, message }, batch);
    const matched = selector.test(line);
    const captures: Captures = Object.create(null);
    if (matched) {
      addCaptures(extract?.(line) ?? null, captures);
      selector.collect(line, captures);
    }
    return { message, matched, level: line.level(), fields: matched ? fieldsOf(captures, line.json()) : [] };
  };
}

/** What was captured, and the fields of a JSON message. */
function fieldsOf(captures: Captures, json: unknown): { name: string; text: string }[] {
  const found = [...Object.entries(captures), ...leaves(json, '$')];
  return found.slice(0, FIELDS_MAX).map(([name, text]) => ({ name, text: text.slice(0, VALUE_LENGTH_MAX) }));
}

/** Of the outer levels only: what is deeper is nothing to read. */
function leaves(value: unknown, path: string, depth = 0): [string, string][] {
  if (value === undefined || depth > DEPTH_MAX) return [];
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  if (Array.isArray(value))
    return value.flatMap((member, index) => leaves(member, `${path}[${index}]`, depth + 1));
  return Object.entries(value).flatMap(([name, member]) => leaves(member, `${path}.${name}`, depth + 1));
}
