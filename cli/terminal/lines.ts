import { isAscii } from 'node:buffer';
import { createGunzip } from 'node:zlib';

const GZIP_MAGIC = [0x1f, 0x8b];
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const LINE_END = 0x0a;
const RETURN = 0x0d;
/** A longer line is read in pieces of about this size, as `tocsin local` does: memory stays bounded. */
const LINE_BYTES_MAX = 1024 * 1024;

/**
 * The lines of a stream of UTF-8 bytes, unpacked where it is gzipped, without their line ends, in blocks of as many as
 * were read at once, possibly none. A line is read in linear time however long it is, one beyond a megabyte in pieces.
 */
export async function* readLineBlocks(stream: NodeJS.ReadableStream): AsyncGenerator<string[]> {
  // What follows the last line end. Cut there, no character is cut: a line end is no part of another in UTF-8.
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let isFirst = true;
  const cut = (bytes: Buffer) => {
    const text = isFirst ? withoutMark(bytes) : bytes;
    isFirst = false;
    return linesOf(text);
  };
  for await (const bytes of unpacked(stream)) {
    const end = bytes.lastIndexOf(LINE_END) + 1;
    const whole = end === 0 ? undefined : joined([...pending, bytes.subarray(0, end)]);
    if (whole !== undefined) pending = [];
    if (end < bytes.length) pending.push(bytes.subarray(end));
    pendingBytes = (whole === undefined ? pendingBytes : 0) + bytes.length - end;
    yield whole === undefined ? [] : cut(whole);
    if (pendingBytes <= LINE_BYTES_MAX) continue;
    const long = joined(pending);
    const at = characterAt(long);
    pending = [long.subarray(at)];
    pendingBytes = long.length - at;
    yield cut(Buffer.concat([long.subarray(0, at), Buffer.of(LINE_END)]));
  }
  if (pending.length > 0) yield cut(joined([...pending, Buffer.of(LINE_END)]));
}

/** Where the last character begins, which may go on in what is read next. */
function characterAt(bytes: Buffer): number {
  const begins = (at: number) => ((bytes[at] ?? 0) & 0b1100_0000) !== 0b1000_0000;
  return [1, 2, 3, 4].map((back) => bytes.length - back).find(begins) ?? bytes.length;
}

function joined(parts: Buffer[]): Buffer {
  const [only = Buffer.of(), ...more] = parts;
  return more.length === 0 ? only : Buffer.concat(parts);
}

/** Without the byte order mark that some systems begin a file with: it is no part of its first line. */
function withoutMark(bytes: Buffer): Buffer {
  const isMarked = BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte);
  return isMarked ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes;
}

/** Lines of which each ends; none is a piece of a larger text, which it would keep alive as long as it is. */
function linesOf(bytes: Buffer): string[] {
  // Most logs hold nothing else, which is faster to read.
  const encoding = isAscii(bytes) ? 'latin1' : 'utf8';
  const lines: string[] = [];
  let start = 0;
  for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, start)) {
    const hasReturn = end > start && bytes[end - 1] === RETURN;
    lines.push(bytes.toString(encoding, start, hasReturn ? end - 1 : end));
    start = end + 1;
  }
  return lines;
}

async function* unpacked(stream: NodeJS.ReadableStream): AsyncGenerator<Buffer> {
  const chunks = buffers(stream)[Symbol.asyncIterator]();
  const first = await firstBytes(chunks);
  if (GZIP_MAGIC.every((byte, index) => first[index] === byte)) {
    yield* gunzipped(first, chunks);
    return;
  }
  yield first;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
}

async function* buffers(stream: NodeJS.ReadableStream): AsyncGenerator<Buffer> {
  for await (const chunk of stream) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

/** At least two bytes, where there are as many. */
async function firstBytes(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let first = Buffer.alloc(0);
  while (first.length < GZIP_MAGIC.length) {
    const next = await chunks.next();
    if (next.done) break;
    first = Buffer.concat([first, next.value]);
  }
  return first;
}

async function* gunzipped(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const feeding = feed(gunzip, first, rest).catch((error: Error) => gunzip.destroy(error));
  for await (const chunk of gunzip) yield chunk;
  await feeding;
}

async function feed(
  gunzip: ReturnType<typeof createGunzip>,
  first: Buffer,
  rest: AsyncIterator<Buffer>,
): Promise<void> {
  let next: IteratorResult<Buffer> = { done: false, value: first };
  while (!next.done && !gunzip.destroyed) {
    if (!gunzip.write(next.value)) await drained(gunzip);
    next = await rest.next();
  }
  gunzip.end();
}

function drained(gunzip: ReturnType<typeof createGunzip>): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      gunzip.off('drain', done);
      gunzip.off('close', done);
      resolve();
    };
    gunzip.on('drain', done);
    gunzip.on('close', done);
  });
}
