import * as z from 'zod';
import type { Comparison, Operator, Unit } from './model.ts';

/** Base units: ms, bytes, a fraction. KB is 1000 bytes (contract §1.3), KiB 1024. */
const SCALES: Record<string, { unit: Unit; scale: number }> = {
  '': { unit: 'none', scale: 1 },
  x: { unit: 'multiple', scale: 1 },
  '%': { unit: 'ratio', scale: 0.01 },
  us: { unit: 'duration', scale: 0.001 },
  µs: { unit: 'duration', scale: 0.001 },
  ms: { unit: 'duration', scale: 1 },
  s: { unit: 'duration', scale: 1_000 },
  m: { unit: 'duration', scale: 60_000 },
  h: { unit: 'duration', scale: 3_600_000 },
  d: { unit: 'duration', scale: 86_400_000 },
  B: { unit: 'bytes', scale: 1 },
  KB: { unit: 'bytes', scale: 1_000 },
  kB: { unit: 'bytes', scale: 1_000 },
  MB: { unit: 'bytes', scale: 1_000_000 },
  GB: { unit: 'bytes', scale: 1_000_000_000 },
  TB: { unit: 'bytes', scale: 1_000_000_000_000 },
  KiB: { unit: 'bytes', scale: 1_024 },
  MiB: { unit: 'bytes', scale: 1_048_576 },
  GiB: { unit: 'bytes', scale: 1_073_741_824 },
};

const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([A-Za-zµ%]*)$/;
const COMPARISON = /^(>=|<=|==|!=|>|<)?\s*(.*)$/s;

/** A number with its unit, in the base unit. */
export interface Quantity {
  value: number;
  unit: Unit;
  scale: number;
}

/** `1.5s`, `20MB`, `35%`, `3x`, `10`; null where the text is no such thing. */
export function parseQuantity(text: string): Quantity | null {
  const match = QUANTITY.exec(text.trim());
  const symbol = match?.[2] ?? '';
  if (match === null || !Object.hasOwn(SCALES, symbol)) return null;
  const { unit, scale } = SCALES[symbol] ?? { unit: 'none', scale: 1 };
  // Rounding to 15 digits undoes the binary error of the product: 35 % is 0.35.
  const value = exact(Number(match[1]) * scale);
  return Number.isFinite(value) ? { value, unit, scale } : null;
}

/** `">= 10"`, `"> 5%"`, `"800ms"`; without an operator `>=` is meant. null where the text is no comparison. */
export function parseComparison(input: string | number): Comparison | null {
  const text = String(input).trim();
  const [, operator, rest] = COMPARISON.exec(text) ?? [];
  const quantity = parseQuantity(rest ?? '');
  if (quantity === null) return null;
  const { value, unit, scale } = quantity;
  return { operator: (operator ?? '>=') as Operator, threshold: value, unit, scale, text };
}

/** Signs and units that people write besides. */
const OTHER_FORMS: [form: RegExp, replacement: string][] = [
  [/≥|＞=|＞＝|>＝|^=>/, '>='],
  [/≤|＜=|＜＝|<＝|^=</, '<='],
  [/≠|^<>/, '!='],
  [/＞/, '>'],
  [/＜/, '<'],
  [/^[=＝](?![=＝])/, '=='],
  [/％|\s*percent$|\s*pct$/i, '%'],
  [/\s*(?:times|倍|X|×)$/, 'x'],
  [/\s*(?:msecs?|millis|milliseconds?|毫秒)$/i, 'ms'],
  [/(?<=\d)\s*(?:secs?|seconds?|秒)$/i, 's'],
  [/(?<=\d)\s*(?:mins?|minutes?|分钟?)$/i, 'm'],
  [/(?<=\d)\s*([KMGT])b$/i, '$1B'],
];

/** What was probably meant by `=> 10`, `≥ 5％`, `> 3 sec`; null where nobody can tell. */
function meantComparison(input: string | number, { units }: ComparisonForm): string | null {
  const text = OTHER_FORMS.reduce((rest, [form, sign]) => rest.replace(form, sign), String(input).trim());
  const comparison = parseComparison(text);
  return comparison !== null && units.includes(comparison.unit) ? text : null;
}

interface ComparisonForm {
  /** Units that make sense here. */
  units: readonly Unit[];
  /** What a number without a unit measures here. */
  bare?: Unit;
  example: string;
}

function objection(comparison: Comparison | null, form: ComparisonForm): string | null {
  if (comparison === null) return 'is no comparison';
  if (!form.units.includes(comparison.unit)) return `compares with a ${comparison.unit}`;
  if (form.bare === 'ratio' && comparison.unit === 'none' && Math.abs(comparison.threshold) > 1) {
    return `is more than everything: ${comparison.threshold} means ${comparison.threshold * 100}%`;
  }
  return null;
}

/** A comparison as people write it, a text or a bare number. */
export function comparisonSchema(form: ComparisonForm) {
  const expected = `a comparison such as ${JSON.stringify(form.example)}`;
  return z
    .union([z.string(), z.number()], { error: expected })
    .meta({ description: `Comparison: > >= < <= == != and a number`, examples: [form.example] })
    .transform((input, context): Comparison => {
      const comparison = parseComparison(input);
      const wrong = objection(comparison, form);
      if (comparison !== null && wrong === null) {
        return comparison.unit === 'none' ? { ...comparison, unit: form.bare ?? 'none' } : comparison;
      }
      const message = `${JSON.stringify(input)} ${wrong}`;
      const meant = comparison === null ? meantComparison(input, form) : null;
      const params = { expected: meant === null ? expected : JSON.stringify(meant) };
      context.addIssue({ code: 'custom', message, params });
      return z.NEVER;
    });
}

/**
 * A number from a log, in the base unit of the comparison that it is for; null: it is no number, or one of another
 * kind of unit. A bare number has the unit of the threshold (contract §1.3). Where the threshold is bare, durations are
 * ms, sizes bytes, and a percentage is the number as written.
 */
export function measuredNumber(
  value: unknown,
  { unit, scale }: Pick<Comparison, 'unit' | 'scale'>,
): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? exact(value * scale) : null;
  if (typeof value !== 'string') return null;
  const quantity = parseQuantity(value);
  if (quantity === null) return null;
  if (quantity.unit === unit) return quantity.value;
  if (quantity.unit === 'none') return exact(quantity.value * scale);
  if (unit !== 'none') return null;
  return quantity.unit === 'ratio' ? exact(quantity.value / quantity.scale) : quantity.value;
}

/** Without the binary error of a product. */
function exact(value: number): number {
  return Number(value.toPrecision(15));
}
