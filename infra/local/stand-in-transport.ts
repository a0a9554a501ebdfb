import type { HttpTransport } from '../../shared/ports.ts';
import { DESTINATION_HEADER } from './recorder/recorder.ts';

const FEISHU_HOOK = /^\/open-apis\/bot\/v2\/hook\//;

/**
 * Sends every request to a stand-in instead of where it was going: Feishu's to its own, by the path alone, all others
 * to the recorder, which is told where they were going.
 */
export function towardsStandIns(
  transport: HttpTransport,
  feishuUrl: string,
  recorderUrl: string,
): HttpTransport {
  return {
    request: (request) => {
      const { pathname } = new URL(request.url);
      if (FEISHU_HOOK.test(pathname))
        return transport.request({ ...request, url: `${feishuUrl}${pathname}` });
      const headers = { ...request.headers, [DESTINATION_HEADER]: request.url };
      return transport.request({ ...request, url: recorderUrl, headers });
    },
  };
}
