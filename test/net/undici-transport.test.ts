import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../shared/net/address-guard.ts';
import { createTransport } from '../../shared/net/undici-transport.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ask = (url: string, timeoutMs = 30_000) => ({
  method: 'POST' as const,
  url,
  headers: {},
  body: '{}',
  timeoutMs,
});
const open = () => {
  const transport = createTransport({ allowPrivate: true });
  closers.push(() => transport.close());
  return transport;
};

describe('addresses', () => {
  it.each(['1.1.1.1', '8.8.8.8', '2606:4700:4700::1111', '[2001:4860:4860::8888]'])(
    '%s is public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '224.0.0.1',
    '198.18.0.1',
    '::1',
    '::',
    'fe80::1%eth0',
    'fd00:ec2::254',
    '::ffff:169.254.169.254',
    '::ffff:8.8.8.8',
    '64:ff9b::a9fe:a9fe',
    '2002:7f00:1::',
    '2001:db8::1',
    'ff02::1',
    'example.com',
    '',
  ])('%s is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('the guard', () => {
  it.each([
    'https://127.0.0.1/hook/TOKEN',
    'https://0x7f.1/hook/TOKEN',
    'https://2130706433/hook/TOKEN',
    'https://[::1]/hook/TOKEN',
    'https://[::ffff:127.0.0.1]/hook/TOKEN',
    'https://169.254.169.254/hook/TOKEN',
    'https://localhost/hook/TOKEN',
    'http://example.com/hook/TOKEN',
    'file:///etc/passwd?TOKEN',
    'no url with TOKEN',
  ])('refuses %s without naming the path', async (url) => {
    const transport = createTransport();
    closers.push(() => transport.close());
    const error = await transport.request(ask(url)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'PortError', code: 'Forbidden', transient: false });
    expect(String(error)).not.toContain('TOKEN');
  });

  it('keeps to the allowed hosts', async () => {
    const transport = createTransport({
      allowedHosts: ['open.feishu.cn', '*.example.com'],
      allowPrivate: true,
    });
    closers.push(() => transport.close());
    await expect(transport.request(ask('https://open.feishu.cn.evil.example/'))).rejects.toMatchObject({
      code: 'Forbidden',
    });
    await expect(transport.request(ask('https://example.com.evil/'))).rejects.toMatchObject({
      code: 'Forbidden',
    });
  });

  it('makes an exception where it is told to', async () => {
    const url = await serve((_request, response) => response.end('ok'));
    const transport = createTransport({ allow: ({ origin }) => origin === url });
    closers.push(() => transport.close());
    expect(await transport.request(ask(`${url}/hook`))).toMatchObject({ status: 200, body: 'ok' });
  });
});

describe('requests', () => {
  it('carry method, headers and body, and bring back the answer', async () => {
    const url = await serve(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      response.writeHead(429, { 'X-Ogw-Ratelimit-Reset': '7' });
      response.end(`${request.method} ${request.headers['content-type']} ${body}`);
    });
    const answer = await open().request({
      ...ask(url),
      headers: { 'content-type': 'application/json' },
      body: '{"a":"汉"}',
    });
    expect(answer).toMatchObject({ status: 429, body: 'POST application/json {"a":"汉"}' });
    expect(answer.headers['x-ogw-ratelimit-reset']).toBe('7');
  });

  it('follow no redirect', async () => {
    const url = await serve((_request, response) =>
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    );
    expect((await open().request(ask(url))).status).toBe(302);
  });

  it('read no more than 64 KB', async () => {
    const url = await serve((_request, response) => response.end('x'.repeat(1_000_000)));
    expect((await open().request(ask(url))).body.length).toBe(65_536);
  });

  it('end at the deadline, whether nothing comes or too little', async () => {
    const silent = await serve(() => undefined);
    const slow = await serve((_request, response) => void response.write('x'));
    for (const url of [silent, slow]) {
      await expect(open().request(ask(url, 100))).rejects.toMatchObject({ code: 'Timeout', transient: true });
    }
  });

  it('say how the connection failed', async () => {
    const reset = await serve((request) => request.socket.resetAndDestroy());
    await expect(open().request(ask(reset))).rejects.toMatchObject({
      code: 'ConnectionReset',
      transient: true,
    });
    await expect(open().request(ask('http://127.0.0.1:1/TOKEN'))).rejects.toMatchObject({
      code: 'ConnectionRefused',
      transient: true,
      message: expect.not.stringContaining('TOKEN'),
    });
    await expect(open().request(ask('https://nothing.invalid/'))).rejects.toMatchObject({
      code: 'NameNotFound',
      transient: true,
    });
  });
});

it('lets plain http through to private addresses only', async () => {
  const transport = createTransport({ allowPrivate: true });
  closers.push(() => transport.close());
  await expect(transport.request(ask('http://example.com/'))).rejects.toMatchObject({ code: 'Forbidden' });
});

describe('private hosts that are allowed by name', () => {
  const allowing = (options: Parameters<typeof createTransport>[0]) => {
    const transport = createTransport(options);
    closers.push(() => transport.close());
    return transport;
  };

  it('are reached, by http too', async () => {
    const url = await serve((_, response) => response.end('here'));
    const port = new URL(url).port;
    const transport = allowing({ privateHosts: ['127.0.0.1', 'LOCALHOST'] });
    expect((await transport.request(ask(url))).body).toBe('here');
    expect((await transport.request(ask(`http://localhost:${port}`))).body).toBe('here');
  });

  it('and no others', async () => {
    const url = await serve((_, response) => response.end('here'));
    const transport = allowing({ privateHosts: ['10.0.0.1', '8.8.8.8', 'public.example.com'] });
    await expect(transport.request(ask(url))).rejects.toMatchObject({ code: 'Forbidden' });
    await expect(transport.request(ask('http://8.8.8.8/'))).rejects.toMatchObject({ code: 'Forbidden' });
    await expect(transport.request(ask('ftp://10.0.0.1/'))).rejects.toMatchObject({ code: 'Forbidden' });
    const bounded = allowing({ allowedHosts: ['example.com'], privateHosts: ['127.0.0.1'] });
    await expect(bounded.request(ask(url))).rejects.toMatchObject({ code: 'Forbidden' });
  });
});
