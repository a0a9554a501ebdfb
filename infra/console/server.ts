/**
 * The console: a page and its interface on the loopback interface. Whoever can reach the port is not yet trusted:
 * other users of this machine, and pages elsewhere that a browser here has open. So the Host must be this machine's
 * own name (against DNS rebinding), acting needs a session that only the terminal's link begins, and a request that
 * changes something must come from this very origin and say that it is JSON (against forged requests).
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { digest } from '../../shared/alerts/identity.ts';
import { listSilences } from '../../shared/routing/silences.ts';
import { listen } from '../http/listen.ts';
import { loadAssets } from './assets.ts';
import { readJson } from './body.ts';
import { Feed } from './feed.ts';
import type { ConsolePlace } from './place.ts';
import { readNow } from './read/now.ts';
import { itemStates } from './read/overview.ts';
import { Refusal } from './refusal.ts';
import { ACTS, CONFIDENCES, QUESTIONS, READS } from './routes.ts';
import { Sessions, sessionCookie } from './session.ts';
import { readerOf } from './visit.ts';

export interface RunningConsole {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** Where a browser gets a session, once. */
  newLink(): string;
  stop(): Promise<void>;
}

export interface ConsoleOptions {
  place: ConsolePlace;
  /** 0: any free one. */
  port: number;
  /** Shows a link with a fresh token where only the user looks: somebody asked for one. */
  showLink: (link: string) => void;
  failed: (error: unknown) => void;
}

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  // Not `no-referrer`: a form would then name no origin.
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** Log lines to try a pattern on are the largest that is sent. */
const BODY_BYTES_MAX = 512 * 1024;
/** A request that takes longer to arrive is cut off, ms. */
const REQUEST_MS_MAX = 20_000;
/** How often it is looked for such, ms. */
const LOOK_EVERY_MS = 5_000;
/** A link on the terminal no more often than this, ms. */
const LINK_EVERY_MS = 5_000;

/** Serves the console at loopback. @throws Error with a `code` such as `EADDRINUSE` where the port cannot be had */
export async function startConsole(options: ConsoleOptions): Promise<RunningConsole> {
  const console = new Console(options);
  const server = createServer(
    {
      requestTimeout: REQUEST_MS_MAX,
      headersTimeout: REQUEST_MS_MAX,
      connectionsCheckingInterval: LOOK_EVERY_MS,
    },
    (request, response) => void console.answer(request, response),
  );
  const { port, stop } = await listen(server, options.port);
  console.port = port;
  return {
    url: console.url,
    newLink: () => console.newLink(),
    stop: () => {
      console.feed.stop();
      return stop();
    },
  };
}

class Console {
  port = 0;
  readonly feed: Feed;
  readonly #options: ConsoleOptions;
  readonly #sessions = new Sessions();
  readonly #assets = loadAssets();
  #linkShownAt = Number.NEGATIVE_INFINITY;

