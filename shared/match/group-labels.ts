import type { Redactor } from './redact.ts';
import { labelText } from './references.ts';
import type { Hit } from './rule.ts';

/**
 * The labels of a rule's `groupBy` for one event, "" where the field is missing. Redacted first and then cut at 256
 * bytes: a secret that lies across the cut would no longer be recognised.
 */
export function groupLabelsOf(hit: Hit, redact: Redactor = (text) => text): Record<string, string> {
  const labels: Record<string, string> = Object.create(null);
  for (const { label, reference } of hit.rule.groupBy) labels[label] = labelText(hit.read(reference), redact);
  return labels;
}
