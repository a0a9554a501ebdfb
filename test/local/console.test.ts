import { request } from 'node:http';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../cli/main.ts';
import { MINUTE, startTestStack, type TestStack } from '../support/stack.ts';

const DOCUMENT = `
version: 1
rules:
  - { id: errors, title: '<b>Errors</b>', match: ERROR, groupBy: { who: $.who }, when: { count: 1, within: 5m } }
  - { id: others, match: OTHER, when: { count: 9, within: 5m } }
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
route: { receiver: ops }
`;
const HOSTILE = '<script>alert(1)</script>"onload=';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack(DOCUMENT);
  await stack.log([JSON.stringify({ level: 'ERROR', who: HOSTILE })]);
  await stack.config.put({
    pk: 'rule',
    sk: 'others',
    id: 'others',
    match: 'OTHER',
    when: { count: 'many', within: '5m' },
  });
  await stack.advance(MINUTE);
});
afterAll(async () => stack.stop());

/** By hand, since fetch sets the Host header itself. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>(
    (resolve, reject) => {
      const asked = request(new URL(path, stack.urls.console), { method, headers }, async (response) => {
        let body = '';
        for await (const chunk of response) body += chunk;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
      asked.on('error', reject).end();
    },
  );
}

async function tocsin(...argv: string[]) {
  let out = '';
  let err = '';
  const write = (text: string) => {
    out += text;
  };
  const io = {
    stdout: write,
    stderr: (text: string) => {
      err += text;
    },
    stdin: Readable.from([]),
    env: {},
    cwd: '/',
  };
  return { code: await main(argv, { ...io, isTerminal: false }), out, err };
}

describe('the console on this machine', () => {
  it('shows what fires and which rules work, in the language that is asked for', async () => {
    const english = await get('/?lang=en');
    expect(english.body).toContain('Firing now');
    expect(english.body).toContain('broken; its last good version is in force');
    expect((await get('/?lang=zh-CN')).body).toContain('正在告警');
    expect((await get('/', { 'accept-language': 'zh-CN,zh;q=0.9' })).body).toContain('<html lang="zh-CN">');
  });

  it('leads to the page of what fires', async () => {
    const [, url = ''] =
      /<a class="button" href="([^"]+)">Alert page</.exec((await get('/?lang=en')).body) ?? [];
    expect(url.startsWith(`${stack.urls.responder}/`)).toBe(true);
    const page = await fetch(url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('Example lines');
  });

  it('lets nothing of a log or a rule become markup, and no script run', async () => {
    const { body, headers } = await get('/');
    expect(body).not.toContain('<script');
    expect(body).not.toContain('<b>Errors</b>');
    expect(body).toContain('&lt;b&gt;Errors&lt;/b&gt;');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('answers to this machine by its own names only', async () => {
    expect((await get('/', { host: 'evil.example.com' })).status).toBe(403);
    expect((await get('/api/alerts', { host: 'evil.example.com' })).status).toBe(403);
    expect((await get('/', {}, 'POST')).status).toBe(405);
    expect((await get('/../../etc/passwd')).status).toBe(404);
  });
});

describe('tocsin rules', () => {
  it('says of each rule whether it is in force, and of a broken one where and why', async () => {
    const { code, out } = await tocsin('rules', '--local', stack.urls.console);
    expect(code).toBe(1);
    expect(out).toContain('errors: in force\n');
    expect(out).toMatch(/others: broken, last good version in force\n {4}when\.count: .+/);
  });

  it('gives the same to machines', async () => {
    const { out } = await tocsin('rules', '--local', stack.urls.console, '--json');
    const items = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(items).toMatchObject([
      { type: 'rule', id: 'errors', state: 'ok' },
      { type: 'rule', id: 'others', state: 'stale', problems: [{ path: 'when.count' }] },
    ]);
  });

  it('says in one sentence where nothing answers, or nobody was named', async () => {
    expect(await tocsin('rules', '--local', 'http://127.0.0.1:9')).toMatchObject({ code: 3 });
    expect(await tocsin('rules', 'x')).toMatchObject({ code: 2 });
  });
});
