import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLineBlocks } from '../../cli/terminal/lines.ts';

async function linesIn(chunks: Buffer[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const block of readLineBlocks(Readable.from(chunks))) lines.push(...block);
  return lines;
}

/** Cut into pieces of these lengths, over and over. */
function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let [at, turn] = [0, 0]; at < bytes.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1;
    chunks.push(bytes.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

function expected(text: string): string[] {
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  return text === '' || text.endsWith('\n') ? lines.slice(0, -1) : lines;
}

const text = fc
  .array(fc.constantFrom('a', 'ERROR', '\n', '\r\n', '\r', 'é', '漢', '😀', ' '))
  .map((parts) => parts.join(''));
const lengths = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 });

describe('the lines of a stream', () => {
  it('are those of its text, wherever its bytes were cut', async () => {
    await fc.assert(
      fc.asyncProperty(text, lengths, fc.boolean(), async (whole, pieces, isGzipped) => {
        const bytes = isGzipped ? gzipSync(whole) : Buffer.from(whole);
        expect(await linesIn(cut(bytes, pieces))).toEqual(expected(whole));
      }),
    );
  });

  it('come in pieces where they are longer than a megabyte, no character of them cut', async () => {
    const mebibyte = 1024 * 1024;
    for (const unit of ['漢', 'ab😀', 'A']) {
      const line = unit.repeat(Math.ceil((3 * mebibyte) / Buffer.byteLength(unit)));
      const bytes = gzipSync(`short\n${line}\nend`);
      const [first, ...pieces] = await linesIn(cut(bytes, [10_007]));
      expect([first, pieces.pop()]).toEqual(['short', 'end']);
      expect(pieces.join('')).toBe(line);
      for (const piece of pieces) expect(Buffer.byteLength(piece)).toBeLessThan(2 * mebibyte);
    }
    const broken = Buffer.alloc(3 * mebibyte, 0x80);
    expect((await linesIn([broken, broken])).length).toBeGreaterThan(1);
  });

  it('leave out the byte order mark of a file, wherever its bytes were cut', async () => {
    const marked = Buffer.from('\ufeff{"a":1}\n\ufeffb');
    for (const length of [1, 2, 3, 100])
      expect(await linesIn(cut(marked, [length]))).toEqual(['{"a":1}', '\ufeffb']);
    expect(await linesIn([gzipSync(marked)])).toEqual(['{"a":1}', '\ufeffb']);
  });
});
