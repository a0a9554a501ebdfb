import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE, startTestStack, type TestStack } from '../../support/stack.ts';

const DOCUMENT = `
version: 1
rules:
  - { id: errors, title: Errors at the gate, match: ERROR, groupBy: { host: $.host }, when: { count: 1, within: 10m } }
receivers:
  - { name: ops, feishu: [{ webhook: "https://open.feishu.cn/open-apis/bot/v2/hook/0123456789abcdef", locale: en }], email: [{ to: [ops@example.com], locale: en }] }
route: { receiver: ops, groupWait: 1s, groupInterval: 5m, repeatInterval: 15m }
`;

let stack: TestStack;
beforeEach(async () => {
  stack = await startTestStack(DOCUMENT);
});
afterEach(async () => stack.stop());

const error = (host: string) => JSON.stringify({ level: 'ERROR', host });
/** Time passes, and the log goes on. */
async function goOn(minutes: number, ...hosts: string[]): Promise<void> {
  for (let past = 0; past < minutes; past += 8) {
    await stack.log(hosts.map(error));
    await stack.advance(8 * MINUTE);
  }
}
const mails = async () => (await stack.mails()).map(({ body }) => body.text ?? '');
async function newestMail(): Promise<string> {
  return (await mails()).at(-1) ?? '';
}
/** The address that stands under a heading of a mail's text. */
function linkIn(mail: string, heading: string): string {
  const [, url] = new RegExp(`${heading}:\n(http\\S+)`).exec(mail) ?? [];
  if (url === undefined) throw new Error(`The mail has no link ${heading}: ${mail}`);
  return url;
}
const fill = (fields: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(fields) });
const told = () => stack.said('notification').map(({ reason }) => reason);

describe('from the message to the next one', () => {
  it('an acknowledged alert is not repeated, and the next message says who is at it', async () => {
    await stack.log([error('a')]);
    await stack.advance(MINUTE);
    const url = linkIn(await newestMail(), 'Acknowledge');
    expect(url.startsWith(`${stack.urls.responder}/`)).toBe(true);
    const page = await fetch(url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('Acknowledge this alert');
    await goOn(24, 'a');
    expect(told()).toEqual(['first notification of the group', 'repeat interval elapsed']);

    const done = await fetch(
      linkIn(await newestMail(), 'Acknowledge'),
      fill({ name: 'Ann', for: 'untilEnd' }),
    );
    expect(done.status).toBe(200);
    await goOn(40, 'a');
    expect(told()).toHaveLength(2);

    await stack.log([error('a'), error('b')]);
    await stack.advance(6 * MINUTE);
    expect(told()).toHaveLength(3);
    expect(await newestMail()).toMatch(/Acknowledged by Ann \(as claimed\), 2026-11-21 \d\d:\d\d:\d\d UTC/);
    expect(JSON.stringify(stack.feishu.received().at(-1)?.body)).toContain(
      'Acknowledged by Ann (as claimed)',
    );
  });

  it('a silenced alert is quiet, its end is told all the same', async () => {
    await stack.log([error('a')]);
    await stack.advance(MINUTE);
    const url = linkIn(await newestMail(), 'Silence for 1h');
    expect((await fetch(url, fill({ name: 'Ann', for: '4h' }))).status).toBe(200);
    await goOn(40, 'a');
    expect(told()).toEqual(['first notification of the group']);
    await stack.advance(16 * MINUTE);
    expect(told()).toEqual(['first notification of the group', 'all alerts resolved']);
    const last = await newestMail();
    expect(last).toContain('Alert page:');
    expect(last).not.toMatch(/Acknowledge:|Silence for 1h:/);
    expect(await (await fetch(linkIn(last, 'Alert page'))).text()).toContain('Resolved');
  });

  it('the card and the mail lead to the same act, which is done once', async () => {
    await stack.log([error('a')]);
    await stack.advance(MINUTE);
    const fromMail = linkIn(await newestMail(), 'Acknowledge');
    const card = JSON.stringify(stack.feishu.received().at(-1)?.body);
    expect(card).toContain(fromMail);
    expect((await fetch(fromMail, fill({ name: 'Ann', for: '1h' }))).status).toBe(200);
    const again = await fetch(fromMail, fill({ name: 'Bob', for: '1d' }));
    expect(again.status).toBe(410);
    expect(await again.text()).toContain('Ann (as claimed) used it');
  });
});

describe('the responder on this machine', () => {
  /** By hand, since fetch sets the Host header itself. */
  function ask(path: string, headers: Record<string, string>, method = 'GET', body = '') {
    return new Promise<number>((resolve, reject) => {
      const asked = request(new URL(path, stack.urls.responder), { method, headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      asked.on('error', reject).end(body);
    });
  }

  it('answers to this machine by its own names only, and to no flood', async () => {
    await stack.log([error('a')]);
    await stack.advance(MINUTE);
    const { pathname } = new URL(linkIn(await newestMail(), 'Alert page'));
    expect(await ask(pathname, {})).toBe(200);
    expect(await ask(pathname, { host: 'evil.example.com' })).toBe(403);
    expect(await ask('/', {})).toBe(403);
    expect(await ask('/favicon.ico', {})).toBe(403);
    expect(
      await ask(
        pathname,
        { 'content-type': 'application/x-www-form-urlencoded' },
        'POST',
        'x'.repeat(100_000),
      ),
    ).toBe(413);
  });
});
