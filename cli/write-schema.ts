import { writeFileSync } from 'node:fs';
import { channelSchemas } from '../shared/channels/registry.ts';
import { documentJsonSchema } from '../shared/config/schema/json-schema.ts';

/** Where editors find the document's schema: `# yaml-language-server: $schema=…`. */
const SCHEMA_FILE = new URL('../tocsin.schema.json', import.meta.url);

writeFileSync(SCHEMA_FILE, `${JSON.stringify(documentJsonSchema(channelSchemas), null, 2)}\n`);
