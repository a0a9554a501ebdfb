import { parseArgs } from 'node:util';
import type { Silence } from '../../shared/routing/silences.ts';
import { type Connection, PLACE_OPTIONS } from '../place/connection.ts';
import { datedJson } from '../terminal/dated.ts';
import type { Io } from '../terminal/io.ts';
import { silenceText } from './silence-text.ts';

const OPTIONS = {
  ...PLACE_OPTIONS,
  for: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  during: { type: 'string' },
  author: { type: 'string' },
  comment: { type: 'string' },
  all: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

export type Values = ReturnType<typeof parse>['values'];
/** The options of every `tocsin silence`. */
export const parse = (argv: string[]) => parseArgs({ args: argv, allowPositionals: true, options: OPTIONS });

/** What every verb of `tocsin silence` works with. */
export interface Work {
  place: Connection;
  values: Values;
  io: Io;
  /** ms */
  now: number;
}

/** What a verb does at a place, once its words are understood; resolves to the exit code. */
export type Carry = (work: Work) => Promise<number>;

/** Prints a silence, for people or as JSON. */
export async function show(
  silence: Silence,
  { io, values, timeZone, state }: Work & { timeZone: string; state: string },
): Promise<void> {
  await io.stdout(
    values.json === true
      ? `${datedJson({ type: 'silence', state, ...silence })}\n`
      : `${silenceText(silence, state, timeZone)}\n`,
  );
}
