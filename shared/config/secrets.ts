import * as z from 'zod';

/** `secret:NAME[#key]`: an entry of Secrets Manager, or one key of the JSON object that stands in it. */
export interface SecretReference {
  name: string;
  key: string | null;
}

const PREFIX = 'secret:';
const REFERENCE = /^secret:([A-Za-z0-9/_+=.@-]+)(?:#([^#\s]+))?$/;

/** null where the text is a literal value. */
export function parseSecret(text: string): SecretReference | null {
  const match = REFERENCE.exec(text);
  return match === null ? null : { name: match[1] ?? '', key: match[2] ?? null };
}

/**
 * A secret value: `secret:NAME[#key]` or, for use on one's own machine, the literal. The output is the text as
 * written. The `secret` mark in its metadata is how `literalSecrets` finds it.
 */
export const secretSchema = z
  .string({ error: 'a reference such as secret:NAME or secret:NAME#key' })
  .min(1)
  .refine((text) => !text.startsWith(PREFIX) || parseSecret(text) !== null, {
    error: 'is no secret reference',
    params: { expected: 'secret:NAME or secret:NAME#key' },
  })
  .meta({ description: 'secret:NAME or secret:NAME#key, read from Secrets Manager', secret: true });

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodPipe) return unwrap(schema.def.in);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return unwrap(schema.def.innerType);
  }
  return schema;
}

/** Paths of the values in `input` that `schema` marks as secret and that are written out in full. */
export function literalSecrets(schema: z.core.$ZodType, input: unknown): string[][] {
  const plain = unwrap(schema);
  if (z.globalRegistry.get(plain)?.secret === true) {
    return typeof input === 'string' && parseSecret(input) === null ? [[]] : [];
  }
  if (!(plain instanceof z.ZodObject) || typeof input !== 'object' || input === null) return [];
  return Object.entries(plain.shape).flatMap(([key, field]) =>
    Object.hasOwn(input, key)
      ? literalSecrets(field, (input as Record<string, unknown>)[key]).map((path) => [key, ...path])
      : [],
  );
}
