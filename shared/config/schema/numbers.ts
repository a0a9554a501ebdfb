import * as z from 'zod';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** The same for editors. */
const NUMERIC_TEXT = '^[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?$';

/** The finite number that a text writes, or null. */
export function parseNumber(text: string): number | null {
  const trimmed = text.trim();
  if (!NUMBER.test(trimmed)) return null;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : null;
}

interface NumberBounds {
  integer?: boolean;
  min?: number;
  max?: number;
}

function describe({ integer, min, max }: NumberBounds): string {
  const noun = integer ? 'a whole number' : 'a number';
  if (min !== undefined && max !== undefined) return `${noun} from ${min} to ${max}`;
  return min === undefined ? noun : `${noun} of at least ${min}`;
}

function fits(value: number, { integer, min, max }: NumberBounds): boolean {
  if (integer && !Number.isSafeInteger(value)) return false;
  return value >= (min ?? Number.NEGATIVE_INFINITY) && value <= (max ?? Number.POSITIVE_INFINITY);
}

/** A number within inclusive bounds. A text that writes one is taken too: an item edited by hand may hold it so. */
export function numberSchema(bounds: NumberBounds = {}) {
  const expected = describe(bounds);
  return z
    .union([z.number(), z.string().meta({ pattern: NUMERIC_TEXT })], { error: expected })
    .meta({ description: expected })
    .transform((input, context) => {
      const value = typeof input === 'number' ? input : parseNumber(input);
      if (value !== null && fits(value, bounds)) return value;
      const message = value === null ? 'is a text' : `${input} is out of range`;
      context.addIssue({ code: 'custom', message, params: { expected } });
      return z.NEVER;
    });
}
