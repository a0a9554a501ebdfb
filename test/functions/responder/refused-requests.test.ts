import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codePoint } from '../../support/code-point.ts';
import { HOSTILE, openDoor, tokenOf } from './open-door.ts';

const { firing, open, send, acknowledged } = openDoor();

describe('a request that should do nothing', () => {
  it('is anything at all without a genuine link', async () => {
    const text = fc.string({ unit: codePoint, maxLength: 60 });
    const asked = fc.record({
      method: fc.constantFrom('GET', 'POST', 'HEAD', 'PUT', ''),
      query: text,
      headers: fc.dictionary(
        fc.constantFrom('accept-language', 'content-type', 'sec-fetch-site', 'host'),
        text,
      ),
      body: text,
    });
    await fc.assert(
      fc.asyncProperty(text, asked, async (path, how) => {
        const { statusCode, headers, body } = await open(path, how);
        expect([403, 405]).toContain(statusCode);
        expect(headers?.['content-security-policy']).toContain("default-src 'none'");
        expect(body).not.toContain('Errors at the gate');
      }),
      { numRuns: 200 },
    );
  });

  it('comes from a page of another site', async () => {
    const link = await firing();
    const token = tokenOf(link, { purpose: 'acknowledge' });
    for (const site of ['cross-site', 'same-site', 'nonsense']) {
      const answer = await send(
        token,
        { name: 'Mallory', for: '1h' },
        { headers: { 'sec-fetch-site': site } },
      );
      expect(answer.statusCode).toBe(403);
    }
    expect(await acknowledged(link)).toBeUndefined();
    const own = await send(
      token,
      { name: 'Ann', for: '1h' },
      { headers: { 'sec-fetch-site': 'same-origin' } },
    );
    expect(own.statusCode).toBe(200);
  });

  it('uses another method', async () => {
    const token = tokenOf(await firing(), { purpose: 'acknowledge' });
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'post ']) {
      const answer = await open(token, { method });
      expect(answer).toMatchObject({ statusCode: 405, headers: { allow: 'GET, HEAD, POST' } });
    }
    expect(await open(token, { method: 'HEAD' })).toMatchObject({ statusCode: 200, body: '' });
  });

  it('has a body that is too large, no form, or one that is not ours', async () => {
    const link = await firing();
    const token = tokenOf(link, { purpose: 'acknowledge' });
    const answers = [
      await send(token, { name: 'A'.repeat(9000), for: '1h' }),
      await open(token, { method: 'POST', body: 'x'.repeat(1_000_000) }),
      await open(token, { method: 'POST' }),
      await open(token, {
        method: 'POST',
        body: '{"name":"Ann","for":"1h"}',
        headers: { 'content-type': 'application/json' },
      }),
      await send(token, { name: 'Ann' }),
      await send(token, { name: 'Ann', for: '100y' }),
      await send(token, { name: 'Ann', for: '__proto__' }),
    ];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([413, 413, 415, 415, 415, 415, 415]);
    expect(await acknowledged(link)).toBeUndefined();
  });

  it('claims a name that is markup, far too long, or on several lines', async () => {
    const link = await firing();
    await send(tokenOf(link, { purpose: 'acknowledge' }), {
      name: `${HOSTILE}\r\n${'漢'.repeat(500)}`,
      for: '1h',
    });
    const { by = '' } = (await acknowledged(link)) ?? {};
    expect(by).not.toMatch(/[\r\n]/);
    expect(by.length).toBeLessThanOrEqual(80);
    const { body } = await open(tokenOf(link));
    expect(body).not.toContain('<script');
  });
});
