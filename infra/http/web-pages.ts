/**
 * What runs beside the product on this machine trusts whoever reaches its port. A page that a browser here has open
 * must not: browsers name the page's origin with all that could do harm, and a foreign name that resolves to loopback
 * (DNS rebinding) stands in the Host.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** Whether a Host header names this machine by a name that nobody else can give out. */
export function isLoopbackName(host: string | undefined): boolean {
  return /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i.test(host ?? '');
}

/** Lets programs of this machine alone reach a server, and no web page. */
export function refuseWebPages(server: Server): void {
  guard(server, ({ headers }) => headers.origin === undefined && headers['sec-fetch-site'] === undefined);
}

/** The same for a server with a page of its own: that page may ask it, and people may open it from anywhere. */
export function refuseOtherPages(server: Server): void {
  guard(server, isOwnPage);
}

function isOwnPage({ headers, method }: IncomingMessage): boolean {
  const { origin, host } = headers;
  if (origin !== undefined && origin !== `http://${host}`) return false;
  const site = headers['sec-fetch-site'];
  if (site !== 'cross-site' && site !== 'same-site') return true;
  return method === 'GET' && headers['sec-fetch-dest'] === 'document';
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

function guard(server: Server, isWelcome: (request: IncomingMessage) => boolean): void {
  const listeners = server.listeners('request') as Listener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (isLoopbackName(request.headers.host) && isWelcome(request))
      for (const listener of listeners) listener.call(server, request, response);
    else refuse(request, response);
  });
}

function refuse(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  response.end('Programs of this machine are answered, by 127.0.0.1 or localhost; web pages are not.\n');
}
