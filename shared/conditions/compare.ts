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
