import * as z from 'zod/mini';

const variable = z.string().check(z.minLength(1));

/**
 * The environment variables that a function declares, and no others. `optional` ones may be missing.
 * @throws Error with one sentence that names every variable that is missing.
 */
export function readEnvironment<Required extends string, Optional extends string = never>(
  environment: Record<string, string | undefined>,
  required: readonly Required[],
  optional: readonly Optional[] = [],
): Record<Required, string> & Partial<Record<Optional, string>> {
  const shape = Object.fromEntries([
    ...required.map((name) => [name, variable]),
    ...optional.map((name) => [name, z.optional(variable)]),
  ]);
  const result = z.object(shape).safeParse(environment);
  if (result.success) return result.data as Record<Required, string> & Partial<Record<Optional, string>>;
  const missing = [...new Set(result.error.issues.map(({ path }) => String(path[0])))];
  throw new Error(`The environment lacks ${missing.join(', ')}: the stack sets them for each function.`);
}
