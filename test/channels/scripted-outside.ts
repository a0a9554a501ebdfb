import type { ChannelContext } from '../../shared/channels/channel.ts';
import { type HttpRequest, type HttpResponse, PortError } from '../../shared/ports.ts';
import { NOON } from './sample-notification.ts';

export type Answer = Partial<HttpResponse> | PortError;

/** A channel's surroundings that answer as they are told, the last answer again and again, and keep every request. */
export function scriptedOutside(answers: Answer[], secrets: Record<string, string> = {}) {
  const requests: HttpRequest[] = [];
  const context: ChannelContext = {
    clock: () => NOON,
    transport: {
      async request(request) {
        requests.push(request);
        const answer = answers[Math.min(requests.length, answers.length) - 1] ?? {};
        if (answer instanceof PortError) throw answer;
        return { status: 200, headers: {}, body: '', ...answer };
      },
    },
    mailer: { send: () => Promise.reject(new PortError('Forbidden', 'no mail here', { transient: false })) },
    secrets: {
      async get(name, key) {
        const reference = key === null ? name : `${name}#${key}`;
        const value = secrets[reference];
        if (value !== undefined) return value;
        throw new PortError('SecretNotFound', `there is no secret ${reference}`, { transient: false });
      },
    },
    timeZone: 'Asia/Shanghai',
  };
  return { context, requests };
}
