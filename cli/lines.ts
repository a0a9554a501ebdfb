import { isAscii } from 'node:buffer';
import { createGunzip } from 'node:zlib';

const GZIP_MAGIC = [0x1f, 0x8b];
const LINE_END = 0x0a;

/**
 * The lines of a stream of UTF-8 bytes, unpacked where it is gzipped, without their line ends. A line is read
 * in linear time however long it is.
 */
export async function* readLines(stream: NodeJS.ReadableStream): AsyncGenerator<string> {
  for await (const lines of readLineBlocks(stream)) yield* lines;
}

/** The same in blocks of as many lines as were read at once, possibly none. */
export async function* readLineBlocks(stream: NodeJS.ReadableStream): AsyncGenerator<string[]> {
  // What follows the last line end. Cut there, no character is cut: a line end is no part of another in UTF-8.
  let pending: Buffer[] = [];
  for await (const bytes of unpacked(stream)) {
    const end = bytes.lastIndexOf(LINE_END) + 1;
    const whole = end === 0 ? undefined : textOf([...pending, bytes.subarray(0, end - 1)]);
    if (whole !== undefined) pending = [];
    if (end < bytes.length) pending.push(bytes.subarray(end));
    yield whole === undefined ? [] : linesOf(whole);
  }
  const last = textOf(pending);
  if (last !== '') yield linesOf(last);
}

function textOf(parts: Buffer[]): string {
  const [only, ...more] = parts;
  if (only === undefined) return '';
  const bytes = more.length === 0 ? only : Buffer.concat(parts);
  // Most logs hold nothing else, which is several times faster to read.
  return isAscii(bytes) ? bytes.toString('latin1') : bytes.toString();
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  return text.includes('\r') ? lines.map(withoutReturn) : lines;
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
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
