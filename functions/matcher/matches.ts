import { fingerprintOf, generationOf } from '../../shared/alerts/identity.ts';
import type { Condition, FieldReference, Rule } from '../../shared/config/model.ts';
import type { Series } from '../../shared/count/store.ts';
import type { LogBatch, LogEvent } from '../../shared/logs/event.ts';
import { groupLabelsOf } from '../../shared/match/group-labels.ts';
import type { Hit } from '../../shared/match/program.ts';
import type { Redactor } from '../../shared/match/redact.ts';
import { type FieldValue, labelText } from '../../shared/match/references.ts';
import { kindText } from '../../shared/templates/message.ts';
import type { Compiled } from './compile.ts';

/** What one clause of `when` has to know of an event. */
export interface Reading {
  of: boolean;
  until: boolean;
  value: FieldValue;
}

/** An event for which a rule has something to say. */
export interface FoundEvent extends LogEvent {
  /** The rule's `match` held; otherwise only a selector of its conditions did. */
  matched: boolean;
  /** One for each clause of `when`. */
  readings: readonly Reading[];
  /** The fields that the rule shows, redacted. */
  shown: readonly { label: string; value: string }[];
}

/** The events of one series in a batch. */
export interface Matches {
  rule: Rule;
  generation: string;
  series: Series;
  groupLabels: Record<string, string>;
  events: FoundEvent[];
}

/** When the first of them was logged, ms. */
export function earliestOf({ events }: Matches): number {
  return events.reduce((earliest, { timestamp }) => Math.min(earliest, timestamp), Number.POSITIVE_INFINITY);
}

/** Matches a batch, and gathers what belongs to the same rule and group. */
export function matchesBySeries(compiled: Compiled, batch: LogBatch): Matches[] {
  const found = new Map<string, Matches>();
  compiled.program.match(batch, (hit) => {
    const { rule } = hit;
    if (!compiled.isActive(rule, hit.event.timestamp)) return;
    const redact = compiled.redactor(rule);
    const groupLabels = groupLabelsOf(hit, redact);
    const fingerprint = fingerprintOf(rule.id, groupLabels);
    const event = foundEvent(hit, redact);
    const known = found.get(fingerprint);
    if (known !== undefined) known.events.push(event);
    else {
      const generation = generationOf(rule);
      const series = { ruleId: rule.id, generation, fingerprint };
      found.set(fingerprint, { rule, generation, series, groupLabels, events: [event] });
    }
  });
  return [...found.values()];
}

function foundEvent(hit: Hit, redact: Redactor): FoundEvent {
  const { rule, event, matched } = hit;
  const readings = rule.when.map((_, clause) => readingOf(hit, clause));
  const shown = rule.show.map((reference) => ({
    label: reference.text,
    value: labelText(hit.read(reference), redact),
  }));
  const { id, timestamp, message } = event;
  return { id, timestamp, message, matched, readings, shown };
}

/** What a clause of the hit's rule has to know of its event. */
export function readingOf(hit: Hit, clause: number): Reading {
  const { of = true, until = false } = hit.clauses[clause] ?? {};
  const condition = hit.rule.when[clause]?.condition;
  return { of, until, value: condition && valueFor(condition, hit) };
}

/** What a condition asks of an event beside whether it matched. */
function valueFor(condition: Condition, hit: Hit): FieldValue {
  if (condition.kind === 'novel' && condition.of === 'template')
    return kindText(hit.event.message, hit.json());
  const field = fieldOf(condition);
  return field === null ? undefined : hit.read(field);
}

/** The field that a condition asks for; null: none. */
function fieldOf(condition: Condition): FieldReference | null {
  switch (condition.kind) {
    case 'value':
    case 'distinct':
    case 'change':
      return condition.value;
    case 'anomaly':
      return condition.over.kind === 'value' ? condition.over.value : null;
    case 'novel':
      return condition.of === 'template' ? null : condition.of;
    default:
      return null;
  }
}
