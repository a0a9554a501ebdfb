import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type DecodeError, decodeSubscription } from '../../shared/logs/decode.ts';

const EVENT = { id: '1'.repeat(56), timestamp: 1_700_000_000_000, message: 'hello' };
const PAYLOAD = {
  messageType: 'DATA_MESSAGE',
  owner: '123456789012',
  logGroup: '/app/orders',
  logStream: 'stream',
  subscriptionFilters: ['tocsin'],
  logEvents: [EVENT],
};

const encode = (payload: unknown): string => gzipSync(JSON.stringify(payload)).toString('base64');
const decode = (data: string | Uint8Array, maxInflatedBytes = 1_000_000) =>
  decodeSubscription(data, { region: 'eu-west-1', maxInflatedBytes });

function failure(run: () => unknown): DecodeError {
  try {
    run();
  } catch (error) {
    return error as DecodeError;
  }
  throw new Error('it was decoded');
}

describe('a subscription payload', () => {
  it('becomes a batch', () => {
    const expected = {
      kind: 'data',
      batch: {
        account: '123456789012',
        region: 'eu-west-1',
        logGroup: '/app/orders',
        logStream: 'stream',
        events: [EVENT],
      },
      subscriptionFilters: ['tocsin'],
      malformed: [],
    };
    expect(decode(encode(PAYLOAD))).toEqual(expected);
    expect(decode(gzipSync(JSON.stringify(PAYLOAD)))).toEqual(expected);
    expect(decode(encode({ ...PAYLOAD, policyLevel: 'ACCOUNT_LEVEL_POLICY' }))).toEqual(expected);
  });

  it('may be a health check', () => {
    const control = {
      messageType: 'CONTROL_MESSAGE',
      owner: 'CloudwatchLogs',
      logGroup: '',
      logStream: '',
      subscriptionFilters: [],
      logEvents: [
        { id: '', timestamp: 1, message: 'CWL CONTROL MESSAGE: Checking health of destination Firehose.' },
      ],
    };
    expect(decode(encode(control))).toEqual({ kind: 'control' });
  });

  it('loses only the events that are malformed', () => {
    const bad = [
      { ...EVENT, id: '' },
      { ...EVENT, timestamp: 'now' },
      { ...EVENT, message: null },
      null,
      { timestamp: 1, message: 'x' },
    ];
    const decoded = decode(encode({ ...PAYLOAD, logEvents: [bad[0], EVENT, ...bad.slice(1)] }));
    expect(decoded).toMatchObject({
      batch: { events: [EVENT] },
      malformed: [
        { index: 0, reason: 'it has no id' },
        { index: 2, reason: 'its timestamp is not a number' },
        { index: 3, reason: 'its message is not text' },
        { index: 4, reason: 'it is not an object' },
        { index: 5, reason: 'it has no id' },
      ],
    });
  });

  const REFUSED: [name: string, data: string | Uint8Array, code: string][] = [
    ['text that is no base64', '§§§', 'not-base64'],
    ['nothing', '', 'not-base64'],
    ['base64 of something else', Buffer.from('plain').toString('base64'), 'not-gzip'],
    ['cut gzip', gzipSync('x'.repeat(10_000)).subarray(0, 20), 'not-gzip'],
    ['more than the cap', gzipSync(Buffer.alloc(2_000_000)), 'too-large'],
    ['text that is no JSON', gzipSync('{"secret":'), 'not-json'],
    ['a list', encode([1]), 'not-a-subscription'],
    ['another message', encode({ ...PAYLOAD, messageType: 'OTHER' }), 'not-a-subscription'],
    ['no log group', encode({ ...PAYLOAD, logGroup: 7 }), 'not-a-subscription'],
    ['no events', encode({ ...PAYLOAD, logEvents: {} }), 'not-a-subscription'],
  ];

  it.each(REFUSED)('is refused with its reason: %s', (_, data, code) => {
    const error = failure(() => decode(data));
    expect(error).toMatchObject({ name: 'DecodeError', code });
    expect(error.message).toMatch(/^[A-Z].*\.$/);
    expect(error.message).not.toContain('secret');
  });
});
