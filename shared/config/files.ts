import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { errorCode } from '../error-code.ts';
import type { SourceText } from './yaml/source.ts';

/** The document's files cannot be had; the message is one sentence for people. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

const YAML_FILE = /\.ya?ml$/i;
const GLOB_SIGNS = /[*?{]/;
const BYTES_MAX = 10_000_000;

export function isGlob(path: string): boolean {
  return GLOB_SIGNS.test(path);
}

/** `*` and `?` stay within a name, `**` crosses folders, `{a,b}` is either. */
function globRegex(glob: string): RegExp {
  let depth = 0;
  const source = glob.replace(/\*\*\/|\*\*|\*|\?|[{},]|[.+^$()|[\]\\]/g, (sign) => {
    if (sign === '**/') return '(?:.*/)?';
    if (sign === '**') return '.*';
    if (sign === '*') return '[^/]*';
    if (sign === '?') return '[^/]';
    if (sign === '{') depth += 1;
    if (sign === '{') return '(?:';
    if (sign === '}' && depth > 0) {
      depth -= 1;
      return ')';
    }
    if (sign === ',') return depth > 0 ? '|' : ',';
    return `\\${sign}`;
  });
  return new RegExp(`^${source}${')'.repeat(depth)}$`);
}

/** Files below a folder, hidden ones and dependencies left out, in the order of their names. */
function filesBelow(folder: string, cwd: string): string[] {
  const entries = readdirSync(resolve(cwd, folder), { withFileTypes: true });
  return entries
    .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path, cwd) : [path];
    });
}

/** The files that a glob means, named as it names them; none where it is no glob. */
export function matchingGlob(glob: string, cwd: string): string[] {
  if (!isGlob(glob)) return [];
  const steps = glob.split('/');
  const fixed = steps.slice(
    0,
    steps.findIndex((step) => GLOB_SIGNS.test(step)),
  );
  const folder = fixed.length === 0 ? '.' : fixed.join('/') || '/';
  const wanted = globRegex(join(glob));
  if (statSync(resolve(cwd, folder), { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return filesBelow(folder, cwd).filter((path) => wanted.test(path));
}

/** The paths that FILE means (a file, a folder or a glob), named as it names them. @throws FileError where none. */
function findFiles(file: string, cwd: string): string[] {
  const found = statSync(resolve(cwd, file), { throwIfNoEntry: false });
  if (found?.isFile()) return [file];
  if (found?.isDirectory()) {
    const paths = filesBelow(file, cwd).filter((path) => YAML_FILE.test(path));
    if (paths.length === 0) throw new FileError(`The folder ${file} holds no .yaml or .yml file.`);
    return paths;
  }
  if (found !== undefined) throw new FileError(`${file} is neither a file nor a folder.`);
  const paths = matchingGlob(file, cwd);
  if (paths.length > 0) return paths;
  throw new FileError(isGlob(file) ? `No file matches ${file}.` : `There is no file ${file}.`);
}

/** Reads what FILE means. @throws FileError where a file is missing, unreadable, not UTF-8, or over 10 MB. */
export function readFiles(file: string, cwd: string): SourceText[] {
  return findFiles(file, cwd).map((path) => ({ file: path, text: readText(path, cwd) }));
}

function readText(path: string, cwd: string): string {
  const bytes = readBytes(path, cwd);
  if (bytes.length > BYTES_MAX) throw new FileError(`${path} is larger than ${BYTES_MAX / 1_000_000} MB.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new FileError(`${path} is not UTF-8 text.`, { cause: error });
  }
}

function readBytes(path: string, cwd: string): Buffer {
  try {
    return readFileSync(resolve(cwd, path));
  } catch (error) {
    throw new FileError(`${path} cannot be read (${errorCode(error)}).`, { cause: error });
  }
}
