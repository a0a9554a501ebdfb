import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';
import { LocalSecrets } from '../../infra/local/secrets.ts';
import type { Secrets } from '../../shared/ports.ts';
import { troubleOf } from '../terminal/file-failure.ts';
import type { Io } from '../terminal/io.ts';
import { UsageError } from '../terminal/usage-error.ts';
import type { LocalOptions } from './options.ts';

const values = z.record(z.string(), z.union([z.string(), z.record(z.string(), z.string())]));

/** @throws UsageError where the secrets file cannot be read or has another shape; never shows what is in it. */
export function readSecrets({ secretsFile }: LocalOptions, io: Io): Secrets {
  if (secretsFile === null) return new LocalSecrets({}, io.env);
  const expected = 'YAML or JSON of the shape { NAME: value } or { NAME: { KEY: value } } was expected';
  let text: string;
  try {
    text = readFileSync(secretsFile, 'utf8');
  } catch (error) {
    throw new UsageError(`The secrets file ${secretsFile} cannot be read: ${troubleOf(error)}.`);
  }
  const result = values.safeParse(parseYaml(text));
  if (!result.success)
    throw new UsageError(`The secrets file ${secretsFile} is not understood: ${expected}.`);
  return new LocalSecrets(result.data, io.env);
}

function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    // The parser's own message would quote the file.
    return undefined;
  }
}
