import * as z from 'zod';
import { durationSchema } from '../durations.ts';
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
  /** When the test begins, ms since the epoch. */
  startMs: number;
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

/** A Monday. */
const START = '2026-01-05T00:00:00Z';
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/;

/** Whether the calendar has such a day: JavaScript takes 30 February for 2 March. */
function isDay(text: string): boolean {
  return new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
}

const startSchema = z
  .string()
  .default(START)
  .refine((text) => MOMENT.test(text) && !Number.isNaN(Date.parse(text)) && isDay(text.slice(0, 10)), {
    error: 'is no moment',
    params: { expected: 'one such as 2026-01-05T09:00:00+08:00' },
  })
  .describe('When the test begins: it matters to time intervals')
  .transform((text) => Date.parse(text));

/** A test of the document as people write it. */
export const testSchema = z
  .strictObject({
    rule: ruleIdSchema,
    name: z.string().min(1).optional(),
    start: startSchema,
    logs: z.array(logsSchema),
    expect: z.array(expectSchema).default([]),
    notify: z.array(notifySchema).optional(),
  })
  .transform(({ start: startMs, ...written }): RuleTest => {
    return { ...written, startMs, name: written.name ?? written.rule, notify: written.notify ?? null };
  });
