import type { Comparison, Operator } from '../config/model.ts';

const COMPARE: Record<Operator, (value: number, threshold: number) => boolean> = {
  '>': (value, threshold) => value > threshold,
  '>=': (value, threshold) => value >= threshold,
  '<': (value, threshold) => value < threshold,
  '<=': (value, threshold) => value <= threshold,
  '==': (value, threshold) => value === threshold,
  '!=': (value, threshold) => value !== threshold,
};

/** Whether a value, in the comparison's base unit, satisfies it. */
export function satisfies(value: number, { operator, threshold }: Comparison): boolean {
  return COMPARE[operator](value, threshold);
}

/** Whether more of what is measured can only make the comparison hold, never fail. */
export function growsInto({ operator }: Comparison): boolean {
  return operator === '>' || operator === '>=';
}

/** The worse of two values: the further into the comparison. */
export function worseBy({ operator, threshold }: Comparison): (a: number, b: number) => number {
  if (operator === '>' || operator === '>=') return Math.max;
  if (operator === '<' || operator === '<=') return Math.min;
  return (a, b) => (Math.abs(b - threshold) > Math.abs(a - threshold) ? b : a);
}

/** How long (ms) after its end a slice's events are waited for: what lacks is no proof before that. */
export const ABSENCE_GRACE_MS = 30_000;
/** The same where missing events weigh no more than others. */
export const GRACE_MS = 3_000;
/** What must hold for some time is looked at so often (ms), however long its slices. */
export const FOR_LOOK_MS = 55_000;
