import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLinksKey } from '../../infra/local/links-key.ts';
import { startResponder } from '../../infra/local/responder.ts';
import { LocalSecrets } from '../../infra/local/secrets.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-links-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const start = () =>
  startResponder(
    async () => ({ statusCode: 200, body: 'here' }),
    { portPath: join(folder, 'links', 'port') },
    () => undefined,
  );
const keyOf = (path?: string) => withLinksKey(new LocalSecrets({}, {}), path).get('links', null);

const statusAt = (port: number, host: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    request({ hostname: '127.0.0.1', port, headers: { host }, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });

describe('links on this machine', () => {
  it('lead to the same address after a restart', async () => {
    const first = await start();
    await first.stop();
    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await (await fetch(second.url)).text()).toBe('here');
    await second.stop();
  });

  it('lead elsewhere where somebody took the address', async () => {
    const first = await start();
    await first.stop();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(Number(new URL(first.url).port), '127.0.0.1', resolve));
    const second = await start();
    expect(second.url).not.toBe(first.url);
    await second.stop();
    other.close();
  });

  it('lead where readers elsewhere reach them, by that name and no other', async () => {
    const server = await startResponder(
      async () => ({ statusCode: 200, body: 'here' }),
      { listen: { host: '127.0.0.1', port: 0 }, externalUrl: 'https://alerts.example.com/t/' },
      () => undefined,
    );
    expect(server.url).toBe('https://alerts.example.com/t');
    const ask = (host: string) => statusAt(server.port, host);
    expect(await ask('alerts.example.com')).toBe(200);
    expect(await ask('Alerts.Example.com')).toBe(200);
    expect(await ask('localhost')).toBe(200);
    expect(await ask('elsewhere.example.com')).toBe(403);
    await server.stop();
  });

  it('are taken as they are written, whatever that is', async () => {
    const asked: string[] = [];
    const server = await startResponder(
      async ({ rawPath, rawQueryString }) => {
        asked.push(`${rawPath} ${rawQueryString}`);
        return { statusCode: 200, body: '' };
      },
      {},
      (error) => asked.push(String(error)),
    );
    const { hostname, port } = new URL(server.url);
    for (const path of ['//', '/\\', '/a?b=c?d'])
      await new Promise<void>((resolve) => {
        request({ hostname, port, path, agent: false }, (response) =>
          response.resume().once('end', () => resolve()),
        ).end();
      });
    expect(asked).toEqual(['// ', '/\\ ', '/a b=c?d']);
    await server.stop();
  });

  it('are signed with a key that is made once, and that only its owner may read', async () => {
    const path = join(folder, 'links', 'key');
    const key = await keyOf(path);
    expect(key.length).toBeGreaterThan(40);
    expect(await keyOf(path)).toBe(key);
    expect(readFileSync(path, 'utf8')).toBe(key);
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(await keyOf()).not.toBe(await keyOf());
  });

  it('are signed with the key that somebody set', async () => {
    const set = withLinksKey(new LocalSecrets({}, { TOCSIN_SECRET_LINKS: 'mine' }), undefined);
    expect(await set.get('links', null)).toBe('mine');
  });
});
