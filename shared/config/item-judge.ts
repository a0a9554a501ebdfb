import { UNAVAILABLE, type Unavailable, unavailableIn } from './availability.ts';
import type { TextChecks } from './checks.ts';
import { type Finding, judge } from './explain.ts';
import { createItemSchemas, type ItemKind, type ItemValues } from './schema/document-schema.ts';
import type { ChannelSchemas } from './schema/receiver-schema.ts';

type Judged<Value> = { ok: true; value: Value } | { ok: false; findings: Finding[] };

/** Judges one raw item: its schema, and whether this version can do what it asks for. */
export type ItemJudge = <Kind extends ItemKind>(kind: Kind, body: unknown) => Judged<ItemValues[Kind]>;

/** `unavailable`: what parses and does not work yet; default: this version's list. */
export function createItemJudge(
  channels: ChannelSchemas,
  checks: TextChecks = {},
  unavailable: readonly Unavailable[] = UNAVAILABLE,
): ItemJudge {
  const schemas = createItemSchemas(channels, checks);
  return <Kind extends ItemKind>(kind: Kind, body: unknown): Judged<ItemValues[Kind]> => {
    if (!Object.hasOwn(schemas, kind)) {
      const expected = `one of ${Object.keys(schemas).join(', ')}`;
      return {
        ok: false,
        findings: [{ path: [], message: `"${kind}" is no kind of item`, expected, atKey: false }],
      };
    }
    const judged = judge<ItemValues[Kind]>(schemas[kind], body);
    const findings = [...(judged.ok ? [] : judged.findings), ...unavailableIn(kind, body, unavailable)];
    return judged.ok && findings.length === 0 ? judged : { ok: false, findings };
  };
}
