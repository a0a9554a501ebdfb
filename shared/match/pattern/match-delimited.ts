import { compileRegex } from '../regex.ts';
import type { Entry, FieldCondition } from './ast.ts';
import { FieldReader } from './fields.ts';
import { type Needs, needAll, needAny, plainClause } from './need.ts';
import { compileComparer, wildcardCore } from './operand.ts';

/** The value of each entry of the pattern; an ellipsis has none. */
type Values = (index: number) => string;
type FieldTest = (values: Values) => boolean;

export interface DelimitedMatcher {
  /** The extracted fields in an object without prototype; null: no match. */
  extract(line: string): Record<string, string> | null;
  test(line: string): boolean;
}

/** Compiles a space-delimited pattern. The line must have a field for every entry; `...` takes any number. */
export function compileDelimited(entries: Entry[]): DelimitedMatcher {
  const tests = entries.flatMap((entry) =>
    entry.kind === 'field' && entry.condition ? [compileCondition(entry.condition, entries)] : [],
  );
  const match = (line: string): Aligned | null => {
    const aligned = align(line, entries);
    if (!aligned) return null;
    const values: Values = (index) => {
      const position = aligned.positions[index] ?? -1;
      return line.slice(aligned.starts[position] ?? 0, aligned.ends[position] ?? 0);
    };
    return tests.every((test) => test(values)) ? aligned : null;
  };
  return {
    test: (line) => match(line) !== null,
    extract: (line) => {
      const aligned = match(line);
      return aligned && name(line, entries, aligned);
    },
  };
}

/** Columns instead of objects: a long line may have half a million fields. */
interface Fields {
  starts: number[];
  ends: number[];
}

interface Aligned extends Fields {
  /** Index of the field of each entry; -1 for an ellipsis. */
  positions: number[];
}

function align(line: string, entries: Entry[]): Aligned | null {
  const ellipsis = entries.findIndex(({ kind }) => kind === 'ellipsis');
  const reader = new FieldReader(line);
  if (ellipsis < 0) return alignAll(line, reader, entries.length);
  const isTail = ellipsis === entries.length - 1;
  const fields = readFields(reader, isTail ? entries.length - 1 : Number.POSITIVE_INFINITY);
  const absorbed = fields.starts.length - (entries.length - 1);
  if (absorbed < 0) return null;
  const positions = entries.map((_, index) => {
    if (index === ellipsis) return -1;
    return index < ellipsis ? index : index - 1 + absorbed;
  });
  return { ...fields, positions };
}

/** Without an ellipsis the last entry takes the rest of the line. */
function alignAll(line: string, reader: FieldReader, count: number): Aligned | null {
  const { starts, ends } = readFields(reader, count);
  if (starts.length < count) return null;
  const last = reader.at;
  if (reader.next()) {
    starts[count - 1] = last;
    ends[count - 1] = line.length;
  }
  return { starts, ends, positions: starts.map((_, index) => index) };
}

function readFields(reader: FieldReader, limit: number): Fields {
  const starts: number[] = [];
  const ends: number[] = [];
  while (starts.length < limit && reader.next()) {
    starts.push(reader.start);
    ends.push(reader.end);
  }
  return { starts, ends };
}

/** Fields without a name, and those an ellipsis took, are named `$1`, `$2`… by their place in the line. */
function name(line: string, entries: Entry[], { starts, ends, positions }: Aligned): Record<string, string> {
  const names = new Map<number, string>();
  for (const [index, entry] of entries.entries()) {
    const position = positions[index] ?? -1;
    if (entry.kind === 'field' && entry.name !== null && position >= 0) names.set(position, entry.name);
  }
  const fields: Record<string, string> = Object.create(null);
  for (const [index, start] of starts.entries()) {
    fields[names.get(index) ?? `$${index + 1}`] ??= line.slice(start, ends[index]);
  }
  return fields;
}

function compileCondition(condition: FieldCondition, entries: Entry[]): FieldTest {
  if (condition.kind === 'compare') {
    const index = entries.findIndex((entry) => entry.kind === 'field' && entry.name === condition.field);
    const compare = compileComparer(condition.operator, condition.operand);
    return (values) => compare(values(index));
  }
  const tests = condition.of.map((part) => compileCondition(part, entries));
  if (condition.kind === 'or') return (values) => tests.some((test) => test(values));
  return (values) => tests.every((test) => test(values));
}

/** What a line must hold for the pattern to have a chance. */
export function delimitedNeeds(entries: Entry[]): Needs {
  return needAll(
    entries.map((entry) =>
      entry.kind === 'field' && entry.condition ? conditionNeeds(entry.condition) : [],
    ),
  );
}

function conditionNeeds(condition: FieldCondition): Needs {
  if (condition.kind !== 'compare') {
    const parts = condition.of.map(conditionNeeds);
    return condition.kind === 'and' ? needAll(parts) : needAny(parts);
  }
  if (condition.operator !== '=') return [];
  if (condition.operand.kind === 'regex') {
    const literals = compileRegex(condition.operand.source).requiredLiterals;
    return literals ? [plainClause(literals)] : [];
  }
  const core = condition.operand.kind === 'text' ? wildcardCore(condition.operand.text) : '';
  return core === '' ? [] : [plainClause([core])];
}
