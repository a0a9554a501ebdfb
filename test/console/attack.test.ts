import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE, startTestStack, type TestStack } from '../support/stack.ts';
import { send, Visitor } from './browser.ts';
import { startClosedConsole } from './closed-console.ts';

const HOSTILE = '<script>alert(1)</script>"onload=';
const DOCUMENT = `
version: 1
rules:
  - { id: errors, title: "<b>Errors</b>\\u202e", match: ERROR, groupBy: { who: $.who }, when: { count: 1, within: 5m } }
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
route: { receiver: ops }
`;

let stack: TestStack;
let visitor: Visitor;
beforeAll(async () => {
  stack = await startTestStack(DOCUMENT);
  await stack.log([JSON.stringify({ level: 'ERROR', who: HOSTILE })]);
  await stack.advance(MINUTE);
  visitor = await Visitor.through(stack.consoleLink());
});
afterAll(async () => stack.stop());

/** The status of a request of which only the head is ever sent. */
function begun(path: string, headers: Record<string, string>): Promise<number> {
  const { hostname, port } = new URL(stack.urls.console);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, method: 'POST', headers }, (response) => {
      resolve(response.statusCode ?? 0);
      asked.destroy();
    });
    asked.once('error', reject);
    asked.flushHeaders();
  });
}

const silence = { matchers: ['rule="errors"'], forMs: MINUTE };
const post = (headers: Record<string, string>, body = JSON.stringify(silence)) =>
  send(stack.urls.console, '/api/silence', { method: 'POST', headers, body });

describe('other names of this machine', () => {
  it.each([
    ['evil.example.com'],
    ['127.0.0.1.evil.example.com'],
    ['127.0.0.1'],
    ['127.0.0.1:1'],
    ['localhost.:80'],
    ['[::1]'],
    ['[::ffff:127.0.0.1]:80'],
    ['0.0.0.0'],
  ])('%s is refused, page and interface', async (host) => {
    for (const path of ['/', '/api/alerts', '/app.js']) {
      expect((await send(stack.urls.console, path, { headers: { host } })).status).toBe(403);
    }
  });

  it('is refused on the right port, too', async () => {
    const { port } = new URL(stack.urls.console);
    for (const name of ['evil.example.com', '[::1]', '0.0.0.0', '127.0.0.1.evil.example.com', '2130706433'])
      expect(
        (await send(stack.urls.console, '/api/alerts', { headers: { host: `${name}:${port}` } })).status,
      ).toBe(403);
  });

  it('leaves its own', async () => {
    const { port } = new URL(stack.urls.console);
    expect((await send(stack.urls.console, '/', { headers: { host: `localhost:${port}` } })).status).toBe(
      200,
    );
  });
});

describe('paths', () => {
  it.each([
    '/../../package.json',
    '/..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/views/../../server.ts',
    '/server.ts',
    '//etc/passwd',
    '/views',
    '/__proto__',
    '/api/constructor',
    '/api/__proto__',
    '/style.css%00.js',
    '/..\\..\\package.json',
    '/%252e%252e/package.json',
  ])('%s leads nowhere', async (path) => {
    expect((await send(stack.urls.console, path)).status).toBe(404);
  });
});

describe('addresses', () => {
  it.each(['//', 'http://[', '/\\'])('%s does not bring it down', async (path) => {
    expect([400, 404]).toContain((await send(stack.urls.console, path)).status);
    expect(stack.failures).toEqual([]);
  });

  it('that name what every object has find nothing', async () => {
    for (const name of ['__proto__', 'constructor', 'toString'])
      for (const path of [
        `/api/rule?id=${name}`,
        `/api/preview?id=${name}`,
        `/api/alert?rule=${name}&fingerprint=${name}&startsAt=1`,
      ])
        expect((await send(stack.urls.console, path)).status).toBe(404);
  });
});

