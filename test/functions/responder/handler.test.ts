import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHandler, type ResponderHandler } from '../../../functions/responder/handler.ts';
import { LocalSecrets } from '../../../infra/local/secrets.ts';
import { acknowledgementOf } from '../../../shared/alerts/acknowledgement.ts';
import { type Link, signLink } from '../../../shared/links/link.ts';
import { listSilences } from '../../../shared/routing/silences.ts';
import { HOUR, MINUTE, SECOND, SECRETS, startTestStack, type TestStack } from '../../support/stack.ts';
import { type Asked, urlEvent } from './url-event.ts';

const DOCUMENT = `
version: 1
timeZone: Asia/Shanghai
rules:
  - { id: errors, title: Errors at the gate, match: ERROR, groupBy: { who: $.who }, when: { count: ">= 2", within: 5m } }
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
route: { receiver: ops, groupWait: 1s, groupInterval: 5m, repeatInterval: 1h }
`;
const HOSTILE = "<script>alert(1)</script>\"onload='x' <at id=all></at>";

let stack: TestStack;
let respond: ResponderHandler;
let number = 0;

beforeAll(async () => {
  stack = await startTestStack(DOCUMENT);
  respond = createHandler(stack.environmentOf('responder'), {
    ...stack.outside,
    secrets: new LocalSecrets(SECRETS, {}),
  });
});
afterAll(async () => stack.stop());

function nextHost(): string {
  number += 1;
  return `host-${number}`;
}

/** An alert of its own that fires; the same for all links of a test. */
async function firing(who = nextHost()): Promise<Link> {
  const line = JSON.stringify({ level: 'ERROR', who, text: HOSTILE });
  await stack.log([line, line]);
  const { alert } = stack.said('alert').findLast((said) => said.alert.labels.who === who) ?? {};
  if (alert === undefined) throw new Error(`No alert began for ${who}.`);
  const { ruleId, fingerprint, startsAt } = alert;
  const expiresAt = stack.clock.now() + HOUR;
  return { purpose: 'view', ruleId, fingerprint, startsAt, receiver: 'ops', expiresAt, nonce: 'n1' };
}

const tokenOf = (link: Link, changes: Partial<Link> = {}) => signLink(SECRETS.links, { ...link, ...changes });
const open = (token: string, asked: Asked = {}) => respond(urlEvent(`/${token}`, asked));
const send = (token: string, fields: Record<string, string>, asked: Asked = {}) =>
  open(token, { method: 'POST', form: fields, ...asked });
const acknowledged = (link: Link) => acknowledgementOf(stack.state, link);
const silences = () => listSilences(stack.state);

