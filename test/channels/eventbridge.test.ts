import { describe, expect, it } from 'vitest';
import { batchesOf, eventsOf } from '../../shared/channels/eventbridge/request.ts';
import { HOSTILE_CORPUS } from './hostile-corpus.ts';
import { NOON, resolvedAlert, sampleAlert, sampleNotification } from './sample-notification.ts';

const bytes = (text: string) => Buffer.byteLength(text, 'utf8');

describe('events on a bus', () => {
  it('are one for each transition, with its identity', () => {
    const alerts = [sampleAlert(), resolvedAlert({ fingerprint: 'other' })];
    const [firing, resolved] = eventsOf(sampleNotification({ alerts }));
    expect([firing?.detailType, resolved?.detailType]).toEqual(['Alert Firing', 'Alert Resolved']);
    expect(firing?.time).toBe(NOON);
    expect(JSON.parse(firing?.detail ?? '')).toMatchObject({
      version: '1',
      rule: 'order-errors',
      status: 'firing',
      severity: 'critical',
      fingerprint: 'order-errors/order',
      labels: { service: 'order' },
      value: 12,
      endsAt: null,
      notification: { receiver: 'ops' },
    });
    expect(JSON.parse(resolved?.detail ?? '').endsAt).toBe(new Date(NOON + 400_000).toISOString());
  });

  it('show the fields that the rule shows', () => {
    const shown = [{ label: 'traceId', value: '4bf92f3577b34da6' }];
    const lines = [{ at: NOON, message: 'x', logGroup: 'g', logStream: 's', shown }];
    const [event] = eventsOf(sampleNotification({ alerts: [sampleAlert({ lines })] }));
    expect(JSON.parse(event?.detail ?? '').lines[0].fields).toEqual({ traceId: '4bf92f3577b34da6' });
  });

  it('go out ten at a time, and not more than 256 KB together', () => {
    const alerts = Array.from({ length: 45 }, () => sampleAlert());
    expect(batchesOf(eventsOf(sampleNotification({ alerts }))).map(({ length }) => length)).toEqual([
      10, 10, 10, 10, 5,
    ]);
    const annotations = Object.fromEntries(Array.from({ length: 80 }, (_, n) => [`a${n}`, '汉'.repeat(600)]));
    const large = Array.from({ length: 10 }, () => sampleAlert({ annotations }));
    const batches = batchesOf(eventsOf(sampleNotification({ alerts: large })));
    expect(batches.flat()).toHaveLength(10);
    for (const batch of batches) {
      expect(batch.reduce((sum, { detail }) => sum + bytes(detail), 0)).toBeLessThan(256 * 1024);
    }
  });

  it('hold hostile lines as nothing but strings', () => {
    for (const line of HOSTILE_CORPUS) {
      const lines = [{ at: NOON, message: line, logGroup: 'g', logStream: 's' }];
      const [event] = eventsOf(
        sampleNotification({ alerts: [sampleAlert({ lines, labels: { service: line } })] }),
      );
      const detail = JSON.parse(event?.detail ?? '');
      expect(Object.keys(detail)).toContain('lines');
      expect(detail.status).toBe('firing');
      expect(bytes(event?.detail ?? '')).toBeLessThan(256 * 1024);
    }
  });
});
