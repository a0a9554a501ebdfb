/**
 * Takes logs over HTTP: lines and records of one's own, and what Fluent Bit, Vector and Filebeat send. A request is
 * answered once its events are taken, so that whoever sends too fast waits.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { errorCode } from '../../../shared/error-code.ts';
import { chunksOf } from '../../http/body.ts';
import { listen, type Running } from '../../http/listen.ts';
import { eventIdAt, eventIdOf } from '../event-ids.ts';
import type { LogOrigin } from '../intake.ts';
import { BodyError, type Received, readRecords, type Sender } from './records.ts';

/** Hands on what was received; false where that was interrupted, and the sender is to come again. */
export type TakeReceived = (origin: LogOrigin, events: readonly ReceivedEvent[]) => Promise<boolean>;

export interface ReceivedEvent extends Pick<Received, 'message' | 'timestamp'> {
  /** Of its own, or the sender's. */
  id: string;
}

export interface HttpIntakeOptions {
  host: string;
  port: number;
  take: TakeReceived;
  /** The text of `/metrics`. */
  metrics: () => string;
  clock: () => number;
  failed: (error: unknown) => void;
}

/** Of a body as it comes, and unpacked. */
const BODY_BYTES_MAX = 16 * 1024 * 1024;
/** Of all bodies that are still coming. */
const COMING_BYTES_MAX = 64 * 1024 * 1024;
/** A request that takes longer to arrive is cut off, ms. */
const REQUEST_MS_MAX = 60_000;
/** How often it is looked for such, ms. */
const LOOK_EVERY_MS = 5_000;
/** More connections than senders have, fewer than the process may have files open. */
const CONNECTIONS_MAX = 512;
/** Requests that are worked on; others are told to wait. */
const AT_A_TIME = 8;

const PATHS: Readonly<Record<string, Sender>> = {
  '/ingest': 'tocsin',
  '/fluent-bit': 'fluent-bit',
  '/vector': 'vector',
  '/_bulk': 'elasticsearch',
};

interface Answer {
  status: number;
  body: string;
  headers?: Record<string, string>;
  /** Whether the connection ends with it, so that nobody reads on. */
  isEnd?: boolean;
}

/** What the path of a request is read against. */
const BASE = 'http://localhost';
const BUSY: Answer = { ...text(429, 'Busy.'), headers: { 'retry-after': '1' } };
const TOO_LARGE: Answer = { ...text(413, `A body is at most ${BODY_BYTES_MAX} bytes.`), isEnd: true };

/** @throws Error where the port is taken */
export async function startHttpIntake(options: HttpIntakeOptions): Promise<Running> {
  const intake = new HttpIntake(options);
  const patience = {
    requestTimeout: REQUEST_MS_MAX,
    headersTimeout: REQUEST_MS_MAX,
    connectionsCheckingInterval: LOOK_EVERY_MS,
  };
  const server = createServer(patience, (request, response) => {
    intake.answer(request).then(
      (answer) => send(response, answer),
      (error: unknown) => {
        // A sender that goes away in the middle of its request is nothing to report.
        if (request.destroyed && !request.complete) return;
        options.failed(error);
        send(response, text(500, 'The logs could not be taken; the terminal says why.'));
      },
    );
  });
  server.maxConnections = CONNECTIONS_MAX;
  return await listen(server, options.port, options.host);
}

class HttpIntake {
  readonly #options: HttpIntakeOptions;
  readonly #run: string;
  #number = 0;
  #working = 0;
  #comingBytes = 0;

  constructor(options: HttpIntakeOptions) {
    this.#options = options;
    this.#run = `http|${process.pid}|${options.clock()}`;
  }

