/** Where a rule's thresholds stand in its body, as people write it. */
import type { Body } from '../../../shared/config/items.ts';
import type { Condition } from '../../../shared/config/model.ts';

const KEYS: Partial<Record<Condition['kind'], string>> = {
  count: 'count',
  ratio: 'ratio',
  spike: 'spike',
  value: 'is',
  distinct: 'is',
};

const isBody = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The comparison of a clause as it is written; null: it has none that could be changed by itself. */
export function thresholdIn(body: Body, clause: number, condition: Condition): string | null {
  const key = KEYS[condition.kind];
  const written = [body.when].flat()[clause];
  if (key === undefined || !isBody(written)) return null;
  const value = written[key];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

/** The body with another comparison in that clause. */
export function withThreshold(body: Body, clause: number, condition: Condition, text: string): Body {
  const key = KEYS[condition.kind] ?? '';
  const change = (written: unknown) => (isBody(written) ? { ...written, [key]: text } : written);
  const when = Array.isArray(body.when)
    ? body.when.map((written, index) => (index === clause ? change(written) : written))
    : change(body.when);
  return { ...body, when };
}
