import * as z from 'zod';
// By its own name: through the namespace `z.core`, every locale of zod would come along.
import { $constructor } from 'zod/v4/core';
import { meantKey } from '../nearest.ts';

/** Why no form fits. */
export interface Unchosen {
  message: string;
  expected: string;
}

/** Which of the forms the input means to be, by its index, whatever else is wrong with it. */
export type Choose = (input: unknown) => number | Unchosen;

interface ChosenDef extends z.core.$ZodUnionDef {
  choose: Choose;
}

interface ChosenSchema extends z.ZodUnion {
  _zod: z.ZodUnion['_zod'] & { def: ChosenDef };
}

/**
 * A union whose form is chosen before it is judged, so that a mistake is told in terms of the form that was meant and
 * not as "none of ten forms fits". For JSON Schema it is an ordinary union. (zod's own discriminated unions choose by
 * the value of a key; here the presence of a key decides.)
 */
const Chosen: z.core.$constructor<ChosenSchema, ChosenDef> = $constructor('Chosen', (schema, def) => {
  const union: typeof z.ZodUnion = z.ZodUnion;
  union.init(schema, def);
  schema._zod.parse = (payload, context) => {
    const chosen = def.choose(payload.value);
    const option = typeof chosen === 'number' ? def.options[chosen] : undefined;
    if (option !== undefined) return option._zod.run(payload, context);
    const { message, expected } = chosen as Unchosen;
    payload.issues.push({
      code: 'custom',
      message,
      params: { expected },
      input: payload.value,
      inst: schema,
    });
    return payload;
  };
});

/** A union of `options`, chosen by `choose`. */
export function chosenUnion<const Options extends readonly z.ZodType[]>(
  options: Options,
  choose: Choose,
): z.ZodUnion<Options> {
  return new Chosen({ type: 'union', options, choose }) as unknown as z.ZodUnion<Options>;
}

/** The keys of a plain object, none for anything else. */
export function keysOf(input: unknown): string[] {
  return typeof input === 'object' && input !== null && !Array.isArray(input) ? Object.keys(input) : [];
}

/** The form that a misspelt key probably means, by its index among `forms`; -1 where none is near. */
export function nearestForm(keys: readonly string[], forms: readonly string[]): number {
  const near = keys.map((key) => meantKey(key, forms)).find((form) => form !== null);
  return near === undefined ? -1 : forms.indexOf(near);
}
