import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tocsin } from './tocsin.ts';

let folder: string;
let posted: { headers: IncomingHttpHeaders; body: string }[];
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  posted.push({ headers: request.headers, body });
  response.end();
});

beforeEach(async () => {
  posted = [];
  folder = mkdtempSync(join(tmpdir(), 'tocsin-deliver-'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  writeFileSync(join(folder, 'app.log'), 'ERROR one\n');
  writeFileSync(
    join(folder, 'tocsin.yaml'),
    `version: 1
rules: [{ id: errors, match: ERROR, when: { count: 1, within: 5m } }]
receivers: [{ name: ops, webhook: [{ url: "http://127.0.0.1:${port}/hook", secret: secret:hook }] }]
route: { receiver: ops, groupWait: 0s }
`,
  );
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const run = (...options: string[]) =>
  tocsin(folder, ['local', 'tocsin.yaml', '--logs', 'app.log', '--once', '--json', ...options], {
    env: { TOCSIN_SECRET_HOOK: 'a key' },
  });

describe('tocsin local', () => {
  it('sends nothing to anybody unless it is told to', async () => {
    const { json, code } = await run();
    expect(json()).toContainEqual(expect.objectContaining({ type: 'delivery', outcome: 'delivered' }));
    expect([code, posted]).toEqual([0, []]);
  });

  it('really delivers to a private host that is named, signed', async () => {
    const { json, code } = await run('--deliver', '--allow-host', '127.0.0.1');
    expect(json()).toContainEqual(
      expect.objectContaining({ type: 'delivery', channel: 'webhook', outcome: 'delivered' }),
    );
    expect(code).toBe(0);
    const [{ headers, body } = { headers: {}, body: '' }] = posted;
    const signed = createHmac('sha256', 'a key')
      .update(`${headers['x-tocsin-timestamp']}.${body}`)
      .digest('hex');
    expect(headers['x-tocsin-signature']).toBe(`v1=${signed}`);
    expect(JSON.parse(body)).toMatchObject({ version: '4', status: 'firing', receiver: 'ops' });
  });

  it('with links that lead where readers elsewhere can follow them', async () => {
    const links = ['--responder', '0', '--external-url', 'https://alerts.example.com/t/'];
    const { code } = await run('--deliver', '--allow-host', '127.0.0.1', ...links);
    const [{ body } = { body: '' }] = posted;
    expect([code, body]).toEqual([0, expect.stringMatching(/"https:\/\/alerts\.example\.com\/t\/[^/"]+"/)]);
    expect(body).not.toContain('127.0.0.1');
  });

  it('and to no private host that is not', async () => {
    const { json, code } = await run('--deliver');
    const failed = json().find(({ type }) => type === 'delivery');
    expect(failed).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/^Forbidden: /) });
    expect([code, posted]).toEqual([1, []]);
  });
});
