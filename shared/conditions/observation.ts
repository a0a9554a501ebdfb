import type { FieldValue } from '../match/references.ts';

/** What one clause of a rule's `when` has to know of a log event. */
export interface Observation {
  /** The event's id. */
  id: string;
  /** Event time, ms. */
  at: number;
  logStream: string;
  /** The rule's `match` held. */
  matched: boolean;
  /** The condition's `of` held; true where it has none. */
  of: boolean;
  /** The condition's `until` held. */
  until: boolean;
  /** The field that the condition asks for; undefined where it asks for none, or the event has none. */
  value: FieldValue;
}
