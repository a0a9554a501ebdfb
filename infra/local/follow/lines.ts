import { eventIdAt } from '../event-ids.ts';
import { continues } from './continuation.ts';

/** A complete line, or a record of several, and where it stood. */
export interface Line {
  text: string;
  /** Unique over files and restarts; sorts as the lines stand in their file. */
  id: string;
}

interface Placed {
  text: string;
  /** Of its first byte, from the beginning of the bytes. */
  at: number;
}

const NEWLINE = 0x0a;
/** A record grows no further: what follows begins another. */
const RECORD_LINES_MAX = 500;
const RECORD_CHARACTERS_MAX = 256 * 1024;

/**
 * The lines of these bytes, empty ones left out, joined to records where that is asked for.
 * @param origin names the file; with `offset`, where the bytes begin in it, and the text it makes the ids
 */
export function linesOf(bytes: Buffer, origin: string, offset: number, joins: boolean): Line[] {
  return recordsIn(bytes, joins).map(({ text, at }) => {
    const position = offset + at;
    return { text, id: eventIdAt(position, `${origin}|${position}|${text}`) };
  });
}

/** Where the last record begins; 0 where there is one only: then nothing is known to be whole. */
export function lastRecordAt(bytes: Buffer): number {
  return recordsIn(bytes, true).at(-1)?.at ?? 0;
}

function recordsIn(bytes: Buffer, joins: boolean): Placed[] {
  const placed = placedLines(bytes);
  if (!joins) return placed;
  const records: Placed[] = [];
  let lines: string[] = [];
  for (const line of placed) {
    const record = records.at(-1);
    const hasRoom =
      lines.length < RECORD_LINES_MAX &&
      (record?.text.length ?? 0) + line.text.length < RECORD_CHARACTERS_MAX;
    if (record !== undefined && hasRoom && continues(line.text, lines)) {
      record.text += `\n${line.text}`;
      lines.push(line.text);
    } else {
      records.push({ ...line });
      lines = [line.text];
    }
  }
  return records;
}

function placedLines(bytes: Buffer): Placed[] {
  const lines: Placed[] = [];
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline;
    const text = bytes.toString('utf8', start, end).replace(/\r$/, '');
    if (text !== '') lines.push({ text, at: start });
    start = end + 1;
  }
  return lines;
}
