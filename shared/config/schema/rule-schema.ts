import * as z from 'zod';
import type { TextChecks } from '../checks.ts';
import { parseComparison } from '../comparisons.ts';
import { durationSchema } from '../durations.ts';
import { labelsOfAlerts } from '../label-references.ts';
import { type Rule, SEVERITIES, type Selector, type WhenClause } from '../model.ts';
import { noveltyLabel } from '../novelty.ts';
import { groupBySchema, RESERVED_LABELS, referenceSchema } from '../references.ts';
import { chosenUnion } from './chosen.ts';
import { conditionSchema, type WrittenClause } from './condition-schema.ts';
import { nameSchema, ruleIdSchema, textMapSchema } from './names.ts';
import { numberSchema } from './numbers.ts';
import { fieldsSchema, regexSchema, selectorSchema } from './selector-schema.ts';
import { checkTemplates } from './template-schema.ts';

const NOVEL_KEEP_FIRING_MS = 300_000;
const DEFAULT_WINDOW_MS = 300_000;

/** Without `when` any one match fires (contract §1). */
const ANY_MATCH = ((): WrittenClause => {
  const is = parseComparison('>= 1');
  if (is === null) throw new Error('The default comparison does not parse');
  return {
    condition: { kind: 'count', is, withinMs: DEFAULT_WINDOW_MS },
    severity: undefined,
    forMs: undefined,
  };
})();

const logGroup = z.string({ error: 'a log group, with * and ? as wildcards' }).regex(/^(?!!$)\S+$/, {
  error: 'a log group, with * and ? as wildcards, a leading ! excludes',
});

function whenSchema(selector: z.ZodType<Selector>) {
  const condition = conditionSchema(selector);
  const single = condition.superRefine(({ severity, forMs }, context) => {
    for (const [key, value] of Object.entries({ severity, for: forMs })) {
      if (value === undefined) continue;
      const expected = `${key} as a key of the rule, or a list of conditions`;
      context.addIssue({ code: 'custom', path: [key], message: 'belongs to the rule', params: { expected } });
    }
  });
  return chosenUnion([single, z.array(condition).min(1)], (input) => (Array.isArray(input) ? 1 : 0));
}

/** A rule's keys as people write them, contract §1. `defaults` takes all of them but `id`. */
export function ruleShape(checks: TextChecks) {
  const selector = selectorSchema(checks);
  return {
    id: ruleIdSchema,
    title: z.string().min(1).optional().describe('What people read; default: the id'),
    severity: z.enum(SEVERITIES).default('error'),
    enabled: z.boolean().default(true),
    logGroups: z
      .array(logGroup)
      .min(1)
      .default(['*'])
      .describe('Globs over log group names; a leading ! excludes'),
    fields: fieldsSchema(checks)
      .optional()
      .describe('Names fields: a space-delimited pattern, or { regex: … }'),
    match: selector.default({ kind: 'every' }).describe('Which events count; default: every event'),
    groupBy: groupBySchema.default([]).describe('One alert per distinct value of these fields'),
    when: whenSchema(selector).default(ANY_MATCH).describe('When it fires; default: any one match'),
    for: durationSchema().default(0).describe('Must hold this long before it fires'),
    keepFiring: durationSchema().optional().describe('Stays firing this long after it ended'),
    action: z
      .enum(['notify', 'record'])
      .default('notify')
      .describe('record: counted and shown, nobody is told'),
    activeTimeIntervals: z
      .array(nameSchema)
      .default([])
      .describe('Only events in these time intervals count'),
    receiver: nameSchema.optional().describe('Short cut past the route tree'),
    labels: textMapSchema.default({}).describe('Labels of its alerts, for routing'),
    annotations: textMapSchema.default({}).describe('Templates for the message, such as summary and runbook'),
    show: z.array(referenceSchema).default([]).describe('Fields listed in the message'),
    redact: z
      .array(regexSchema(checks))
      .default([])
      .describe('RE2: what matches is blackened before any write'),
    maxGroups: numberSchema({ integer: true, min: 1, max: 1_000_000 }).default(10_000),
  };
}

