/** The console on this machine: what fires, which rules work, where the messages are. Loopback only. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NotifiedAlert } from '../../../shared/alerts/notification.ts';
import type { Locale } from '../../../shared/config/model.ts';
import type { Table } from '../../../shared/ports.ts';
import { closeServer } from '../close-server.ts';
import type { Running } from '../dynamo.ts';
import { firingAlerts, itemStates } from './overview.ts';
import { consoleHtml } from './page.ts';

export interface ConsoleOptions {
  state: Table;
  /** What `GET /api/stack` answers: where everything is. */
  stack: { urls: Record<string, string>; tables: Record<string, string> };
  /** Where an alert's page is. */
  pageOf: (alert: NotifiedAlert) => Promise<string>;
  failed: (error: unknown) => void;
}

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

export async function startConsole(options: ConsoleOptions): Promise<Running> {
  const server = createServer((request, response) => {
    answer(options, request, response).catch((error: unknown) => {
      options.failed(error);
      send(response, 500, 'text/plain', 'The console could not read the state; the terminal says why.');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => closeServer(server),
  };
}

async function answer(
  options: ConsoleOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // A page elsewhere that resolves its own name to this machine must learn nothing.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')) {
    return send(response, 403, 'text/plain', 'The console answers to 127.0.0.1 and localhost only.');
  }
  if (request.method !== 'GET') return send(response, 405, 'text/plain', 'GET was expected.');
  const url = new URL(request.url ?? '/', 'http://console');
  switch (url.pathname) {
    case '/':
      return send(response, 200, 'text/html', await page(options, localeOf(url, request)));
    case '/api/stack':
      return sendJson(response, options.stack);
    case '/api/rules':
      return sendJson(response, await itemStates(options.state));
    case '/api/alerts':
      return sendJson(response, await firingAlerts(options.state));
    default:
      return send(response, 404, 'text/plain', 'There is nothing here.');
  }
}

async function page({ state, stack, pageOf }: ConsoleOptions, locale: Locale): Promise<string> {
  const [firing, items] = await Promise.all([firingAlerts(state), itemStates(state)]);
  const alerts = await Promise.all(firing.map(async (alert) => ({ alert, url: await pageOf(alert) })));
  const links = { cards: stack.urls.feishu ?? '', mails: stack.urls.inbox ?? '' };
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return consoleHtml({ alerts, items, links, locale, timeZone });
}

function localeOf(url: URL, request: IncomingMessage): Locale {
  const wanted = url.searchParams.get('lang') ?? request.headers['accept-language'] ?? 'en';
  return wanted.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

function sendJson(response: ServerResponse, value: unknown): void {
  send(response, 200, 'application/json', JSON.stringify(value));
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { ...HEADERS, 'content-type': `${type}; charset=utf-8` });
  response.end(body);
}
