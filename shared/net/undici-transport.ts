import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import type { Agent } from 'undici';
import { type HttpRequest, type HttpResponse, type HttpTransport, PortError } from '../ports.ts';
import { isLiteralAddress, isPublicAddress } from './address-guard.ts';

/** What is read of an answer, bytes. */
const RESPONSE_BYTES_MAX = 64 * 1024;

export interface TransportOptions {
  /** Private and loopback addresses are allowed too, these by plain http as well: for stand-ins on this machine. */
  allowPrivate?: boolean;
  /** Only these host names, and names below those written as `*.example.com`; default: every public host. */
  allowedHosts?: string[];
  /** Host names and addresses that may be private; plain http is fine where they are. */
  privateHosts?: string[];
  /** Lifts the guard for single addresses, such as a stand-in's. */
  allow?: (url: URL) => boolean;
}

type LookupCallback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

function forbidden(what: string): PortError {
  return new PortError('Forbidden', what, { transient: false });
}

/**
 * Resolves a name and refuses it if any of its addresses is not public: a name that answers differently the second
 * time is checked again, for this is the very answer that is connected to.
 */
function publicLookup(hostname: string, options: LookupOptions, callback: LookupCallback): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    if (!addresses.every(({ address }) => isPublicAddress(address))) {
      return callback(forbidden(`the host ${hostname} has an address that is not public`), []);
    }
    const [first] = addresses;
    if (options.all) return callback(null, addresses);
    return callback(null, first?.address ?? '', first?.family ?? 4);
  });
}

/** Plain http stays within private networks: whatever the name resolves to, nothing public is connected to. */
function privateLookup(hostname: string, options: LookupOptions, callback: LookupCallback): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    if (addresses.some(({ address }) => isPublicAddress(address))) {
      return callback(forbidden(`the host ${hostname} is public: requests to it go over https only`), []);
    }
    const [first] = addresses;
    if (options.all) return callback(null, addresses);
    return callback(null, first?.address ?? '', first?.family ?? 4);
  });
}

function isNamed(hostname: string, allowed: string[]): boolean {
  return allowed.some((host) =>
    host.startsWith('*.') ? hostname.endsWith(host.slice(1)) : hostname === host.toLowerCase(),
  );
}

function parseUrl(text: string): URL {
  if (!URL.canParse(text)) throw forbidden('the address of the request is no URL');
  return new URL(text);
}

function mayBePrivate({ hostname }: URL, { privateHosts = [] }: TransportOptions): boolean {
  return privateHosts.some((host) => host.toLowerCase() === hostname);
}

/** Refuses what must not be reached, before anything is connected. */
function checkUrl(url: URL, options: TransportOptions): void {
  const { hostname } = url;
  if (options.allowedHosts !== undefined && !isNamed(hostname, options.allowedHosts)) {
    throw forbidden(`the host ${hostname} is not among the allowed hosts`);
  }
  if (mayBePrivate(url, options)) {
    const isInner = !isLiteralAddress(hostname) || !isPublicAddress(hostname);
    if (url.protocol === 'https:' || (url.protocol === 'http:' && isInner)) return;
  }
  const isPrivate = hostname === 'localhost' || (isLiteralAddress(hostname) && !isPublicAddress(hostname));
  if (options.allowPrivate === true && (isPrivate || url.protocol === 'https:')) return;
  if (url.protocol !== 'https:') throw forbidden(`requests go over https only, not ${url.protocol}`);
  if (isPrivate) {
    throw forbidden(`the address ${hostname} is not public`);
  }
}

/** Network failures by the codes of Node and undici. */
const CODES: Record<string, string> = {
  ABORT_ERR: 'Timeout',
  ETIMEDOUT: 'Timeout',
  UND_ERR_ABORTED: 'Timeout',
  UND_ERR_BODY_TIMEOUT: 'Timeout',
  UND_ERR_CONNECT_TIMEOUT: 'Timeout',
  UND_ERR_HEADERS_TIMEOUT: 'Timeout',
  ECONNREFUSED: 'ConnectionRefused',
  EAI_AGAIN: 'NameNotFound',
  ENOTFOUND: 'NameNotFound',
};

/** Messages name the host alone: paths and queries of webhooks are credentials. */
function portError(error: unknown, host: string): PortError {
  if (error instanceof PortError) return error;
  const { name, code, cause } = error as { name?: string; code?: string; cause?: unknown };
  if (cause instanceof PortError) return cause;
  if (name === 'TimeoutError') {
    return new PortError('Timeout', `${host} did not answer in time`, { transient: true });
  }
  const port = CODES[code ?? ''];
  if (port !== undefined) return new PortError(port, `${host}: ${code}`, { transient: true });
  if (code !== undefined && /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(code)) {
    return new PortError('CertificateRefused', `${host}: ${code}`, { transient: false });
  }
  return new PortError('ConnectionReset', `${host}: ${code ?? name ?? 'no answer'}`, { transient: true });
}

async function readBody(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size >= RESPONSE_BYTES_MAX) break;
  }
  return Buffer.concat(chunks).subarray(0, RESPONSE_BYTES_MAX).toString('utf8');
}

function flatHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

interface Agents {
  request: typeof import('./undici.ts').request;
  /** Connects to public addresses only. */
  guarded: Agent;
  /** Connects to private addresses only. */
  inner: Agent;
  open: Agent;
}

type Way = Exclude<keyof Agents, 'request'>;

/** Loaded with the first request: the web client is more than the notifier has to load before its first message. */
async function loadAgents(): Promise<Agents> {
  const { Agent, request } = await import('./undici.ts');
  const agentWith = (find: typeof publicLookup) => new Agent({ connect: { lookup: find as never } });
  return { request, guarded: agentWith(publicLookup), inner: agentWith(privateLookup), open: new Agent() };
}

/**
 * The way out of the house. One request, no redirects, one deadline over connecting, sending and reading, answers
 * cut at 64 KB; https to public addresses only, unless the options say otherwise. Throws `PortError`s that name the
 * host but no path.
 */
export function createTransport(options: TransportOptions = {}): HttpTransport & { close(): Promise<void> } {
  let agents: Promise<Agents> | undefined;

  function wayTo(url: URL, exempt: boolean): Way {
    if (exempt || options.allowPrivate === true) return 'open';
    if (!mayBePrivate(url, options)) return 'guarded';
    // A literal address is not looked up: the guard has seen it.
    return url.protocol === 'https:' || isLiteralAddress(url.hostname) ? 'open' : 'inner';
  }

  async function send(url: URL, asked: HttpRequest, way: Way): Promise<HttpResponse> {
    agents ??= loadAgents();
    const { request, [way]: dispatcher } = await agents;
    const { statusCode, headers, body } = await request.call(dispatcher, {
      origin: url.origin,
      path: url.pathname + url.search,
      method: asked.method,
      headers: asked.headers,
      body: asked.method === 'GET' ? null : asked.body,
      signal: AbortSignal.timeout(asked.timeoutMs),
      headersTimeout: asked.timeoutMs,
      bodyTimeout: asked.timeoutMs,
    });
    return { status: statusCode, headers: flatHeaders(headers), body: await readBody(body) };
  }

  return {
    async request(asked) {
      const url = parseUrl(asked.url);
      const exempt = options.allow?.(url) === true;
      if (!exempt) checkUrl(url, options);
      try {
        return await send(url, asked, wayTo(url, exempt));
      } catch (error) {
        throw portError(error, url.hostname);
      }
    },
    async close() {
      const { guarded, inner, open } = (await agents) ?? {};
      await Promise.all([guarded?.close(), inner?.close(), open?.close()]);
    },
  };
}
