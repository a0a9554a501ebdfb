/** Time per line for patterns and lines made to hurt: twice the length may cost twice the time, not four times. */
import type { Selector } from '../../../shared/config/model.ts';
import { Line } from '../../../shared/match/line.ts';
import { compileProgram } from '../../../shared/match/program.ts';
import { compileSelector } from '../../../shared/match/selector.ts';
import { batchOf, ruleOf } from '../../match/rules.ts';
import { print } from './measure.ts';

const SHORT = 1 << 18;
const LONG = 1 << 20;

const regex = (source: string): Selector => ({ kind: 'regex', source });
const pattern = (text: string): Selector => ({ kind: 'pattern', pattern: text });

/** Each with a line that grows with `length`. */
export const HOSTILE: readonly { name: string; selector: Selector; line: (length: number) => string }[] = [
  { name: 'nested repeats', selector: regex('(a+)+$'), line: (n) => `${'a'.repeat(n)}!` },
  { name: 'repeats that overlap', selector: regex('(a|a)*b\\d'), line: (n) => `b${'a'.repeat(n)}` },
  { name: 'three stars', selector: regex('.*.*.*=x'), line: (n) => 'a='.repeat(n / 2) },
  { name: 'a start that comes again', selector: regex('\\d+ms'), line: (n) => `ms${'1'.repeat(n)}` },
  {
    name: 'a run entered everywhere',
    selector: regex('user=(?<u>\\S+) ip='),
    line: (n) => ` ip=${'user='.repeat(n / 5)}`,
  },
  { name: 'spaces at the end', selector: regex('\\s+$'), line: (n) => `${' '.repeat(n)}x` },
  { name: 'counted repeats', selector: regex('(?:a?){20}a{20}b'), line: (n) => `b${'a'.repeat(n)}` },
  { name: 'a proven run', selector: regex('\\[(?<x>[^[\\]]*)\\] end'), line: (n) => '[a] '.repeat(n / 4) },
  {
    name: 'a long proven run',
    selector: regex('\\[(?<x>[^[\\]]*)\\] end'),
    line: (n) => `] end[${'a'.repeat(n)}`,
  },
  { name: 'emoji', selector: regex('(?:[^x]{1,3}y)+z'), line: (n) => `yz${'😀'.repeat(n / 2)}` },
  { name: 'a pattern regex', selector: pattern('%a*a*a*b[0-9]%'), line: (n) => `b${'a'.repeat(n)}` },
  { name: 'open brackets', selector: pattern('[a, ..., b=x]'), line: (n) => '[ '.repeat(n / 2) },
  { name: 'open quotes', selector: pattern('[a, ..., b=x]'), line: (n) => '" '.repeat(n / 2) },
  { name: 'closed too late', selector: pattern('[a, ..., b=x]'), line: (n) => `${'[ '.repeat(n / 2)}]x` },
  { name: 'many fields', selector: pattern('[a=1, ..., b>3]'), line: (n) => '1 '.repeat(n / 2) },
  {
    name: 'nested JSON',
    selector: pattern('{ $.a[0] = 1 }'),
    line: (n) => `{"a":${'['.repeat(n / 2)}${']'.repeat(n / 2 - 6)}}`,
  },
  {
    name: 'wide JSON',
    selector: pattern('{ $.* = "zzzz" || $.a NOT EXISTS }'),
    line: (n) => `{"a":"zzzy"${',"b":1'.repeat(n / 6)}}`,
  },
  {
    name: 'near literals',
    selector: { kind: 'keyword', words: families(400) },
    line: (n) => 'failure-code-'.repeat(n / 13),
  },
  {
    name: 'a level',
    selector: { kind: 'level', level: 'ERROR', exact: false },
    line: (n) => ' err'.repeat(n / 4),
  },
  {
    name: 'an escaped level',
    selector: { kind: 'level', level: 'ERROR', exact: false },
    line: (n) => `{"level":"${' err'.repeat(n / 4)}"}`,
  },
  { name: 'numbers', selector: pattern('[a > 5]'), line: (n) => '9'.repeat(n) },
];

function families(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `failure-code-${index}.`);
}

/** Through the program, and past its search for literals, which would spare most of these lines. */
function timeMs(selector: Selector, text: string): number {
  const program = compileProgram([ruleOf({ match: selector })]);
  const batch = batchOf([text]);
  const compiled = compileSelector(selector, null);
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 4; round++) {
    const started = process.hrtime.bigint();
    program.match(batch, () => {});
    for (const event of batch.events) compiled.test(new Line(event, batch));
    best = Math.min(best, Number(process.hrtime.bigint() - started) / 1e6);
  }
  return best;
}

/** Prints the times at 256 KB and 1 MB; linear time is a ratio of about 4. */
export function benchHostile(): void {
  print('hostile patterns: 256 K characters, 1 M characters, ratio (linear: about 4, quadratic: 16)');
  for (const { name, selector, line } of HOSTILE) {
    const short = timeMs(selector, line(SHORT));
    const long = timeMs(selector, line(LONG));
    const ratio = short < 0.05 ? 'constant' : (long / short).toFixed(1);
    print(
      `  ${name.padEnd(26)} ${short.toFixed(2).padStart(8)} ms ${long.toFixed(2).padStart(8)} ms   ${ratio}`,
    );
  }
  print();
}
