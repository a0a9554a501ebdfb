import { gzipSync } from 'node:zlib';
import { decodeSubscription } from '../../../shared/logs/decode.ts';
import type { LogBatch } from '../../../shared/logs/event.ts';

const EVENTS_PER_PAYLOAD = 2000;

/** What a subscription delivers for these lines: base64 of gzip, some hundred KB each. */
export function toPayloads(lines: readonly string[], eventsPerPayload = EVENTS_PER_PAYLOAD): string[] {
  const payloads: string[] = [];
  for (let start = 0; start < lines.length; start += eventsPerPayload) {
    const logEvents = lines.slice(start, start + eventsPerPayload).map((message, index) => ({
      id: String(start + index).padStart(56, '3'),
      timestamp: 1_790_000_000_000 + start + index,
      message,
    }));
    const payload = {
      messageType: 'DATA_MESSAGE',
      owner: '123456789012',
      logGroup: '/app/shop',
      logStream: 'shop-1',
      subscriptionFilters: ['tocsin'],
      logEvents,
    };
    payloads.push(gzipSync(JSON.stringify(payload)).toString('base64'));
  }
  return payloads;
}

export function decode(payload: string): LogBatch {
  const decoded = decodeSubscription(payload, { region: 'eu-west-1' });
  if (decoded.kind !== 'data') throw new Error('The payload holds no events.');
  return decoded.batch;
}
