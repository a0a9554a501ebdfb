import * as z from 'zod';
import type { TextChecks } from '../checks.ts';
import { durationSchema } from '../durations.ts';
import { matchersSchema } from '../matchers.ts';
import type { InhibitRule, Route } from '../model.ts';
import { nameSchema } from './names.ts';

type Written<Shape> = { [Key in keyof Shape]: Shape[Key] };

/** Leaves out what is undefined, so that "inherited" and "not there" are the same thing. */
function present<Shape extends object>(
  shape: Shape,
): { [Key in keyof Shape]: Exclude<Shape[Key], undefined> } {
  const entries = Object.entries(shape).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Written<{ [Key in keyof Shape]: Exclude<Shape[Key], undefined> }>;
}

const escalation = z
  .strictObject({ after: durationSchema({ minMs: 1_000 }), receiver: nameSchema })
  .transform(({ after, receiver }) => ({ afterMs: after, receiver }));

const labelNames = z.array(z.string({ error: 'a label name, or "..." for all labels' }).min(1));

/** As in Alertmanager's `group_by`, `...` stands alone and no label twice. */
const groupLabels = labelNames.superRefine((labels, context) => {
  for (const [index, label] of labels.entries()) {
    const isTwice = labels.indexOf(label) < index;
    if (!isTwice && (label !== '...' || labels.length === 1)) continue;
    const message = isTwice ? `the label "${label}" stands here twice` : '"..." means all labels already';
    const expected = isTwice ? 'it once' : '"..." alone, or labels without it';
    context.addIssue({ code: 'custom', path: [index], message, params: { expected } });
  }
});

/** A route and what lies below it (contract §1.5). What is undefined in the output is inherited from the parent. */
export function routeSchema(checks: TextChecks): z.ZodType<Route> {
  const route: z.ZodType<Route> = z.lazy(() => node);
  const node = z
    .strictObject({
      receiver: nameSchema.optional().describe("Who is told; default: the parent's"),
      matchers: matchersSchema(checks.checkRegex).default([]).describe('All must hold; none: every alert'),
      groupBy: groupLabels
        .optional()
        .describe('One notification per distinct values; default [rule]; ["..."]: all labels'),
      groupWait: durationSchema().optional().describe('Wait before the first notification; default 30s'),
      groupInterval: durationSchema({ minMs: 1_000 })
        .optional()
        .describe('Between notifications of a group; default 5m'),
      repeatInterval: durationSchema({ minMs: 1_000 })
        .optional()
        .describe('Until an unchanged one repeats; default 4h'),
      continue: z.boolean().default(false).describe('Also ask the routes after this one'),
      muteTimeIntervals: z.array(nameSchema).default([]),
      activeTimeIntervals: z.array(nameSchema).default([]),
      escalate: z
        .array(escalation)
        .optional()
        .describe('Who is told when nobody acknowledged in time; []: nobody'),
      routes: z.array(route).default([]),
    })
    .transform((written): Route => {
      const { receiver, groupBy, groupWait, groupInterval, repeatInterval, escalate, ...rest } = written;
      const times = {
        groupWaitMs: groupWait,
        groupIntervalMs: groupInterval,
        repeatIntervalMs: repeatInterval,
      };
      return { ...rest, ...present({ receiver, groupBy, escalate, ...times }) } as Route;
    })
    .meta({ id: 'Route', description: 'Where alerts go, as in Alertmanager' });
  return route;
}

/** What an alert of the source hides (contract §1.5). */
export function inhibitRuleSchema(checks: TextChecks): z.ZodType<InhibitRule> {
  return z.strictObject({
    name: nameSchema,
    sourceMatchers: matchersSchema(checks.checkRegex).min(1),
    targetMatchers: matchersSchema(checks.checkRegex).min(1),
    equal: z.array(z.string().min(1)).default([]).describe('Labels that must be alike'),
  });
}
