import { describe, expect, it } from 'vitest';
import { VirtualPipeline } from '../../infra/virtual/pipeline.ts';
import type { RawItem } from '../../shared/config/items.ts';
import type { Happening } from '../../shared/happenings.ts';

const START = Date.UTC(2026, 0, 1);
const ITEMS: RawItem[] = [
  { kind: 'settings', id: 'document', body: {} },
  {
    kind: 'rule',
    id: 'errors',
    body: { id: 'errors', match: { keyword: 'ERROR' }, when: { count: 3, within: '5m' } },
  },
  { kind: 'receiver', id: 'ops', body: { name: 'ops', email: [{ to: ['ops@example.com'] }] } },
  { kind: 'route', id: 'root', body: { receiver: 'ops' } },
];

/** What happens when an ERROR is logged at these seconds. */
async function played(seconds: number[]): Promise<Happening[]> {
  const happenings: Happening[] = [];
  const pipeline = new VirtualPipeline(START, ITEMS, (happening) => void happenings.push(happening));
  for (const [index, second] of seconds.entries()) {
    const timestamp = START + second * 1000;
    const events = [{ id: String(index), timestamp, message: 'ERROR' }];
    await pipeline.ingest({ account: 'a', region: 'r', logGroup: 'g', logStream: 's', events }, timestamp);
  }
  await pipeline.runOut();
  return happenings;
}

describe('the pipeline in virtual time', () => {
  it('ends an episode with the worst window that it had', async () => {
    const burst = Array.from({ length: 40 }, (_, index) => index * 2);
    const happened = await played([...burst, 200, 260]);
    const ends = happened.filter(
      (happening) => happening.type === 'alert' && happening.status === 'resolved',
    );
    expect(ends).toMatchObject([{ alert: { startsAt: START, peak: 42, endsAt: START + 380_000 } }]);
  });

  it('keeps quiet about what stays below the threshold', async () => {
    const happened = await played([0, 100, 400, 500, 800]);
    expect(happened.filter(({ type }) => type === 'alert' || type === 'notification')).toEqual([]);
  });

  it('keeps no more of months of logs than of the days for which they may still be counted into', async () => {
    const pipeline = new VirtualPipeline(START, ITEMS, () => undefined);
    const itemsAfter = async (fromHour: number, toHour: number) => {
      for (let hour = fromHour; hour < toHour; hour += 1) {
        const timestamp = START + hour * 3_600_000;
        const events = [{ id: String(hour), timestamp, message: 'ERROR' }];
        await pipeline.ingest(
          { account: 'a', region: 'r', logGroup: 'g', logStream: 's', events },
          timestamp,
        );
      }
      return (await pipeline.state.scan()).length;
    };
    const soon = await itemsAfter(0, 48);
    expect(soon).toBeGreaterThan(24);
    expect(await itemsAfter(48, 24 * 30)).toBeLessThanOrEqual(soon);
  });

  it('is never ahead of the log, whatever waits to be decided', async () => {
    const rule = {
      kind: 'rule',
      id: 'quiet',
      body: { id: 'quiet', when: { count: '< 2', within: '1m' } },
    } as const;
    const pipeline = new VirtualPipeline(START, [...ITEMS, rule], () => undefined);
    const seconds = [0, 1, 100, 101, 102, 103, 103.5, 104, 110, 300, 301, 301.2];
    for (const [index, second] of seconds.entries()) {
      const timestamp = START + second * 1000;
      const events = [{ id: String(index), timestamp, message: 'INFO' }];
      await pipeline.ingest({ account: 'a', region: 'r', logGroup: 'g', logStream: 's', events }, timestamp);
      expect(pipeline.clock.now()).toBe(timestamp);
    }
  });

  it('tells two episodes apart, and each once', async () => {
    const happened = await played([0, 1, 2, 1000, 1001, 1002]);
    const told = happened
      .filter((happening) => happening.type === 'notification')
      .map(({ status }) => status);
    expect(told).toEqual(['firing', 'resolved', 'firing', 'resolved']);
  });
});
