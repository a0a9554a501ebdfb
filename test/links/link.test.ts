import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINK_PURPOSES, type Link, readLink, signLink } from '../../shared/links/link.ts';
import { codePoint } from '../support/code-point.ts';

const KEY = 'a key of the test, long enough for anything';
const NOW = Date.UTC(2026, 10, 21, 3);

const link = (changes: Partial<Link> = {}): Link => ({
  purpose: 'acknowledge',
  ruleId: 'order-errors',
  fingerprint: '0123456789abcdef',
  startsAt: NOW - 60_000,
  receiver: 'ops',
  expiresAt: NOW + 3_600_000,
  nonce: 'abc',
  ...changes,
});

const anyLink = fc.record<Link>({
  purpose: fc.constantFrom(...LINK_PURPOSES),
  ruleId: fc.string(),
  fingerprint: fc.string(),
  startsAt: fc.integer({ min: 0, max: 8.64e15 }),
  receiver: fc.string({ unit: codePoint }),
  expiresAt: fc.integer({ min: 1, max: 4e9 }).map((seconds) => seconds * 1000),
  nonce: fc.string(),
});

describe('a signed link', () => {
  it('says what it was made for, until it expires', () => {
    fc.assert(
      fc.property(anyLink, (made) => {
        const token = signLink(KEY, made);
        expect(token).toMatch(/^[\w.-]+$/);
        if (token.length > 2000) return;
        expect(readLink(KEY, token, made.expiresAt - 1)).toEqual({ kind: 'valid', link: made });
        expect(readLink(KEY, token, made.expiresAt)).toEqual({ kind: 'expired', link: made });
      }),
    );
  });

  it('is short enough for a message', () => {
    expect(signLink(KEY, link()).length).toBeLessThan(160);
  });

  it('is worth nothing with another key', () => {
    expect(readLink('another key', signLink(KEY, link()), NOW)).toEqual({ kind: 'forged' });
  });

  it('is worth nothing once any character of it was changed, left out or added', () => {
    const token = signLink(KEY, link());
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=/+ %\u0000';
    for (let at = 0; at < token.length; at++) {
      const [before, after] = [token.slice(0, at), token.slice(at + 1)];
      expect(readLink(KEY, before + after, NOW).kind).toBe('forged');
      for (const char of alphabet) {
        if (char !== token[at]) expect(readLink(KEY, before + char + after, NOW).kind).toBe('forged');
        expect(readLink(KEY, `${before}${char}${token.slice(at)}`, NOW).kind).toBe('forged');
      }
    }
  });

  it('cannot be turned to another purpose, alert or time with the signature of another', () => {
    const mac = signLink(KEY, link()).split('.')[1];
    for (const other of [
      link({ purpose: 'silence' }),
      link({ fingerprint: 'fedcba9876543210' }),
      link({ startsAt: NOW }),
      link({ expiresAt: NOW + 7_200_000 }),
    ]) {
      const payload = signLink(KEY, other).split('.')[0];
      expect(readLink(KEY, `${payload}.${mac}`, NOW)).toEqual({ kind: 'forged' });
    }
  });

  it('is forged, and no error, whatever stands in its place', () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint, maxLength: 300 }), (text) => {
        expect(readLink(KEY, text, NOW)).toEqual({ kind: 'forged' });
      }),
    );
    expect(readLink(KEY, `${'A'.repeat(100_000)}.AAAA`, NOW)).toEqual({ kind: 'forged' });
  });
});
