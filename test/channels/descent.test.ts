import { describe, expect, it } from 'vitest';
import { VirtualPipeline } from '../../infra/virtual/pipeline.ts';
import type { Notification } from '../../shared/alerts/notification.ts';
import { composeMessage } from '../../shared/channels/message.ts';
import type { RawItem } from '../../shared/config/items.ts';

const START = Date.UTC(2026, 10, 21, 2);
const SECOND = 1000;
const ITEMS: RawItem[] = [
  {
    kind: 'rule',
    id: 'errors',
    body: { id: 'errors', match: 'ERROR', when: { count: '>= 10', within: '1m' } },
  },
  { kind: 'receiver', id: 'ops', body: { name: 'ops', email: [{ to: ['ops@example.com'] }] } },
  { kind: 'route', id: 'root', body: { receiver: 'ops', groupWait: '1s', groupInterval: '10s' } },
];

/** An error a second for two minutes: what is told of it. */
async function told(): Promise<Notification[]> {
  const pipeline = new VirtualPipeline(START, ITEMS, () => undefined);
  const from = { account: '123456789012', region: 'eu-west-1', logGroup: '/app', logStream: 's' };
  for (let second = 0; second < 120; second++) {
    const timestamp = START + second * SECOND;
    await pipeline.ingest(
      { ...from, events: [{ id: String(second), timestamp, message: 'ERROR' }] },
      timestamp,
    );
  }
  await pipeline.runOut();
  const plans = (await pipeline.state.scan()).filter((item) => 'deliveries' in item);
  return plans.map(({ notification }) => notification as unknown as Notification);
}

describe('a message that tells an end', () => {
  it('draws the episode from its rise to its end', async () => {
    const resolved = (await told()).find(({ status }) => status === 'resolved');
    if (resolved === undefined) throw new Error('Nothing was resolved.');
    const [alert] = composeMessage(resolved, { locale: 'en', timeZone: 'UTC' }).alerts;
    const points = alert?.chart?.points ?? [];
    const values = points.map(({ value }) => value);
    expect(points.at(-1)?.at).toBe(resolved.alerts[0]?.endsAt);
    expect(Math.max(...values)).toBe(resolved.alerts[0]?.peak);
    const highest = values.indexOf(Math.max(...values));
    expect(highest).toBeGreaterThan(2);
    // A window is a minute: so long it takes from the last error to fewer than ten.
    expect(values.length - highest).toBeGreaterThan(5);
    expect(values.at(-1)).toBeLessThan(20);
  });
});
