import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createScript, type ScriptedAnswer } from './faults.ts';
import type { Bot } from './hook.ts';
import { createInbox, type Received, type Refused } from './inbox.ts';
import { createRateLimit } from './rate-limit.ts';
import { type House, serve } from './serve.ts';

export interface FeishuStandInOptions {
  /** 0 takes a free one. */
  port?: number;
  host?: '127.0.0.1' | '::1' | 'localhost';
  clock: () => number;
  /** The bot behind a token; null: the token is unknown. */
  botFor(token: string): Bot | null;
  /** Whether 5 requests/s and 100/min hold for each bot (true). */
  rateLimits?: boolean;
}

export interface FeishuStandIn {
  /** `http://127.0.0.1:PORT`: the page; bots stand below `/open-apis/bot/v2/hook/TOKEN`. */
  url: string;
  port: number;
  /** What was taken, oldest first. */
  received(): Received[];
  refused(): Refused[];
  /** The next answers to this bot (`*`: to every bot without a script of its own); replaces what was left. */
  script(token: string, answers: ScriptedAnswer[]): void;
  /** Ends every connection, hanging ones included. */
  stop(): Promise<void>;
}

/**
 * Starts a stand-in for Feishu's custom bots: it checks what the service checks, answers with its codes, and shows
 * what it took on a page.
 */
export async function startFeishuStandIn(options: FeishuStandInOptions): Promise<FeishuStandIn> {
  const house: House = {
    clock: options.clock,
    botFor: (token) => options.botFor(token),
    inbox: createInbox(),
    script: createScript(),
    rates: options.rateLimits === false ? null : createRateLimit(),
  };
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    serve(house, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else
        response
          .writeHead(500, { 'content-type': 'application/json' })
          .end(JSON.stringify({ error: String(error) }));
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    received: () => house.inbox.received(),
    refused: () => house.inbox.refused(),
    script: (token, answers) => house.script.set(token, answers),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