describe('the link of the terminal', () => {
  it('works once', async () => {
    const { origin, pathname, search } = new URL(stack.consoleLink());
    const first = await send(origin, `${pathname}${search}`);
    expect(first.status).toBe(303);
    expect(first.headers.location).toBe('/');
    expect(first.headers['set-cookie']?.[0]).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    const second = await send(origin, `${pathname}${search}`);
    expect(second.status).toBe(403);
    expect(second.headers['set-cookie']).toBeUndefined();
  });

  it('is not used up by whoever only asks what is there', async () => {
    const { origin, pathname, search } = new URL(stack.consoleLink());
    const look = await send(origin, `${pathname}${search}`, { method: 'HEAD' });
    expect(look.headers['set-cookie']).toBeUndefined();
    expect((await send(origin, `${pathname}${search}`)).status).toBe(303);
  });

  it('leaves its token in no answer, and in no address that another site is told', async () => {
    const { origin, pathname, search } = new URL(stack.consoleLink());
    const opened = await send(origin, `${pathname}${search}`);
    const refused = await send(origin, `${pathname}${search}`);
    const token = search.replace('?token=', '');
    for (const { headers, body } of [opened, refused]) {
      expect(JSON.stringify(headers) + body).not.toContain(token);
      expect(headers['referrer-policy']).toBe('same-origin');
      expect(headers['cache-control']).toBe('no-store');
    }
    expect(JSON.stringify(stack.failures)).not.toContain(token);
  });

  it('is worth nothing once there are many newer ones, and cannot be guessed', async () => {
    const [old, ...newer] = Array.from({ length: 9 }, () =>
      new URL(stack.consoleLink()).searchParams.get('token'),
    );
    for (const token of [old, '', 'null', 'x'.repeat(43)]) {
      const answer = await send(stack.urls.console, `/?token=${token}`);
      expect(answer.status).toBe(403);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    expect((await send(stack.urls.console, `/?token=${newer[0]}`)).status).toBe(303);
  });
});

describe('acting', () => {
  it('needs the session', async () => {
    const { cookie: _cookie, ...without } = visitor.headers;
    expect((await post(without)).status).toBe(401);
    const { port } = new URL(stack.urls.console);
    expect((await post({ ...without, cookie: `tocsin-${port}=guess; tocsin-1=x` })).status).toBe(401);
  });

  it('is refused to pages of other origins, another port of this machine included', async () => {
    const { origin: _origin, ...without } = visitor.headers;
    expect((await post(without)).status).toBe(403);
    for (const origin of [
      'http://evil.example.com',
      'http://127.0.0.1:1',
      'null',
      `${stack.urls.console}.evil`,
    ])
      expect((await post({ ...without, origin })).status).toBe(403);
    expect((await post({ ...visitor.headers, 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await post({ ...visitor.headers, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  it('takes JSON only, as no form can send it', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
      expect((await post({ ...visitor.headers, 'content-type': type })).status).toBe(415);
    const strange = '{"matchers":["a=b"],"forMs":60000,"__proto__":{"by":"x"},"constructor":1}';
    for (const body of ['', '{', '[]', 'null', '{"matchers":1}', '{"__proto__":{}}', strange])
      expect((await post(visitor.headers, body)).status).toBe(400);
  });

  it('takes no large body, whether or not it says how large it is', async () => {
    const large = 'x'.repeat(600 * 1024);
    expect((await post({ ...visitor.headers, 'content-length': String(large.length) }, large)).status).toBe(
      413,
    );
    const chunked = await post({ ...visitor.headers, 'transfer-encoding': 'chunked' }, large).catch(
      () => null,
    );
    expect(chunked === null || chunked.status === 413).toBe(true);
  });

  it('is refused before the body is waited for', async () => {
    const { cookie: _cookie, ...without } = visitor.headers;
    const slow = { ...without, 'content-length': '1000' };
    expect(await begun('/api/silence', slow)).toBe(401);
    expect(
      await begun('/api/silence', { ...visitor.headers, origin: 'null', 'content-length': '1000' }),
    ).toBe(403);
  });

  it('takes no other method', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'])
      expect(
        (await send(stack.urls.console, '/api/silence', { method, headers: visitor.headers })).status,
      ).toBe(405);
  });

  it('did nothing in all of that', async () => {
    expect(await stack.state.query({ pk: 'silences' })).toEqual([]);
  });

  it('is possible with everything as it should be', async () => {
    expect((await visitor.post('/api/silence', silence)).status).toBe(200);
    expect(await stack.state.query({ pk: 'silences', from: 'silence#', to: 'silence$' })).toHaveLength(1);
  });
});

describe('reading', () => {
  it('is refused to pages of other origins that ask through a browser', async () => {
    for (const site of ['cross-site', 'same-site'])
      expect(
        (await send(stack.urls.console, '/api/alerts', { headers: { 'sec-fetch-site': site } })).status,
      ).toBe(403);
  });

  it('carries hostile text as data, and lets no script run but the page’s own', async () => {
    const page = await send(stack.urls.console, '/');
    expect(page.body).not.toContain('Errors');
    const policy = page.headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toContain('unsafe');
    const answer = await send(stack.urls.console, '/api/now');
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    const { rules } = await visitor.read<{ rules: { title: string }[] }>('/api/rulebook');
    expect(rules.map(({ title }) => title)).toEqual(['<b>Errors</b>']);
    const { groups } = JSON.parse(answer.body);
    expect(groups[0].alerts[0].labels).toContainEqual({ name: 'who', text: HOSTILE });
  });
});

describe('a console that everybody must have the link for', () => {
  it('shows and does nothing without a session', async () => {
    const links: string[] = [];
    const closed = await startClosedConsole(stack, {
      showLink: (link) => void links.push(link),
      failed: (error) => {
        throw error;
      },
    });
    try {
      for (const path of ['/style.css', '/icon.svg']) expect((await send(closed.url, path)).status).toBe(200);
      for (const path of ['/', '/app.js', '/words.js', '/api/now', '/api/stack', '/api/events', '/nothing'])
        expect((await send(closed.url, path)).status).toBe(401);
      const ask = { method: 'POST', headers: { origin: 'http://evil.example.com' } };
      expect((await send(closed.url, '/link', ask)).status).toBe(403);
      expect((await send(closed.url, '/link', { ...ask, headers: { origin: closed.url } })).status).toBe(200);
      expect((await send(closed.url, '/link', { ...ask, headers: { origin: closed.url } })).status).toBe(429);
      const guest = await Visitor.through(links[0] ?? '');
      expect(await guest.read<{ mayAct: boolean }>('/api/session')).toMatchObject({ mayAct: true });
    } finally {
      await closed.stop();
    }
  });
});
