import { Readable } from 'node:stream';
import { UsageError } from '../cli/terminal/usage-error.ts';
import { runTests } from '../cli/test.ts';
import type { Loaded } from '../shared/config/load.ts';
import { OptionError } from './option-error.ts';

/**
 * Runs the tests that stand in the document of a deployment, as `tocsin apply` does.
 * @throws OptionError where one fails, with its place and what differs, or names a file that cannot be read
 */
export async function testDocument(document: Loaded): Promise<void> {
  const said: string[] = [];
  const io = {
    stdout: (text: string) => void said.push(text),
    stderr: (text: string) => void said.push(text),
    stdin: Readable.from([]),
    env: process.env,
    cwd: process.cwd(),
    isTerminal: false,
  };
  try {
    if (await runTests(document, { json: false, only: null, quiet: true }, io)) return;
  } catch (error) {
    if (error instanceof UsageError) throw new OptionError(`config: ${error.message}`, { cause: error });
    throw error;
  }
  throw new OptionError(
    `config: nothing is deployed, for a test of the document fails.\n${said.join('').trimEnd()}`,
  );
}
