/** What requests bring, read within bounds. */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

/** What a stream brings: buffers, as long as nobody sets an encoding. */
export function chunksOf(stream: Readable): AsyncIterable<Buffer> {
  return stream;
}

/**
 * A body as text, kept up to about `bytesMax`; it is read to its end all the same, so that the answer reaches whoever
 * sends too much.
 */
export async function bodyText(request: IncomingMessage, bytesMax: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunksOf(request)) {
    if (bytes < bytesMax) chunks.push(chunk);
    bytes += chunk.length;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A body; null where it is larger than `bytesMax`: the rest is then left unread. */
export async function wholeBody(request: IncomingMessage, bytesMax: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunksOf(request)) {
    bytes += chunk.length;
    if (bytes > bytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