export type RuleShape = ReturnType<typeof ruleShape>;
type WrittenRule = z.output<z.ZodObject<RuleShape>>;

function clauses(rule: WrittenRule): WhenClause[] {
  return [rule.when].flat().map(({ condition, severity, forMs }) => ({
    severity: severity ?? rule.severity,
    condition,
    forMs: forMs ?? rule.for,
  }));
}

function toRule(rule: WrittenRule): Rule {
  const { for: _for, keepFiring, when: _when, ...rest } = rule;
  const when = clauses(rule);
  const novel = when.some(({ condition }) => condition.kind === 'novel');
  return {
    ...rest,
    title: rule.title ?? rule.id,
    fields: rule.fields ?? null,
    receiver: rule.receiver ?? null,
    when,
    keepFiringMs: keepFiring ?? (novel ? NOVEL_KEEP_FIRING_MS : 0),
  };
}

/** A label set by hand may neither be one that every alert has nor one that `groupBy` gives. */
function checkLabels({ labels, groupBy }: WrittenRule, context: z.RefinementCtx): void {
  for (const label of Object.keys(labels)) {
    const reserved = RESERVED_LABELS.includes(label);
    if (!reserved && !groupBy.some((group) => group.label === label)) continue;
    const message = `the label "${label}" is taken: ${reserved ? 'every alert has it' : 'groupBy gives it'}`;
    context.addIssue({
      code: 'custom',
      path: ['labels', label],
      message,
      params: { expected: 'another name' },
    });
  }
}

/** `novel` adds a label of its own, which is part of an alert's identity. */
function checkNoveltyLabel({ labels, groupBy, when }: WrittenRule, context: z.RefinementCtx): void {
  for (const { condition } of [when].flat()) {
    if (condition.kind !== 'novel') continue;
    const label = noveltyLabel(condition.of);
    const place = groupBy.findIndex((group) => group.label === label);
    if (place === -1 && !Object.hasOwn(labels, label)) continue;
    const path = place === -1 ? ['labels', label] : ['groupBy'];
    const message = `the label "${label}" is taken: novel gives it`;
    context.addIssue({ code: 'custom', path, message, params: { expected: 'another name' } });
  }
}

function checkAnnotations(
  { annotations, labels, groupBy, when }: WrittenRule,
  context: z.RefinementCtx,
): void {
  const conditions = [when].flat().map(({ condition }) => condition);
  checkTemplates(annotations, labelsOfAlerts({ labels, groupBy }, conditions), context);
}

/** What happens at an instant, or waits for one, holds for no time: `for` would never let it fire. */
const WITHOUT_DURATION = ['absent', 'consecutive', 'novel', 'change'];

function checkFor(rule: WrittenRule, context: z.RefinementCtx): void {
  const inList = Array.isArray(rule.when);
  for (const [index, { condition, forMs }] of [rule.when].flat().entries()) {
    if (!(forMs ?? rule.for) || !WITHOUT_DURATION.includes(condition.kind)) continue;
    const path = inList && forMs !== undefined ? ['when', index, 'for'] : ['for'];
    const message = `does not go with ${condition.kind}, which holds from one event to another and not over windows`;
    context.addIssue({ code: 'custom', path, message, params: { expected: 'no for' } });
  }
}

/** What only several keys together show. Zod comes here with values half parsed too, where a text inside is refused. */
function checkTogether(rule: WrittenRule, context: z.RefinementCtx): void {
  if (context.issues.length > 0) return;
  for (const check of [checkLabels, checkNoveltyLabel, checkFor, checkAnnotations]) check(rule, context);
}

/** A rule as people write it, to a rule with every default filled in. */
export function ruleSchema(shape: RuleShape) {
  return z.strictObject(shape).superRefine(checkTogether).transform(toRule);
}

/** `defaults`: any key of a rule but its id; the values are judged here and merged as they were written. */
export function defaultsSchema({ id: _id, ...shape }: RuleShape) {
  return z.strictObject(shape).partial();
}
