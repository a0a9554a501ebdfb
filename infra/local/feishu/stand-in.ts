import { createServer } from 'node:http';
import { listen, type Running } from '../../http/listen.ts';
import { createScript, type ScriptedAnswer } from './faults.ts';
import type { Bot } from './hook.ts';
import { createInbox, type Received, type Refused } from './inbox.ts';
import { createRateLimit } from './rate-limit.ts';
import { type House, serve } from './serve.ts';

export interface FeishuStandInOptions {
  clock: () => number;
  /** The bot behind a token; null: the token is unknown. */
  botFor(token: string): Bot | null;
  /** Whether 5 requests/s and 100/min hold for each bot (true). */
  rateLimits?: boolean;
}

/** Its `url` is the page's; bots stand below `/open-apis/bot/v2/hook/TOKEN`. */
export interface FeishuStandIn extends Running {
  /** What was taken, oldest first. */
  received(): Received[];
  refused(): Refused[];
  /** The next answers to this bot (`*`: to every bot without a script of its own); replaces what was left. */
  script(token: string, answers: ScriptedAnswer[]): void;
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
  const server = createServer((request, response) => {
    serve(house, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else
        response
          .writeHead(500, { 'content-type': 'application/json' })
          .end(JSON.stringify({ error: String(error) }));
    });
  });
  return {
    ...(await listen(server)),
    received: () => house.inbox.received(),
    refused: () => house.inbox.refused(),
    script: (token, answers) => house.script.set(token, answers),
  };
}
