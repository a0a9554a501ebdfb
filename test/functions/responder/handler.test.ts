import { describe, expect, it } from 'vitest';
import { createHandler } from '../../../functions/responder/handler.ts';
import { HOUR, MINUTE, SECOND } from '../../support/stack.ts';
import { HOSTILE, openDoor, tokenOf } from './open-door.ts';
import { urlEvent } from './url-event.ts';

const { stack, firing, open, send, acknowledged, silences } = openDoor();

describe('the alert’s page', () => {
  it('shows what fires, how it came, its lines and labels', async () => {
    const link = await firing();
    await stack().advance(30 * SECOND);
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
    expect(await acknowledged(link)).toMatchObject({ by: 'Ann Lee', until: null, at: stack().clock.now() });
    expect((await open(tokenOf(link))).body).toContain('Acknowledged by Ann Lee (as claimed)');
    expect(stack().said('acted')).toMatchObject([
      { action: 'acknowledge', by: 'Ann Lee', receiver: 'ops', ruleId: 'errors' },
    ]);
  });

  it('holds for as long as is chosen', async () => {
    const link = await firing();
    await send(tokenOf(link, { purpose: 'acknowledge' }), { name: 'Ann', for: '4h' });
    expect(await acknowledged(link)).toMatchObject({ until: stack().clock.now() + 4 * HOUR });
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
    await stack().advance(10 * MINUTE);
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
    const now = stack().clock.now();
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

describe('a responder that cannot read', () => {
  it('says so, and nothing of the reason', async () => {
    const broken = createHandler(stack().environmentOf('responder'), {
      ...stack().outside,
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
