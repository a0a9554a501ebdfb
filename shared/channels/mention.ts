import * as z from 'zod';
import { SEVERITIES, type Severity } from '../config/model.ts';
import type { Message } from './message.ts';

/** Whom to mention, by severity. */
export type Mentions = Record<Severity, string[]>;

const PEOPLE_MAX = 50;

/**
 * Whom a channel mentions: a list for every severity, or lists by severity. `pattern` is what the provider knows people
 * by, `expected` says so in words.
 */
export function mentionSchema(pattern: RegExp, expected: string) {
  const people = z
    .array(
      z
        .string({ error: expected })
        .refine((text) => pattern.test(text), { error: 'cannot be mentioned', params: { expected } }),
    )
    .max(PEOPLE_MAX);
  const bySeverity = z.strictObject({
    critical: people.default([]),
    error: people.default([]),
    warning: people.default([]),
    info: people.default([]),
  });
  return z
    .union([
      people.transform((list): Mentions => ({ critical: list, error: list, warning: list, info: list })),
      bySeverity,
    ])
    .prefault([]);
}

/** Whom this message mentions: by the worst severity that is firing, nobody once it has resolved. */
export function mentioned(
  { status, severity }: Pick<Message, 'status' | 'severity'>,
  mentions: Mentions,
): string[] {
  if (status === 'resolved' || !SEVERITIES.includes(severity)) return [];
  return [...new Set(mentions[severity])];
}
