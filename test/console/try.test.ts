import { describe, expect, it } from 'vitest';
import { openConsole } from './open-console.ts';

const { stack, visitor } = openConsole();

describe('a pattern on lines', () => {
  const attempt = async (source: string, kind = 'pattern', text = 'GET /a 200\nGET /b 503') =>
    JSON.parse((await visitor().post('/api/try', { text, source, kind })).body);

  it('finds lines and their fields', async () => {
    expect(await attempt('[method, path, status = 5*]')).toMatchObject({
      problem: null,
      matched: 1,
      lines: [
        { matched: false },
        { matched: true, fields: expect.arrayContaining([{ name: 'status', text: '503' }]) },
      ],
    });
    expect(await attempt('{ $.a = 1 }', 'pattern', '{"a":1,"b":["x"]}')).toMatchObject({
      lines: [
        {
          fields: [
            { name: '$.a', text: '1' },
            { name: '$.b[0]', text: 'x' },
          ],
        },
      ],
    });
  });

  it('takes selectors and the fields of a rule as YAML', async () => {
    expect(await attempt('any: [{ keyword: "/a" }, { regex: "5\\\\d\\\\d" }]', 'yaml')).toMatchObject({
      matched: 2,
    });
    const rule = 'fields: "[method, path, status]"\nmatch: "{ $.status >= 500 }"';
    expect(await attempt(rule, 'yaml')).toMatchObject({ matched: 1, problem: null });
  });

  it('says what is wrong with it', async () => {
    expect((await attempt('[method, path')).problem).toEqual(expect.any(String));
    expect((await attempt('regex: "("', 'yaml')).problem).toContain('regex');
    expect((await attempt('{ : : }', 'yaml')).problem).toEqual(expect.any(String));
  });

  it('is not kept long by a line that is made for it', async () => {
    const answer = await attempt('regex: "(a+)+$"', 'yaml', `${'a'.repeat(100_000)}!`);
    expect(answer).toMatchObject({ problem: null, matched: 0 });
    const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    expect(await attempt('', 'pattern', deep)).toMatchObject({ problem: null, matched: 1 });
  });
});

describe('the live stream', () => {
  it('brings to who may act the lines since the last look', async () => {
    const ask = async (since: number) => JSON.parse((await visitor().post('/api/lines', { since })).body);
    const { count } = await ask(0);
    await stack().log(['one more line']);
    expect(await ask(count)).toEqual({ lines: ['one more line'], count: count + 1 });
    expect((await visitor().post('/api/lines', { since: -1 })).status).toBe(400);
  });
});
