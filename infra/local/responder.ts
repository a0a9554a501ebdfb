/** The function URL of this machine: the responder behind a port, as Lambda invokes it. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import type { LambdaFunctionURLEvent } from 'aws-lambda';
import type { ResponderHandler } from '../../functions/responder/handler.ts';
import { errorCode } from '../../shared/error-code.ts';
import { wholeBody } from '../http/body.ts';
import { type Listening, LOOPBACK, listen as listenAt } from '../http/listen.ts';
import { isLoopbackName } from '../http/web-pages.ts';

/** Far more than a form of ours, far less than Lambda takes. */
const BODY_BYTES_MAX = 64 * 1024;
/** A request that takes longer to arrive is cut off, ms; how often it is looked for such, ms. */
const REQUEST_MS_MAX = 20_000;
const LOOK_EVERY_MS = 5_000;

/** Where the links in messages lead. */
export interface ResponderPlace {
  /** Where to listen; by default on a free port of this machine alone, the same as the last time. */
  listen?: { host: string; port: number };
  /** A file that remembers that port, so that links in older messages still lead here after a restart. */
  portPath?: string;
  /** What readers elsewhere reach it by, through a proxy perhaps, as Alertmanager's `web.external-url`. */
  externalUrl?: string;
}

/**
 * Serves the responder; its `url` is what links begin with.
 * @throws Error with a `code` such as `EADDRINUSE` where `listen` cannot be had
 */
export async function startResponder(
  handler: ResponderHandler,
  { listen, portPath, externalUrl }: ResponderPlace,
  failed: (error: unknown) => void,
): Promise<Listening> {
  const patience = {
    requestTimeout: REQUEST_MS_MAX,
    headersTimeout: REQUEST_MS_MAX,
    connectionsCheckingInterval: LOOK_EVERY_MS,
  };
  const externalHost = externalUrl === undefined ? undefined : new URL(externalUrl).host;
  const server = createServer(patience, (request, response) => {
    answer(handler, externalHost, request, response).catch((error: unknown) => {
      // Whoever goes away in the middle of a request is nothing to report.
      if (request.destroyed && !request.complete) return;
      failed(error);
      send(response, 500, 'The responder failed; the terminal says why.');
    });
  });
  const { port, stop } =
    listen === undefined
      ? await listenAsBefore(server, portPath)
      : await listenAt(server, listen.port, listen.host);
  return { url: externalUrl?.replace(/\/+$/, '') ?? `http://${LOOPBACK}:${port}`, port, stop };
}

async function listenAsBefore(server: Server, portPath: string | undefined): Promise<Listening> {
  const port = rememberedPort(portPath);
  const found = await listenAt(server, port).catch((error: unknown) => {
    if (port === 0 || errorCode(error) !== 'EADDRINUSE') throw error;
    return listenAt(server);
  });
  if (portPath !== undefined) {
    mkdirSync(dirname(portPath), { recursive: true });
    writeFileSync(portPath, String(found.port));
  }
  return found;
}

/** 0, any free one, where there is none yet. */
function rememberedPort(path: string | undefined): number {
  if (path === undefined || !existsSync(path)) return 0;
  const port = Number(readFileSync(path, 'utf8'));
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : 0;
}

async function answer(
  handler: ResponderHandler,
  externalHost: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // A page elsewhere that resolves its own name to this machine must reach nothing.
  const host = request.headers.host?.toLowerCase();
  if (!isLoopbackName(host) && host !== externalHost)
    return send(response, 403, `The responder answers to ${externalHost ?? '127.0.0.1 and localhost'} only.`);
  const body = await wholeBody(request, BODY_BYTES_MAX);
  if (body === null) return send(response, 413, 'The request is too large.');
  const result = await handler(eventOf(request, body));
  response.writeHead(result.statusCode ?? 200, result.headers as Record<string, string>);
  response.end(result.body);
}

/** The event of payload format 2.0, of which the responder reads a part. */
function eventOf(request: IncomingMessage, body: Buffer): LambdaFunctionURLEvent {
  const [path = '/', ...query] = (request.url ?? '/').split('?');
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const http = {
    method: request.method ?? 'GET',
    path,
    protocol: 'HTTP/1.1',
    sourceIp: '127.0.0.1',
    userAgent: headers['user-agent'] ?? '',
  };
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query.join('?'),
    headers,
    requestContext: {
      accountId: 'anonymous',
      apiId: 'local',
      domainName: headers.host ?? '',
      domainPrefix: 'local',
      http,
      requestId: 'local',
      routeKey: '$default',
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
    ...(body.length === 0 ? {} : { body: body.toString('base64') }),
    isBase64Encoded: body.length > 0,
  };
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  response.end(text);
}
