import * as z from 'zod';
import { createDocumentSchema } from './document-schema.ts';
import type { ChannelSchemas } from './receiver-schema.ts';

type JsonSchema = z.core.JSONSchema.JSONSchema;

/**
 * The JSON Schema (2020-12) of what people write, for editors: completion, descriptions, and most of the judgement.
 * What it cannot say (durations, comparisons, references between parts) `check` says.
 */
export function documentJsonSchema(channels: ChannelSchemas): JsonSchema {
  const schema = z.toJSONSchema(createDocumentSchema(channels), {
    io: 'input',
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      // A mark for our own use, see secrets.ts.
      delete jsonSchema.secret;
    },
  });
  return { ...schema, patternProperties: { '^x-': { description: 'Ignored' } } };
}
