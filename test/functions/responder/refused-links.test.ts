import { describe, expect, it } from 'vitest';
import { type Link, signLink } from '../../../shared/links/link.ts';
import { HOUR, MINUTE, SECOND } from '../../support/stack.ts';
import { openDoor, tokenOf } from './open-door.ts';

const { stack, nextHost, firing, open, send, acknowledged, silences } = openDoor();

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
    const token = tokenOf(link, { purpose: 'silence', expiresAt: stack().clock.now() });
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
    await stack().advance(2 * SECOND);
    const copy = tokenOf(link, { purpose: 'silence', expiresAt: stack().clock.now() + 2 * HOUR });
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
    const soon = stack().clock.now() + 2 * MINUTE;
    const seen = await nextPaths(tokenOf(link, { expiresAt: soon }));
    const further = (await Promise.all(seen.map(nextPaths))).flat();
    expect(further.length).toBeGreaterThan(1);
    await stack().advance(2 * MINUTE);
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
    await stack().advance(15 * MINUTE);
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
