/** Selectors of this format, as a translation writes them. */

/** A selector as people write it. */
export type WrittenSelector = string | { [key: string]: unknown };

/** The selector that all of them together are; null where there are none. */
export function all(selectors: readonly WrittenSelector[]): WrittenSelector | null {
  const [first, ...others] = selectors;
  if (first === undefined) return null;
  return others.length === 0 ? first : { all: [...selectors] };
}

/** A list that holds at most one selector: any of them. */
export function any(selectors: readonly WrittenSelector[]): WrittenSelector[] {
  const [first, ...others] = selectors;
  if (first === undefined) return [];
  return others.length === 0 ? [first] : [{ any: [...selectors] }];
}

/** `system.cpu.pct` to `$.system.cpu.pct`; Elasticsearch's multi-field `.keyword` is none in the log. */
export function reference(field: string): string {
  const steps = field.replace(/\.(?:keyword|raw)$/, '').split('.');
  return `$${steps.map((step) => (/^[A-Za-z_]\w*$/.test(step) ? `.${step}` : `['${step}']`)).join('')}`;
}

/** `{ $.field = "value" }`: the value is a text of the pattern's language, in which * stands for anything. */
export function compares(field: string, operator: string, value: unknown): WrittenSelector {
  const isNumber = typeof value === 'number' || (operator !== '=' && !Number.isNaN(Number(value)));
  return `{ ${reference(field)} ${operator} ${isNumber ? String(value) : JSON.stringify(String(value))} }`;
}

/** The value as text or as number: a log may hold either. */
export function equals(field: string, value: unknown): WrittenSelector {
  if (typeof value === 'boolean') return `{ ${reference(field)} IS ${value ? 'TRUE' : 'FALSE'} }`;
  return compares(field, '=', value);
}
