import { dirname, isAbsolute, join } from 'node:path';
import { type KnownNames, unknownName } from './cross-references.ts';
import { formatPath, judge, type Path } from './explain.ts';
import type { Entry } from './merge.ts';
import type { Problem } from './problems.ts';
import type { Reporter } from './reporter.ts';
import { type RuleTest, testSchema } from './schema/test-schema.ts';

function resolved(file: string | null, document: string): string | null {
  return file === null || isAbsolute(file) ? file : join(dirname(document), file);
}

/** A place in the text of a document, from 1. */
export type Place = Pick<Problem, 'file' | 'line' | 'column'>;

/** A test, and where it and its parts stand. */
export interface LocatedTest {
  test: RuleTest;
  /** Of a part of the test; empty: of the test itself. */
  placeOf(path: Path): Place;
  /** `tests[2]`. */
  path: string;
}

/** The sound tests of a document, their files resolved against the document's folder. */
export function loadTests(
  entries: readonly Entry[],
  names: KnownNames | null,
  reporter: Reporter,
): LocatedTest[] {
  return entries.flatMap((entry) => {
    const judged = judge(testSchema, entry.body);
    if (!judged.ok) {
      for (const finding of judged.findings) reporter.add(entry, finding, 'value');
      return [];
    }
    const { rule, notify, logs } = judged.value;
    const findings =
      names === null
        ? []
        : [
            ...unknownName('rule', rule, names.rules, ['rule']),
            ...(notify ?? []).flatMap(({ receiver }, index) =>
              unknownName('receiver', receiver, names.receivers, ['notify', index, 'receiver']),
            ),
          ];
    for (const finding of findings) reporter.add(entry, finding, 'reference');
    const files = logs.map((log) => ({ ...log, file: resolved(log.file, entry.source.file) }));
    return findings.length === 0 ? [located(entry, { ...judged.value, logs: files })] : [];
  });
}

function located({ source, path }: Entry, test: RuleTest): LocatedTest {
  const placeOf = (inside: Path): Place => {
    const finding = { path: [...path, ...inside], message: '', atKey: false };
    const { file, line, column } = source.problem(finding, 'value');
    return { file, line, column };
  };
  return { test, placeOf, path: formatPath(path) };
}
