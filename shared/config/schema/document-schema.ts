import * as z from 'zod';
import type { TextChecks } from '../checks.ts';
import type { InhibitRule, Receiver, Route, Rule, Settings, TimeInterval } from '../model.ts';
import { timeZoneSchema } from '../zones.ts';
import { timeIntervalSchema } from './interval-schema.ts';
import { type ChannelSchemas, receiverSchema } from './receiver-schema.ts';
import { inhibitRuleSchema, routeSchema } from './route-schema.ts';
import { defaultsSchema, ruleSchema, ruleShape } from './rule-schema.ts';
import { regexSchema } from './selector-schema.ts';
import { testSchema } from './test-schema.ts';

/** What a config item's `kind` yields when it is parsed. */
export interface ItemValues {
  rule: Rule;
  receiver: Receiver;
  route: Route;
  inhibitRule: InhibitRule;
  timeInterval: TimeInterval;
  settings: Settings;
}

export type ItemKind = keyof ItemValues;

export type ItemSchemas = { [Kind in ItemKind]: z.ZodType<ItemValues[Kind]> };

function settingsShape(checks: TextChecks) {
  return {
    timeZone: timeZoneSchema.default('UTC').describe('Zone of times in messages'),
    redact: z
      .array(regexSchema(checks))
      .default([])
      .describe('RE2 for every rule: blackened before any write'),
    redactSecrets: z
      .boolean()
      .optional()
      .describe('Whether keys, tokens, passwords and card numbers are blackened, too (true)'),
  };
}

type Parts = ReturnType<typeof createParts>;

/** Kept: zod compiles a schema with its first use, which takes longer than to judge a whole document. */
const newest = new WeakMap<ChannelSchemas, TextChecks & { parts: Parts }>();

function partsOf(channels: ChannelSchemas, { checkPattern, checkRegex }: TextChecks): Parts {
  const known = newest.get(channels);
  if (known !== undefined && known.checkPattern === checkPattern && known.checkRegex === checkRegex)
    return known.parts;
  const checks = {
    ...(checkPattern === undefined ? {} : { checkPattern }),
    ...(checkRegex === undefined ? {} : { checkRegex }),
  };
  const parts = createParts(channels, checks);
  newest.set(channels, { ...checks, parts });
  return parts;
}

function createParts(channels: ChannelSchemas, checks: TextChecks) {
  const shape = ruleShape(checks);
  const items: ItemSchemas = {
    rule: ruleSchema(shape),
    receiver: receiverSchema(channels),
    route: routeSchema(checks),
    inhibitRule: inhibitRuleSchema(checks),
    timeInterval: timeIntervalSchema,
    settings: z.strictObject(settingsShape(checks)),
  };
  return { items, defaults: defaultsSchema(shape) };
}

/** The schema of each kind of item: raw native object in, model type out. */
export function createItemSchemas(channels: ChannelSchemas, checks: TextChecks = {}): ItemSchemas {
  return partsOf(channels, checks).items;
}

/** The whole document as people write it (contract §1). `load` judges it item by item; editors judge it by this. */
export function createDocumentSchema(channels: ChannelSchemas, checks: TextChecks = {}) {
  const { items, defaults } = partsOf(channels, checks);
  return z
    .strictObject({
      version: z.literal(1).describe('Version of the format'),
      ...settingsShape(checks),
      defaults: defaults.optional().describe('Merged into every rule that does not say otherwise'),
      rules: z.array(items.rule).default([]),
      receivers: z.array(items.receiver).default([]),
      route: items.route.optional(),
      inhibitRules: z.array(items.inhibitRule).default([]),
      timeIntervals: z.array(items.timeInterval).default([]),
      tests: z.array(testSchema).default([]).describe('Run by tocsin test'),
    })
    .meta({ title: 'Tocsin configuration', description: 'Rules over log events, and who is told' });
}

/** The schema of `defaults` alone. */
export function createDefaultsSchema(checks: TextChecks = {}) {
  return defaultsSchema(ruleShape(checks));
}
