/**
 * A stand-in for every provider that channels post to, other than Feishu: it checks what they check, answers as they
 * do, and shows on a page what arrived.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { bodyText } from '../../http/body.ts';
import { listen } from '../../http/listen.ts';
import { isLoopbackName } from '../../http/web-pages.ts';
import { servePage } from '../sent-page/page.ts';
import { type Destination, plainAddress } from './destinations.ts';
import { judgeRequest } from './judge.ts';
import { entriesOf, WORDS } from './page.ts';
import { type Provider, providerOf } from './provider.ts';
import { createRecords, type Recorded } from './record.ts';

/** Names the address that a request was for. */
export const DESTINATION_HEADER = 'x-stand-in-for';
const BODY_BYTES_MAX = 2 * 1024 * 1024;

/** An answer instead of the provider's own. */
export interface ScriptedRefusal {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

export interface Recorder {
  /** `http://127.0.0.1:PORT`: the page, and where requests are posted to. */
  url: string;
  /** What was sent, oldest first. */
  received(): Recorded[];
  /** Replaces what it knows of receivers and their secrets. */
  know(destinations: Destination[]): void;
  /** The next answers in place of this provider; replaces what was left. */
  script(provider: Provider, answers: ScriptedRefusal[]): void;
  /** Notes what went another way than by HTTP. */
  note(provider: Provider, receiver: string, body: string): void;
  stop(): Promise<void>;
}

interface House {
  clock: () => number;
  destinations: Destination[];
  scripts: Map<Provider, ScriptedRefusal[]>;
  records: ReturnType<typeof createRecords>;
}

/** Starts the stand-in, which knows no receiver yet. */
export async function startRecorder(clock: () => number): Promise<Recorder> {
  const house: House = { clock, destinations: [], scripts: new Map(), records: createRecords() };
  const server = createServer((request, response) => {
    serve(house, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  const { url, stop } = await listen(server);
  return {
    url,
    received: () => house.records.all(),
    know(destinations) {
      house.destinations = destinations;
    },
    script: (provider, answers) => void house.scripts.set(provider, [...answers]),
    note: (provider, receiver, body) =>
      house.records.add({ at: clock(), provider, receiver, body, refused: null }),
    stop,
  };
}

async function serve(house: House, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://stand-in');
  const destination = request.headers[DESTINATION_HEADER];
  if (request.method === 'POST' && typeof destination === 'string') {
    return await take(house, new URL(destination), request, response);
  }
  // A foreign name that resolves to this machine would let its page read along.
  if (!isLoopbackName(request.headers.host)) {
    response.writeHead(403).end('This page answers to names of this machine only.');
  } else if (request.method === 'GET' && pathname === '/api/messages') {
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify({ messages: house.records.all() }));
  } else if (request.method === 'GET' && (pathname === '/' || pathname === '/messages')) {
    servePage(request, response, WORDS, entriesOf(house.records));
  } else {
    response.writeHead(404).end(`There is nothing at ${pathname}.`);
  }
}

async function take(house: House, url: URL, request: IncomingMessage, response: ServerResponse) {
  const body = await bodyText(request, BODY_BYTES_MAX);
  const provider = providerOf(url);
  const known = house.destinations.find(({ address }) => isFor(address, url));
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
  const scripted = house.scripts.get(provider)?.shift();
  const answer =
    scripted === undefined
      ? judgeRequest(provider, { url, headers, body }, known?.secret ?? null, house.clock())
      : { body: '', ...scripted, refused: `scripted: HTTP ${scripted.status}` };
  house.records.add({
    at: house.clock(),
    provider,
    receiver: known?.receiver ?? url.host,
    body: withoutKeys(body),
    refused: answer.refused,
  });
  response.writeHead(answer.status, scripted?.headers ?? {}).end(answer.body);
}

function isFor(address: string, url: URL): boolean {
  const plain = plainAddress(url.href);
  return plain === address || plain === `${address.replace(/\/$/, '')}/api/v2/alerts`;
}

/** The one secret that stands in a body: some may be real ones that wait for `--deliver`. */
function withoutKeys(body: string): string {
  return body.replace(/("routing_key":")[^"]*/, '$1***');
}