  async answer(request: IncomingMessage): Promise<Answer> {
    const address = request.url ?? '/';
    if (!URL.canParse(address, BASE)) return text(400, 'The address is none.');
    const url = new URL(address, BASE);
    // A web page must not write logs: browsers say where a request comes from, senders of logs do not.
    if (request.headers.origin !== undefined || request.headers['sec-fetch-site'] !== undefined)
      return text(403, 'Requests of web pages are refused.');
    const sender = PATHS[url.pathname.replace(/^\/[^/]+(?=\/_bulk$)/, '')];
    if (request.method === 'GET' || request.method === 'HEAD') return this.#tell(url.pathname);
    if (sender === undefined) return text(404, `There is nothing at ${url.pathname}.`);
    if (request.method !== 'POST' && request.method !== 'PUT') return text(405, 'POST was expected.');
    if (this.#working >= AT_A_TIME) return BUSY;
    const body = await this.#received(request);
    if (!Buffer.isBuffer(body)) return body;
    // Counted from here on: whoever sends slowly keeps nobody waiting.
    if (this.#working >= AT_A_TIME) return BUSY;
    this.#working += 1;
    try {
      const whole = await unpacked(body, request.headers['content-encoding'] === 'gzip');
      return typeof whole === 'string' ? await this.#take(whole, url, sender) : whole;
    } finally {
      this.#working -= 1;
    }
  }

  /** The body, or what is answered where it cannot be had. */
  async #received(request: IncomingMessage): Promise<Buffer | Answer> {
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of chunksOf(request)) {
        size += chunk.length;
        this.#comingBytes += chunk.length;
        if (size > BODY_BYTES_MAX) return TOO_LARGE;
        if (this.#comingBytes > COMING_BYTES_MAX) return { ...BUSY, isEnd: true };
        chunks.push(chunk);
      }
    } finally {
      this.#comingBytes -= size;
    }
    return Buffer.concat(chunks);
  }

  #tell(path: string): Answer {
    if (path === '/metrics')
      return {
        ...text(200, this.#options.metrics()),
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      };
    if (path === '/health') return text(200, 'ok');
    // Filebeat asks whom it talks to before it sends.
    if (path === '/')
      return json(200, { name: 'tocsin', version: { number: '8.0.0', build_flavor: 'default' } });
    return text(404, `There is nothing at ${path}.`);
  }

  async #take(body: string, url: URL, sender: Sender): Promise<Answer> {
    let received: Received[];
    try {
      received = readRecords(body, sender);
    } catch (error) {
      if (error instanceof BodyError) return text(400, error.message);
      throw error;
    }
    for (const [origin, events] of this.#byOrigin(received, url.searchParams, sender))
      if (!(await this.#options.take(origin, events))) return text(503, 'Stopping: send it again.');
    if (sender !== 'elasticsearch') return { status: 204, body: '' };
    const items = received.map(() => ({ create: { status: 201 } }));
    return json(200, { took: 0, errors: false, items });
  }

  #byOrigin(received: readonly Received[], query: URLSearchParams, sender: Sender) {
    const groups = new Map<string, [LogOrigin, ReceivedEvent[]]>();
    for (const { message, timestamp, id, ...named } of received) {
      const origin = {
        logGroup: named.logGroup ?? query.get('group') ?? sender,
        logStream: named.logStream ?? query.get('stream') ?? sender,
      };
      const key = JSON.stringify(origin);
      const known = groups.get(key) ?? [origin, []];
      groups.set(key, known);
      known[1].push({ message, timestamp, id: this.#idOf(origin, id) });
    }
    return groups.values();
  }

  /** What a sender names comes twice under one id; anything else is new. */
  #idOf(origin: LogOrigin, own: string | null): string {
    this.#number += 1;
    if (own === null) return eventIdAt(this.#number, `${this.#run}|${this.#number}`);
    return eventIdOf(own, JSON.stringify(origin));
  }
}

const unpack = promisify(gunzip);

async function unpacked(bytes: Buffer, isPacked: boolean): Promise<string | Answer> {
  if (!isPacked) return bytes.toString('utf8');
  try {
    return (await unpack(bytes, { maxOutputLength: BODY_BYTES_MAX })).toString('utf8');
  } catch (error) {
    if (errorCode(error) === 'ERR_BUFFER_TOO_LARGE') return TOO_LARGE;
    return text(400, 'The body is not what gzip makes.');
  }
}

function text(status: number, body: string): Answer {
  return { status, body: `${body}\n` };
}

function json(status: number, value: unknown): Answer {
  const headers = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' };
  return { status, body: JSON.stringify(value), headers };
}

function send(response: ServerResponse, { status, body, headers = {}, isEnd = false }: Answer): void {
  const type = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
  response.writeHead(status, { ...type, ...headers, connection: isEnd ? 'close' : 'keep-alive' });
  response.end(body);
}
