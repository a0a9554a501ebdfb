import { z } from 'zod';
import { durationSchema } from './durations.ts';
import { nameSchema, ruleIdSchema, textMapSchema } from './names.ts';
import { numberSchema } from './numbers.ts';

/** Log events that a test feeds in. Times are ms after the test's start. */
export interface TestLogs {
  atMs: number;
  repeat: number;
  everyMs: number;
  logGroup: string;
  logStream: string;
  /** `{{i}}` counts the repetitions from 0; null where the lines come from `file`. */
  message: string | null;
  /** Path relative to the document; null where `message` is the line. */
  file: string | null;
}

/** One entry of the document's `tests` (contract §1.6). */
export interface RuleTest {
  rule: string;
  name: string;
  logs: TestLogs[];
  /** The exact set firing at that time. */
  expect: { atMs: number; firing: { labels: Record<string, string> }[] }[];
  /** What leaves, in time order; null: not asked. */
  notify: { atMs: number; receiver: string; status: 'firing' | 'resolved' }[] | null;
}

const at = durationSchema().describe("Time after the test's start");

const logsSchema = z
  .strictObject({
    at: at.default(0),
    repeat: numberSchema({ integer: true, min: 1, max: 1_000_000 }).default(1),
    every: durationSchema().default(0).describe('Between two repetitions'),
    logGroup: z.string().min(1).default('test'),
    logStream: z.string().min(1).default('test'),
    message: z.string().optional().describe('The line; {{i}} counts the repetitions from 0'),
    file: z.string().min(1).optional().describe('Lines of this file, relative to the document'),
  })
  .transform((written, context): TestLogs => {
    const { at: atMs, every: everyMs, message = null, file = null, ...rest } = written;
    if ((message === null) === (file === null)) {
      const wrong = message === null ? 'has no line' : 'has both message and file';
      context.addIssue({ code: 'custom', message: wrong, params: { expected: 'either message or file' } });
    }
    return { ...rest, atMs, everyMs, message, file };
  });

const expectSchema = z
  .strictObject({ at, firing: z.array(z.strictObject({ labels: textMapSchema.default({}) })) })
  .transform(({ at: atMs, firing }) => ({ atMs, firing }));

const notifySchema = z
  .strictObject({ at, receiver: nameSchema, status: z.enum(['firing', 'resolved']) })
  .transform(({ at: atMs, receiver, status }) => ({ atMs, receiver, status }));

/** A test of the document as people write it. */
export const testSchema = z
  .strictObject({
    rule: ruleIdSchema,
    name: z.string().min(1).optional(),
    logs: z.array(logsSchema).min(1),
    expect: z.array(expectSchema).default([]),
    notify: z.array(notifySchema).optional(),
  })
  .transform((written): RuleTest => {
    return { ...written, name: written.name ?? written.rule, notify: written.notify ?? null };
  });
