import type { HttpTransport } from '../../shared/ports.ts';

/** Sends every request to the Feishu stand-in instead of where it was going; only the path is kept. */
export function towardsStandIn(transport: HttpTransport, standInUrl: string): HttpTransport {
  return {
    request: (request) =>
      transport.request({ ...request, url: `${standInUrl}${new URL(request.url).pathname}` }),
  };
}