describe('the alert’s page', () => {
  it('shows what fires, how it came, its lines and labels', async () => {
    const link = await firing();
    await stack.advance(30 * SECOND);
    const { statusCode, body = '' } = await open(tokenOf(link));
    expect(statusCode).toBe(200);
    for (const text of [
      'Errors at the gate',
      'Firing',
      'host-',
      'at least 2 matches within 5m',
      'Timeline',
      'threshold ≥ 2',
    ])
      expect(body).toContain(text);
    expect(body).toContain('<svg class="chart"');
    expect(body).toContain('2026-11-21 10:0');
  });

  it('speaks the language that is asked for', async () => {
    const token = tokenOf(await firing());
    const asked = [
      [{ headers: { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' } }, 'zh-CN'],
      [{ headers: { 'accept-language': 'de,en;q=0.8,zh;q=0.2' } }, 'en'],
      [{ headers: { 'accept-language': 'en' }, query: 'lang=zh-CN' }, 'zh-CN'],
      [{ query: 'lang=en', headers: { 'accept-language': 'zh' } }, 'en'],
      [{}, 'en'],
    ] as const;
    for (const [how, locale] of asked)
      expect((await open(token, how)).body).toContain(`<html lang="${locale}">`);
    expect((await open(token, { query: 'lang=zh-CN' })).body).toContain('告警中');
  });

  it('leads to both acts by links of their own, which do nothing when they are followed', async () => {
    const link = await firing();
    const { body = '' } = await open(tokenOf(link));
    const paths = [...body.matchAll(/class="button[^"]*" href="\/([^"?]+)\?lang=en"/g)].map(
      ([, path]) => path ?? '',
    );
    expect(paths).toHaveLength(2);
    for (const path of paths) {
      const page = await open(path);
      expect(page.statusCode).toBe(200);
      expect(page.body).toContain('<form method="post">');
    }
    expect(await acknowledged(link)).toBeUndefined();
    expect(await silences()).toEqual([]);
  });

  it('lets nothing of a log or a label become markup', async () => {
    const link = await firing(HOSTILE);
    for (const purpose of ['view', 'acknowledge', 'silence'] as const) {
      const { body = '' } = await open(tokenOf(link, { purpose }));
      expect(body).not.toMatch(/<script|<at |"onload|<img/);
      expect(body).toContain('&lt;script&gt;');
    }
  });

  it('needs no script, no other site, and lets no other page frame it', async () => {
    const { headers = {}, body = '' } = await open(tokenOf(await firing()));
    expect(body).not.toMatch(/<script|<link|<img|@import|url\(|src=/);
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
    );
    expect(headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });
});

describe('acknowledging', () => {
  it('keeps the name as claimed, until the alert ends, and says so on its page', async () => {
    const link = await firing();
    const page = await send(tokenOf(link, { purpose: 'acknowledge' }), {
      name: ' Ann\u202e Lee ',
      for: 'untilEnd',
    });
    expect(page).toMatchObject({ statusCode: 200, body: expect.stringContaining('Recorded for Ann Lee') });
    expect(await acknowledged(link)).toMatchObject({ by: 'Ann Lee', until: null, at: stack.clock.now() });
    expect((await open(tokenOf(link))).body).toContain('Acknowledged by Ann Lee (as claimed)');
    expect(stack.said('acted')).toMatchObject([
      { action: 'acknowledge', by: 'Ann Lee', receiver: 'ops', ruleId: 'errors' },
    ]);
  });

  it('holds for as long as is chosen', async () => {
    const link = await firing();
    await send(tokenOf(link, { purpose: 'acknowledge' }), { name: 'Ann', for: '4h' });
    expect(await acknowledged(link)).toMatchObject({ until: stack.clock.now() + 4 * HOUR });
  });

  it('takes the longest name and comment that its form does, in any script', async () => {
    const link = await firing();
    const fields = { name: '漢'.repeat(80), comment: '字'.repeat(500), for: '1h' };
    expect((await send(tokenOf(link, { purpose: 'silence', nonce: 'long' }), fields)).statusCode).toBe(200);
    const [silence] = await silences();
    expect(silence).toMatchObject({ author: fields.name, comment: fields.comment });
  });

  it('asks again for a name that is missing', async () => {
    const link = await firing();
    const token = tokenOf(link, { purpose: 'acknowledge' });
    const page = await send(token, { name: ' \u200b ', for: 'untilEnd' });
    expect(page.statusCode).toBe(422);
    expect(page.body).toContain('Please enter a name');
    expect(await acknowledged(link)).toBeUndefined();
    expect((await send(token, { name: 'Ann', for: 'untilEnd' })).statusCode).toBe(200);
  });

  it('has nothing to do once the alert has ended', async () => {
    const link = await firing();
    await stack.advance(10 * MINUTE);
    const token = tokenOf(link, { purpose: 'acknowledge' });
    expect((await open(token)).statusCode).toBe(409);
    const page = await send(token, { name: 'Ann', for: 'untilEnd' });
    expect(page).toMatchObject({ statusCode: 409, body: expect.stringContaining('This alert has ended') });
    expect(await acknowledged(link)).toBeUndefined();
    expect((await open(tokenOf(link))).body).toContain('<svg class="chart"');
  });
});

describe('silencing', () => {
  it('is of the labels that name the alert, for the time that is chosen', async () => {
    const link = await firing();
    const token = tokenOf(link, { purpose: 'silence' });
    const form = await open(token);
    expect(form.body).toContain('<b>rule</b> errors');
    expect(form.body).toMatch(/value="1h" checked/);
    const page = await send(token, { name: 'Ann', for: '1h', comment: 'deploy' });
    expect(page.statusCode).toBe(200);
    const [silence] = await silences();
    const now = stack.clock.now();
    expect(silence).toMatchObject({ author: 'Ann', comment: 'deploy', startsAt: now, endsAt: now + HOUR });
    expect(silence?.matchers).toEqual([
      { label: 'rule', operator: '=', value: 'errors' },
      { label: 'who', operator: '=', value: expect.stringMatching(/^host-/) },
    ]);
    expect((await open(tokenOf(link))).body).toContain('Silenced by Ann (as claimed) until');
  });

  it('is done twenty times for one alert at most, however many links the page hands out', async () => {
    const link = await firing();
    const before = (await silences()).length;
    const fields = { name: 'Ann', for: '1h' };
    const sent = (nonce: string) => send(tokenOf(link, { purpose: 'silence', nonce }), fields);
    for (let index = 0; index < 20; index++) expect((await sent(`n${index}`)).statusCode).toBe(200);
    for (const nonce of ['one more', 'one more', 'another']) {
      const page = await sent(nonce);
      expect(page).toMatchObject({ statusCode: 429, body: expect.stringContaining('silenced often enough') });
    }
    expect(await silences()).toHaveLength(before + 20);
    const other = await firing();
    expect((await send(tokenOf(other, { purpose: 'silence' }), fields)).statusCode).toBe(200);
  });
});

describe('a link that should do nothing', () => {
  const NAMED = { name: 'Mallory', for: '1h' };
  const quiet = async (link: Link, before: number) => {
    expect(await acknowledged(link)).toBeUndefined();
    expect(await silences()).toHaveLength(before);
  };

  it('was changed, or signed by somebody else', async () => {
    const link = await firing();
    const before = (await silences()).length;
    const token = tokenOf(link, { purpose: 'silence' });
    const [payload, mac] = token.split('.');
    const other = signLink('another key', { ...link, purpose: 'silence' });
    for (const bad of [
      `${token}A`,
      `${payload}.`,
      `.${mac}`,
      payload ?? '',
      other,
      'x',
      '',
      '../etc/passwd',
      `${token}%00`,
    ]) {
      for (const answer of [await open(bad), await send(bad, NAMED)]) {
        expect(answer.statusCode).toBe(403);
        expect(answer.body).toContain('This link is not valid');
        expect(answer.body).not.toContain('Errors at the gate');
      }
    }
    await quiet(link, before);
  });

  it('has expired', async () => {
    const link = await firing();
    const before = (await silences()).length;
    const token = tokenOf(link, { purpose: 'silence', expiresAt: stack.clock.now() });
    for (const answer of [await open(token), await send(token, NAMED)])
      expect(answer).toMatchObject({
        statusCode: 410,
        body: expect.stringContaining('This link has expired'),
      });
    await quiet(link, before);
  });

  it('was used before, by whomever, on whatever channel', async () => {
    const link = await firing();
    const token = tokenOf(link, { purpose: 'silence' });
    await send(token, { name: 'Ann', for: '1h' });
    const before = (await silences()).length;
    await stack.advance(2 * SECOND);
    const copy = tokenOf(link, { purpose: 'silence', expiresAt: stack.clock.now() + 2 * HOUR });
    for (const answer of [await send(token, NAMED), await send(copy, NAMED), await open(token)]) {
      expect(answer.statusCode).toBe(410);
      expect(answer.body).toContain('Ann (as claimed) used it at 2026-11-21');
    }
    expect(await silences()).toHaveLength(before);
    expect((await send(tokenOf(link, { purpose: 'silence', nonce: 'n2' }), NAMED)).statusCode).toBe(200);
  });

  it('is used by two at the same time: one of them acts', async () => {
    const link = await firing();
    const before = (await silences()).length;
    const token = tokenOf(link, { purpose: 'silence' });
    const answers = await Promise.all(['Ann', 'Bob', 'Cid'].map((name) => send(token, { name, for: '1h' })));
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
    expect(await silences()).toHaveLength(before + 1);
  });

  it('is for looking only', async () => {
    const link = await firing();
    const before = (await silences()).length;
    expect((await send(tokenOf(link), NAMED)).statusCode).toBe(405);
    await quiet(link, before);
  });

  it('does what its purpose is, whatever the form says', async () => {
    const link = await firing();
    const before = (await silences()).length;
    const fields = { name: 'Ann', for: 'untilEnd', purpose: 'silence', action: 'silence' };
    expect((await send(tokenOf(link, { purpose: 'acknowledge' }), fields)).statusCode).toBe(200);
    expect(await silences()).toHaveLength(before);
    expect((await send(tokenOf(link, { purpose: 'silence' }), fields)).statusCode).toBe(415);
    expect(await silences()).toHaveLength(before);
  });

  it('comes from a page whose own link has expired since: links do not renew themselves', async () => {
    const link = await firing();
    const nextPaths = async (token: string) => {
      const { body = '' } = await open(token);
      return [...body.matchAll(/class="button[^"]*" href="\/([^"?]+)/g)].map(([, path]) => path ?? '');
    };
    const soon = stack.clock.now() + 2 * MINUTE;
    const seen = await nextPaths(tokenOf(link, { expiresAt: soon }));
    const further = (await Promise.all(seen.map(nextPaths))).flat();
    expect(further.length).toBeGreaterThan(1);
    await stack.advance(2 * MINUTE);
    for (const path of [...seen, ...further]) expect((await open(path)).statusCode).toBe(410);
  });

  it('is about an alert that nobody knows', async () => {
    const link = await firing();
    const unknown = [{ fingerprint: 'feedfeedfeedfeed' }, { startsAt: 1 }, { ruleId: 'nobody' }];
    for (const change of unknown) expect((await open(tokenOf(link, change))).statusCode).toBe(404);
  });
});

describe('a link to an episode that has ended while another fires', () => {
  it('shows the one it is about, and acts on neither', async () => {
    const who = nextHost();
    const first = await firing(who);
    await stack.advance(15 * MINUTE);
    const second = await firing(who);
    expect(second.startsAt).toBeGreaterThan(first.startsAt);
    expect((await open(tokenOf(first))).body).toContain('Resolved');
    const { body = '' } = await open(tokenOf(second));
    expect(body).toContain('Firing');
    expect(body).toMatch(
      /<h2>Earlier<\/h2><ol><li><time>2026-11-21 [^<]+<\/time>\d+m[^<]* · Peak 2<\/li><\/ol>/,
    );
    expect((await open(tokenOf(first))).body).not.toContain('Earlier');
    const answer = await send(tokenOf(first, { purpose: 'acknowledge', expiresAt: second.expiresAt }), {
      name: 'Ann',
      for: 'untilEnd',
    });
    expect(answer.statusCode).toBe(409);
    expect(await acknowledged(first)).toBeUndefined();
    expect(await acknowledged(second)).toBeUndefined();
  });
});

describe('a request that should do nothing', () => {
  it('is anything at all without a genuine link', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 });
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

describe('a responder that cannot read', () => {
  it('says so, and nothing of the reason', async () => {
    const broken = createHandler(stack.environmentOf('responder'), {
      ...stack.outside,
      secrets: { get: () => Promise.reject(new Error('tocsin/links is secret')) },
    });
    const lines: string[] = [];
    const { error } = console;
    console.error = (line: string) => void lines.push(line);
    const answer = await broken(urlEvent('/x.y'));
    console.error = error;
    expect(answer.statusCode).toBe(503);
    expect(answer.body).not.toContain('tocsin/links');
    expect(lines).toHaveLength(1);
  });
});
