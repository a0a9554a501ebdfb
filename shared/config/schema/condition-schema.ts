import * as z from 'zod';
import { comparisonSchema } from '../comparisons.ts';
import { durationSchema } from '../durations.ts';
import {
  type Condition,
  SEVERITIES,
  type Selector,
  type Severity,
  STATISTICS,
  type Statistic,
} from '../model.ts';
import { nearest } from '../nearest.ts';
import { referenceSchema } from '../references.ts';
import { chosenUnion, keysOf, nearestForm, type Unchosen } from './chosen.ts';
import { numberSchema } from './numbers.ts';

/** In the order of the forms: the key by which each is known. */
const CONDITION_KEYS = [
  'count',
  'ratio',
  'value',
  'distinct',
  'absent',
  'consecutive',
  'spike',
  'anomaly',
  'novel',
  'change',
];
const EXPECTED = `an object with one of ${CONDITION_KEYS.join(', ')}`;
const DAY_MS = 86_400_000;

/** A condition with what an entry of a list of conditions says besides. */
export interface WrittenClause {
  condition: Condition;
  severity: Severity | undefined;
  forMs: number | undefined;
}

const severity = z
  .enum(SEVERITIES)
  .optional()
  .describe('In a list of conditions: the severity while this one holds');
const forTime = durationSchema()
  .optional()
  .describe('In a list of conditions: must hold this long before it fires');
const clause = { severity, for: forTime };

const within = durationSchema({ minMs: 1_000 }).describe('The length of the window');
const period = durationSchema({ minMs: 1_000 });
const atLeast = numberSchema({ integer: true, min: 1 }).default(1);
const every: Selector = { kind: 'every' };
const statistic = z.enum(STATISTICS);
const countComparison = comparisonSchema({ units: ['none'], example: '>= 10' });

function clauseOf(
  written: { severity?: Severity | undefined; for?: number | undefined },
  condition: Condition,
) {
  return { condition, severity: written.severity, forMs: written.for } satisfies WrittenClause;
}

const countForm = z
  .strictObject({ count: countComparison.describe('How many matches; 10 means >= 10'), within, ...clause })
  .transform((form) => clauseOf(form, { kind: 'count', is: form.count, withinMs: form.within }));

function ratioForm(selector: z.ZodType<Selector>) {
  const ratio = comparisonSchema({ units: ['ratio', 'none'], bare: 'ratio', example: '> 5%' });
  const of = selector.default(every).describe('The share of these events; default: all');
  return z
    .strictObject({ ratio: ratio.describe('Share of the events of `of`'), of, within, atLeast, ...clause })
    .transform((form) =>
      clauseOf(form, {
        kind: 'ratio',
        is: form.ratio,
        of: form.of,
        withinMs: form.within,
        atLeast: form.atLeast,
      }),
    );
}

const valueComparison = comparisonSchema({
  units: ['none', 'duration', 'bytes', 'ratio'],
  example: '> 800ms',
});
const valueForm = z
  .strictObject({ value: referenceSchema, stat: statistic, is: valueComparison, within, atLeast, ...clause })
  .transform((form) => {
    const { value, stat, is, within: withinMs } = form;
    return clauseOf(form, { kind: 'value', value, stat, is, withinMs, atLeast: form.atLeast });
  });

/** Values are told apart up to this number. */
const DISTINCT_MAX = 1_000;
const distinctComparison = countComparison.superRefine(({ operator, threshold }, context) => {
  const reachable = operator === '>' ? threshold < DISTINCT_MAX : threshold <= DISTINCT_MAX;
  if (reachable) return;
  const message = `${threshold} is more than are told apart`;
  context.addIssue({ code: 'custom', message, params: { expected: 'a number up to 1000' } });
});
const distinctForm = z
  .strictObject({ distinct: referenceSchema, is: distinctComparison, within, ...clause })
  .transform((form) =>
    clauseOf(form, { kind: 'distinct', value: form.distinct, is: form.is, withinMs: form.within }),
  );

function absentForm(selector: z.ZodType<Selector>) {
  const until = selector.optional().describe('An event of this selector ends the watch');
  return z
    .strictObject({
      absent: period.describe('No match for that long'),
      until,
      forget: period.optional(),
      ...clause,
    })
    .transform((form) => {
      const { absent, until: end = null, forget = null } = form;
      return clauseOf(form, { kind: 'absent', absentMs: absent, until: end, forgetMs: forget });
    });
}

function consecutiveForm(selector: z.ZodType<Selector>) {
  const consecutive = numberSchema({ integer: true, min: 1 }).describe(
    'That many events of `of` in a row match',
  );
  return z
    .strictObject({ consecutive, of: selector.default(every), ...clause })
    .transform((form) => clauseOf(form, { kind: 'consecutive', count: form.consecutive, of: form.of }));
}

const multiple = comparisonSchema({ units: ['multiple', 'none'], bare: 'multiple', example: '>= 3x' });
const spikeForm = z
  .strictObject({ spike: multiple.describe('Multiple of the window before'), within, atLeast, ...clause })
  .transform((form) =>
    clauseOf(form, { kind: 'spike', is: form.spike, withinMs: form.within, atLeast: form.atLeast }),
  );

