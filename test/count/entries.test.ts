import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hash } from '../../shared/count/entries.ts';

describe('the short hash of an event', () => {
  it('is the first 8 bytes of SHA-256 in base64url: functions of every release write the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const bytes = createHash('sha256').update(text).digest().subarray(0, 8);
        expect(hash(text)).toBe(bytes.toString('base64url'));
      }),
    );
  });
});
