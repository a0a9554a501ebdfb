import { createServer, type RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { bodyText, wholeBody } from '../../infra/http/body.ts';
import { type Listening, listen } from '../../infra/http/listen.ts';
import { errorCode } from '../../shared/error-code.ts';

const running: Listening[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});

async function serve(answer: RequestListener, port?: number): Promise<Listening> {
  const server = await listen(createServer(answer), port);
  running.push(server);
  return server;
}

describe('a server of this machine', () => {
  it('listens where its URL says', async () => {
    const { url, port } = await serve((_request, response) => response.end('here'));
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect(await (await fetch(url)).text()).toBe('here');
  });

  it('says that its port is taken', async () => {
    const { port } = await serve(() => undefined);
    const refused = await serve(() => undefined, port).catch(errorCode);
    expect(refused).toBe('EADDRINUSE');
  });

  it('ends what hangs when it is stopped', async () => {
    let arrived = () => {};
    const asked = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const server = await serve(() => arrived());
    const answer = fetch(server.url).then(
      () => 'answered',
      () => 'ended',
    );
    await asked;
    await running.pop()?.stop();
    expect(await answer).toBe('ended');
  });
});

describe('a body', () => {
  const BYTES_MAX = 100_000;
  const post = async (answer: RequestListener, body: string) => {
    const { url } = await serve(answer);
    return await (await fetch(url, { method: 'POST', body })).text();
  };

  it('is read to its end as text, and kept in part', async () => {
    const answer: RequestListener = async (request, response) => {
      const text = await bodyText(request, BYTES_MAX);
      response.end(String(text.length));
    };
    expect(await post(answer, '日志')).toBe('2');
    const kept = Number(await post(answer, 'x'.repeat(20 * BYTES_MAX)));
    expect(kept).toBeGreaterThanOrEqual(BYTES_MAX);
    expect(kept).toBeLessThan(10 * BYTES_MAX);
  });

  it('is taken whole, or not at all', async () => {
    const answer: RequestListener = async (request, response) => {
      const body = await wholeBody(request, BYTES_MAX);
      response.end(body === null ? 'too large' : String(body.length));
    };
    expect(await post(answer, 'x'.repeat(BYTES_MAX))).toBe(String(BYTES_MAX));
    expect(await post(answer, 'x'.repeat(BYTES_MAX + 1))).toBe('too large');
  });
});
