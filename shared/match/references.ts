import type { EventProperty, FieldReference } from '../config/model.ts';
import { exactValueAt, isBlurred } from './exact-integers.ts';
import type { Line } from './line.ts';
import { type Subject, valueAt } from './pattern/subject.ts';
import type { Redactor } from './redact.ts';
import type { Captures } from './selector.ts';

/** The value of a field; undefined: the event has no such field, or it is an object or an array. */
export type FieldValue = string | number | boolean | null | undefined;

/** Reads a field reference of contract §1.2. `subject` is the line, or its extracted fields as JSON. */
export function readReference(
  reference: FieldReference,
  line: Line,
  subject: Subject,
  captures: () => Captures,
): FieldValue {
  switch (reference.kind) {
    case 'json': {
      const read = valueAt(subject.json(), reference.path);
      // An id of 19 digits must not be taken for its neighbours.
      const value = isBlurred(read) ? exactValueAt(line.text, reference.path) : read;
      return typeof value === 'object' && value !== null ? undefined : value;
    }
    case 'field':
      return captures()[reference.name];
    case 'event':
      return readProperty(reference.property, line);
  }
}

function readProperty(property: EventProperty, line: Line): FieldValue {
  switch (property) {
    case 'message':
      return line.text;
    case 'level':
      return line.level() ?? undefined;
    default:
      return line.source[property];
  }
}

const MAX_LABEL_BYTES = 256;

/** The value as a label: text, redacted, cut at 256 bytes between characters, "" where it is missing or null. */
export function labelText(value: FieldValue, redact: Redactor): string {
  if (value === undefined || value === null) return '';
  return startWithin(redact(String(value)), MAX_LABEL_BYTES);
}

/**
 * The longest start of a text that fits into so many bytes of UTF-8. Lone surrogates, which JSON may hold and no UTF-8
 * can, become U+FFFD: what is written is what is read again.
 */
export function startWithin(given: string, maxBytes: number): string {
  const text = given.toWellFormed();
  if (text.length * 3 <= maxBytes) return text;
  let bytes = 0;
  let end = 0;
  while (end < text.length) {
    const code = text.codePointAt(end) ?? 0;
    bytes += utf8Length(code);
    if (bytes > maxBytes) break;
    end += code > 0xffff ? 2 : 1;
  }
  return text.slice(0, end);
}

function utf8Length(code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