  constructor(options: ConsoleOptions) {
    this.#options = options;
    const { place, failed } = options;
    this.feed = new Feed(() => marksOf(place), place.lookEveryMs, failed);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  newLink(): string {
    return `${this.url}/?token=${this.#sessions.newToken()}`;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#answer(request, response);
    } catch (error) {
      if (error instanceof Refusal) return this.#refuse(request, response, error);
      // Whoever goes away in the middle of a request is nothing to report.
      if (request.destroyed && !request.complete) return;
      this.#options.failed(error);
      this.#refuse(
        request,
        response,
        new Refusal(
          500,
          'The console could not do this; the terminal says why.',
          '控制台未能完成，原因见终端。',
        ),
      );
    }
  }

  /** What was not read of a refused body is not waited for. */
  #refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
    if (response.headersSent) return void response.destroy();
    if (!request.complete) response.setHeader('connection', 'close');
    const { locale } = readerOf(this.#address(request)?.searchParams ?? new URLSearchParams());
    send(response, refusal.status, 'application/json', JSON.stringify({ error: refusal.sentence(locale) }));
    if (!request.complete) response.once('finish', () => request.destroy());
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#checkHost(request);
    const url = this.#address(request);
    if (url === null) throw new Refusal(400, 'The address is none.', '地址无效。');
    const token = url.searchParams.get('token');
    if (request.method === 'GET' && url.pathname === '/' && token !== null)
      return this.#begin(request, response, token);
    const isReading = request.method === 'GET' || request.method === 'HEAD';
    const { isOpen } = this.#options.place;
    const mayAct = this.#sessions.holds(request.headers.cookie, this.port);
    if (url.pathname === '/link' && request.method === 'POST') return this.#showLink(request, response);
    if (!mayAct && !isOpen && url.pathname === '/') return send(response, 401, 'text/html', DOOR);
    const asset = isReading ? this.#assets.get(url.pathname) : undefined;
    if (asset !== undefined && (mayAct || isOpen || OF_THE_DOOR.includes(url.pathname)))
      return send(response, 200, asset.type, asset.body);
    const isQuestion = Object.hasOwn(QUESTIONS, url.pathname);
    if (!mayAct && !(isOpen && (isReading || isQuestion))) throw new Refusal(401, NO_SESSION, NO_SESSION_ZH);
    if (!isReading) return await this.#act(request, response, url);
    checkSite(request);
    if (url.pathname === '/api/events') return this.#watch(response);
    const read = Object.hasOwn(READS, url.pathname) ? READS[url.pathname] : undefined;
    if (read === undefined) throw new Refusal(404, 'There is nothing here.', '这里什么也没有。');
    sendJson(response, await read(this.#visit(url, undefined, mayAct)));
  }

  /** null where it is none. */
  #address({ url = '/' }: IncomingMessage): URL | null {
    return URL.canParse(url, this.url) ? new URL(url, this.url) : null;
  }

  /** A page elsewhere that resolves its own name to this machine must learn nothing. */
  #checkHost(request: IncomingMessage): void {
    const names = [`127.0.0.1:${this.port}`, `localhost:${this.port}`];
    if (!names.includes(request.headers.host ?? ''))
      throw new Refusal(403, `The console answers to ${names.join(' and ')} only.`);
  }

  #begin(request: IncomingMessage, response: ServerResponse, token: string): void {
    const secret = this.#sessions.redeem(token);
    const isKnown = secret !== null || this.#sessions.holds(request.headers.cookie, this.port);
    if (secret !== null) response.setHeader('set-cookie', sessionCookie(secret, this.port));
    if (isKnown) response.setHeader('location', '/');
    send(response, isKnown ? 303 : 403, 'text/html', isKnown ? '' : DOOR);
  }

  #showLink(request: IncomingMessage, response: ServerResponse): void {
    this.#checkOrigin(request);
    const now = performance.now();
    if (now < this.#linkShownAt + LINK_EVERY_MS)
      throw new Refusal(429, 'The terminal has shown a link just now.', '终端刚刚显示过链接。');
    this.#linkShownAt = now;
    this.#options.showLink(this.newLink());
    send(response, 200, 'text/html', SHOWN);
  }

  #checkOrigin(request: IncomingMessage): void {
    const { origin, host } = request.headers;
    if (origin !== `http://${host}`) throw new Refusal(403, FOREIGN, FOREIGN_ZH);
    checkSite(request);
  }

  async #act(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (request.method !== 'POST') throw new Refusal(405, 'GET or POST was expected.');
    this.#checkOrigin(request);
    const acts = { ...ACTS, ...QUESTIONS, ...CONFIDENCES };
    const act = Object.hasOwn(acts, url.pathname) ? acts[url.pathname] : undefined;
    if (act === undefined) throw new Refusal(404, 'There is nothing here.', '这里什么也没有。');
    const body = await readJson(request, BODY_BYTES_MAX);
    const answer = await act(this.#visit(url, body, true));
    if (Object.hasOwn(ACTS, url.pathname)) this.feed.hurry();
    sendJson(response, answer);
  }

  #watch(response: ServerResponse): void {
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
    if (!this.feed.watch(response)) response.end();
  }

  #visit({ searchParams: query }: URL, body: unknown, mayAct: boolean) {
    const { place } = this.#options;
    return { place, query, body, now: place.clock(), reader: readerOf(query), mayAct };
  }
}

/** Browsers say where a request comes from; one from another site, or another port, is none of ours. */
function checkSite({ headers }: IncomingMessage): void {
  if (!['same-origin', 'none', undefined].includes(headers['sec-fetch-site'] as string | undefined))
    throw new Refusal(403, FOREIGN, FOREIGN_ZH);
}

async function marksOf({ state, clock }: ConsolePlace): Promise<Record<string, string>> {
  const [{ groups, pending, failing, more }, items, silences] = await Promise.all([
    readNow(state, clock()),
    itemStates(state),
    listSilences(state),
  ]);
  return { now: digest([groups, pending, failing, more]), rules: digest(items), silences: digest(silences) };
}

/** What the page says nothing with, and whoever has no session sees too. */
const OF_THE_DOOR = ['/style.css', '/icon.svg'];

const NO_SESSION = 'Open the link that the terminal shows: without it nobody may do this.';
const NO_SESSION_ZH = '请打开终端里显示的链接，否则无权执行。';
const FOREIGN = 'This request came from another page: nothing was done.';
const FOREIGN_ZH = '请求来自其他页面，未执行任何操作。';
const ASK =
  '<form method="post" action="/link"><button class="first">Show a new link in the terminal · 在终端显示新链接</button></form>';
const DOOR = plainPage(
  'This console opens with a link that its terminal shows; each works once.',
  '请打开终端里显示的链接；每个链接只能使用一次。',
  ASK,
);
const SHOWN = plainPage('The terminal shows a new link: open it.', '终端里已显示新链接，请打开它。', '');

function plainPage(english: string, chinese: string, more: string): string {
  return (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">' +
    '<title>tocsin</title><link rel="icon" href="/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="/style.css"></head>' +
    `<body><main class="door"><h1>tocsin</h1><p>${english}</p><p lang="zh-CN">${chinese}</p>${more}</main></body></html>`
  );
}

function sendJson(response: ServerResponse, value: unknown): void {
  send(response, 200, 'application/json', JSON.stringify(value));
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { ...HEADERS, 'content-type': `${type}; charset=utf-8` });
  response.end(body);
}
