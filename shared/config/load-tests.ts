import { dirname, isAbsolute, join } from 'node:path';
import { type KnownNames, unknownName } from './cross-references.ts';
import { judge } from './explain.ts';
import type { Entry } from './merge.ts';
import type { Reporter } from './reporter.ts';
import { type RuleTest, testSchema } from './test-schema.ts';

function resolved(file: string | null, document: string): string | null {
  return file === null || isAbsolute(file) ? file : join(dirname(document), file);
}

/** The sound tests of a document, their files resolved against the document's folder. */
export function loadTests(
  entries: readonly Entry[],
  names: KnownNames | null,
  reporter: Reporter,
): RuleTest[] {
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
    return findings.length === 0 ? [{ ...judged.value, logs: files }] : [];
  });
}
