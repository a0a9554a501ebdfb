import { appendFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { followedLog } from './followed-log.ts';

const log = followedLog();

describe('a followed file', () => {
  it('gives complete lines, as they are completed', async () => {
    expect(await log.poll()).toEqual([]);
    writeFileSync(log.path, 'one\r\ntwo\nthr');
    expect(await log.poll()).toEqual(['one', 'two']);
    expect(await log.poll()).toEqual([]);
    appendFileSync(log.path, 'ee\n\nfour\n');
    expect(await log.poll()).toEqual(['three', 'four']);
  });

  it('gives a last line without its end only when nothing more will come', async () => {
    writeFileSync(log.path, 'one\ntwo');
    expect(await log.poll()).toEqual(['one']);
    expect(await log.poll(true)).toEqual(['two']);
  });

  it('gives lines across chunks, and cuts endless ones', async () => {
    const long = '雪'.repeat(200_000);
    writeFileSync(log.path, `${long}\nshort\n${'x'.repeat(3 * 1024 * 1024)}`);
    const [first, second, ...pieces] = await log.poll(true);
    expect([first === long, second]).toEqual([true, 'short']);
    expect(pieces.join('')).toHaveLength(3 * 1024 * 1024);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(1024 * 1024);
  });

  it('names alike lines apart', async () => {
    writeFileSync(log.path, 'same\nsame\nsame\n');
    expect(await log.poll()).toEqual(['same', 'same', 'same']);
    expect(log.distinctIds()).toBe(3);
  });

  it('names lines so that those of one time are in their order', async () => {
    const texts = Array.from({ length: 300 }, (_, index) => `line ${index}`);
    writeFileSync(log.path, `${texts.join('\n')}\n`);
    await log.poll();
    const ids = log.taken.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
    expect(ids[0]).toHaveLength(56);
  });
});
