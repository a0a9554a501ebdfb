import { LineCounter } from 'yaml';
import { type Finding, formatPath, type Path } from '../explain.ts';
import type { Problem, ProblemCode } from '../problems.ts';
import { toNative } from './native.ts';
import { offsetOf, pathAt } from './parsed.ts';
import { doubtsIn } from './slip-warnings.ts';
import { repairSlips } from './slips.ts';
import { shieldVariables, unshieldVariables, type Variables } from './variables.ts';

/** The text of one file of the document. */
export interface SourceText {
  /** As it is to be named in problems. */
  file: string;
  text: string;
}

/** One file, read as far as it can be. */
export interface Source {
  file: string;
  /** Plain values, variables filled; meaningless where `readable` is false. */
  value: unknown;
  readable: boolean;
  /** What was found in reading it: slips, syntax, variables. */
  problems: Problem[];
  /** A finding at a path of this file. */
  problem(finding: Finding, code: ProblemCode, severity?: Problem['severity']): Problem;
}

/** How git marks a conflict that nobody has resolved: where it begins, and where the other version does. */
const CONFLICT = /^<{7} /m;
const OTHER_VERSION = /^={7}\r?$/m;

/** Reads YAML 1.2 core, mends slips, fills variables. Throws nothing. */
export function readSource({ file, text }: SourceText, variables: Variables): Source {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  const conflict = OTHER_VERSION.test(text) ? CONFLICT.exec(text) : null;
  const repaired = repairSlips(shieldVariables(text));
  const root = repaired.document.contents;

  const place = (offset: number) => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const problem: Source['problem'] = (
    { path, message, atKey, expected, suggestion },
    code,
    severity = 'error',
  ) => {
    const offset = repaired.original(offsetOf(repaired.document, root, path, atKey));
    return {
      ...place(offset),
      path: formatPath(path),
      message,
      ...optional({ expected, suggestion }),
      severity,
      code,
    };
  };
  const corrected = (
    offset: number,
    path: Path,
    message: string,
    line: string,
    severity: Problem['severity'],
  ) => ({
    ...place(offset),
    path: formatPath(path),
    message: unshieldVariables(message),
    expected: unshieldVariables(line.trim()),
    suggestion: unshieldVariables(line),
    severity,
    code: 'slip' as const,
  });

  if (conflict !== null) {
    const message = 'git left a conflict of two versions here';
    const left = { ...place(conflict.index), path: '', message, expected: 'one of them' };
    const problems: Problem[] = [{ ...left, severity: 'error', code: 'yaml' }];
    return { file, value: undefined, readable: false, problems, problem };
  }
  const native = toNative(repaired.document, variables);
  const problems: Problem[] = [
    ...repaired.slips.map((slip) => corrected(slip.offset, slip.path, slip.message, slip.corrected, 'error')),
    ...repaired.errors.map(({ offset, message, path, isTwice, expected }) =>
      isTwice ? twiceProblem(place(offset), path) : yamlProblem(place(offset), path, message, expected),
    ),
    ...native.findings.map((finding) =>
      problem(finding, finding.message.startsWith('${') ? 'variable' : 'value'),
    ),
    ...doubtsIn(repaired.document, repaired.text).map(({ offset, message, corrected: line }) =>
      corrected(repaired.original(offset), pathAt(root, offset), message, line, 'warning'),
    ),
  ];
  return { file, value: native.value, readable: repaired.errors.length === 0, problems, problem };
}

type Place = Pick<Problem, 'file' | 'line' | 'column'>;

function twiceProblem(place: Place, path: Path): Problem {
  const message = 'this key stands in its map already';
  return {
    ...place,
    path: formatPath(path),
    message,
    expected: 'each key once',
    severity: 'error',
    code: 'yaml',
  };
}

function yamlProblem(place: Place, path: Path, message: string, expected: string | undefined): Problem {
  return {
    ...place,
    path: formatPath(path),
    message: `YAML cannot read this: ${message}`,
    ...optional({ expected, suggestion: undefined }),
    severity: 'error',
    code: 'yaml',
  };
}

function optional(fields: { expected: string | undefined; suggestion: string | undefined }) {
  return {
    ...(fields.expected === undefined ? {} : { expected: fields.expected }),
    ...(fields.suggestion === undefined ? {} : { suggestion: fields.suggestion }),
  };
}