type Anomaly = Extract<Condition, { kind: 'anomaly' }>;

const deviations = numberSchema({ min: 0.1, max: 1_000 });
const bySeverity = z
  .partialRecord(z.enum(SEVERITIES), deviations)
  .refine((levels) => Object.keys(levels).length > 0, {
    error: 'is empty',
    params: { expected: 'a number, or one by severity such as { warning: 3, critical: 5 }' },
  });
const levels = chosenUnion([deviations, bySeverity], (input) =>
  typeof input === 'object' && input !== null ? 1 : 0,
);
const overForms = chosenUnion([z.enum(['count', 'ratio']), referenceSchema], (input) =>
  input === 'count' || input === 'ratio' ? 0 : 1,
);

/** What the baseline is of; a text says which key is missing or superfluous. */
function overOf(form: {
  over: z.output<typeof overForms>;
  of?: Selector | undefined;
  stat?: Statistic | undefined;
}): Anomaly['over'] | string {
  const { over, of, stat } = form;
  if (typeof over === 'object') {
    if (stat !== undefined) return { kind: 'value', value: over, stat };
    const meant = nearest(over.text, ['count', 'ratio']);
    return `a field needs stat beside it${meant === null ? '' : `, and ${meant} is no field`}`;
  }
  if (stat !== undefined) return `stat goes with a field, and over is ${over}`;
  if (over === 'count') return of === undefined ? { kind: 'count' } : 'of goes with over: ratio';
  return { kind: 'ratio', of: of ?? every };
}

function anomalyForm(selector: z.ZodType<Selector>) {
  return z
    .strictObject({
      anomaly: levels.describe('Standard deviations above the baseline, one number or one by severity'),
      over: overForms.default('count').describe('count, ratio (with of) or a field (with stat)'),
      of: selector.optional(),
      stat: statistic.optional(),
      baseline: period.describe('How far back the baseline reaches'),
      within,
      atLeast,
      direction: z.enum(['up', 'down', 'both']).default('up'),
      season: period.optional().describe('Compares with the same time of earlier seasons, such as 1d'),
      ...clause,
    })
    .transform((form, context) => {
      const { anomaly, baseline, direction, season = null } = form;
      const over = overOf(form);
      if (typeof over === 'string') {
        context.addIssue({
          code: 'custom',
          message: over,
          params: { expected: 'over with the keys it needs' },
        });
        return z.NEVER;
      }
      const times = { baselineMs: baseline, withinMs: form.within, seasonMs: season };
      const by: Anomaly['deviations'] = typeof anomaly === 'number' ? { default: anomaly } : defined(anomaly);
      return clauseOf(form, {
        kind: 'anomaly',
        deviations: by,
        over,
        ...times,
        atLeast: form.atLeast,
        direction,
      });
    });
}

function defined<Value>(
  record: Partial<Record<Severity, Value | undefined>>,
): Partial<Record<Severity, Value>> {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Record<Severity, Value>>;
}

const novelty = chosenUnion([z.literal('template'), referenceSchema], (input) =>
  input === 'template' ? 0 : 1,
);
const novelForm = z
  .strictObject({
    novel: novelty.describe(
      'template: a message shape never seen before; a field: a value never seen before',
    ),
    learn: durationSchema().default(DAY_MS).describe('Silent for that long after the first event'),
    forget: period.optional().describe('What was not seen for that long is new again'),
    ...clause,
  })
  .transform((form) => {
    const { novel, learn, forget = null } = form;
    return clauseOf(form, { kind: 'novel', of: novel, learnMs: learn, forgetMs: forget });
  });

const changeForm = z
  .strictObject({ change: referenceSchema, ...clause })
  .transform((form) => clauseOf(form, { kind: 'change', value: form.change }));

function choose(input: unknown): number | Unchosen {
  const keys = keysOf(input);
  const present = CONDITION_KEYS.filter((key) => keys.includes(key));
  if (present.length === 1) return CONDITION_KEYS.indexOf(present[0] ?? '');
  if (present.length > 1) {
    return {
      message: `combines ${present.join(' and ')}`,
      expected: 'one condition; a list gives one severity each',
    };
  }
  if (typeof input !== 'object' || input === null)
    return { message: input === null ? 'is empty' : `is ${JSON.stringify(input)}`, expected: EXPECTED };
  const meant = nearestForm(keys, CONDITION_KEYS);
  if (meant >= 0) return meant;
  return {
    message: keys.length === 0 ? 'is empty' : `names no condition: ${keys.join(', ')}`,
    expected: EXPECTED,
  };
}

/** One condition as people write it (contract §1.3). */
export function conditionSchema(selector: z.ZodType<Selector>): z.ZodType<WrittenClause> {
  return chosenUnion(
    [
      countForm,
      ratioForm(selector),
      valueForm,
      distinctForm,
      absentForm(selector),
      consecutiveForm(selector),
      spikeForm,
      anomalyForm(selector),
      novelForm,
      changeForm,
    ],
    choose,
  ).meta({ id: 'Condition', description: 'When it fires: one condition over the matching events' });
}
