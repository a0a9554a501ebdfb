/** What rotation calls the files that it leaves behind. */
import { extname } from 'node:path';

const NUMBERED = /\.\d+$|\.(?:old|bak)$|\.log[-.]\d{4,}\S*$/;
const COMPRESSED = /\.(?:gz|bz2|xz|zst|lz4|lzma|zip|br|Z)$/;
const DATE =
  /(?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])|(?:0[1-9]|[12]\d|3[01])[-_.](?:0[1-9]|[12]\d|3[01])[-_.](?:19|20)\d\d/
    .source;
/** `app.2026-11-21.log`, `app.log-20261121`, `messages-20261121`: a date, perhaps a time and a number, and an ending. */
const DATED = new RegExp(`^(?<stem>.+?)[-._](?:${DATE})[\\dTZ:_.+-]*?(?<ending>\\.[A-Za-z]\\w*)?$`);

/** Compressed in the way that is read here. */
export function isCompressed(name: string): boolean {
  return name.endsWith('.gz');
}

/** Compressed in a way that is not read here. */
export function isUnreadable(name: string): boolean {
  return COMPRESSED.test(name) && !isCompressed(name);
}

/** Whether a name says by itself that it is not where a service writes. */
export function isLeftBehind(name: string): boolean {
  return NUMBERED.test(name) || COMPRESSED.test(name);
}

/** What a file with a date in its name was called before it was rotated; null where there is no date. */
export function nameBeforeDate(name: string): string | null {
  const { stem, ending = '' } = DATED.exec(name.replace(COMPRESSED, ''))?.groups ?? {};
  return stem === undefined ? null : stem + ending;
}

/** Whether rotation may leave a file of `name` under such a name, or under one that others have, too. */
export function mayComeFrom(name: string, rotated: string): boolean {
  const stem = name.slice(0, name.length - extname(name).length);
  return rotated !== name && rotated.startsWith(stem) && /^[-._]/.test(rotated.slice(stem.length));
}

/** Whether a name is one that rotation gives to files of `name`, and to nobody else's: `app.log.1`, `app.2026-11-21.log`. */
export function comesFrom(name: string, rotated: string): boolean {
  if (nameBeforeDate(rotated) === name) return true;
  return rotated.startsWith(name) && /^(?:[-.]\d|\.(?:old|bak)\b)/.test(rotated.slice(name.length));
}

/** Which of two rotated files is older by its name: less than 0, the first. A number goes up with age, a date does not. */
export function byName(first: string, second: string): number {
  const isDated = nameBeforeDate(first) !== null;
  return isDated ? NUMERIC.compare(first, second) : NUMERIC.compare(second, first);
}

const NUMERIC = new Intl.Collator('en', { numeric: true });
