import { channelSchemas } from '../shared/channels/registry.ts';
import { FileError, readFiles } from '../shared/config/files.ts';
import { type Loaded, load } from '../shared/config/load.ts';
import { formatProblem, type Problem } from '../shared/config/problems.ts';
import type { SourceText } from '../shared/config/yaml/source.ts';
import { checkPattern, checkRegex } from '../shared/match/program.ts';
import { OptionError } from './option-error.ts';

/**
 * The document that a deployment brings, `${NAME}` filled from the environment.
 * @param file a file, a folder or a glob, from the working directory
 * @throws OptionError where it cannot be read, has an error, or holds a secret in full
 */
export function readDocument(file: string): Loaded {
  const loaded = load(filesOf(file), {
    channels: channelSchemas,
    checkPattern,
    checkRegex,
    variables: process.env,
  });
  // A secret in full would lie in the table, and in the deployment's files, for everybody to read.
  const refused = loaded.problems.filter(
    ({ severity, code }) => severity === 'error' || code === 'literal-secret',
  );
  if (refused.length > 0) throw new OptionError(`config: ${refused.map(lineOf).join('\n')}`);
  return loaded;
}

function lineOf(problem: Problem): string {
  return formatProblem(problem).trimEnd();
}

function filesOf(file: string): SourceText[] {
  try {
    return readFiles(file, process.cwd());
  } catch (error) {
    if (error instanceof FileError) throw new OptionError(`config: ${error.message}`, { cause: error });
    throw error;
  }
}
