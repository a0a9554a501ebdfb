/** Lines of a made-up shop, about 160 bytes each, of which a share belongs to one of many kinds of failure. */
import { randomFrom } from './random.ts';

export type Shape = 'json' | 'plain';

const SERVICES = ['order', 'payment', 'user', 'cart', 'stock', 'price', 'mail', 'search', 'auth', 'report'];
const VERBS = [
  'Timeout',
  'Refused',
  'Denied',
  'Overflow',
  'Missing',
  'Invalid',
  'Broken',
  'Expired',
  'Lost',
  'Stale',
];
const PATHS = [
  '/api/orders',
  '/api/cart/items',
  '/api/users/me',
  '/health',
  '/api/search?q=shoes',
  '/api/stock',
];
const TEXTS = [
  'request completed',
  'cache refreshed from replica',
  'connection pool size adjusted',
  'message published to topic',
  'retrying after transient failure of upstream',
  'session created',
];

/** The name of a failure: no two contain each other. */
export function failureName(index: number): string {
  const service = SERVICES[index % 10] ?? '';
  const verb = VERBS[Math.floor(index / 10) % 10] ?? '';
  return `${service}${verb}${String(index).padStart(4, '0')}`;
}

export function failureNumber(index: number): number {
  return 4_000_000 + index;
}

/** `share`: how many of the lines tell of one of the first `failures` failures. */
export function serviceLines(shape: Shape, count: number, failures: number, share: number): string[] {
  const random = randomFrom(7);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  return Array.from({ length: count }, (_, index) => {
    const failed = random() < share ? Math.floor(random() * failures) : null;
    const fields = {
      time: new Date(1_790_000_000_000 + index * 7).toISOString(),
      service: pick(SERVICES),
      path: pick(PATHS),
      latency: Math.floor(random() * 900),
      traceId: Math.floor(random() * 2 ** 48)
        .toString(16)
        .padStart(12, '0'),
      text: failed === null ? pick(TEXTS) : 'request failed',
      failure: failed === null ? null : failureName(failed),
      number: failed === null ? 0 : failureNumber(failed),
    };
    return shape === 'json' ? jsonLine(fields) : plainLine(fields);
  });
}

interface Fields {
  time: string;
  service: string;
  path: string;
  latency: number;
  traceId: string;
  text: string;
  failure: string | null;
  number: number;
}

function jsonLine({ time, service, path, latency, traceId, text, failure, number }: Fields): string {
  const level = failure === null ? 'INFO' : 'ERROR';
  const code = failure === null ? {} : { error: `code=${failure} id=${latency}`, code: failure };
  return JSON.stringify({
    time,
    level,
    service,
    path,
    latency,
    traceId,
    codeNumber: number,
    message: text,
    ...code,
  });
}

function plainLine({ time, service, path, latency, traceId, text, failure }: Fields): string {
  const level = failure === null ? 'INFO' : 'ERROR';
  const tail = failure === null ? '' : ` code=${failure} id=${latency}`;
  return `${time} ${level} [${service}-worker-3] c.e.shop.${service}.Handler - ${text} path=${path} status=200 latency=${latency}ms trace=${traceId}${tail}`;
}
