import { describe, expect, it } from 'vitest';
import { VirtualPipeline } from '../../infra/virtual/pipeline.ts';
import type { RawItem } from '../../shared/config/items.ts';
import type { Happening } from '../../shared/happenings.ts';

const START = Date.UTC(2026, 0, 1, 10, 0, 7);
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const RULES: Record<string, unknown>[] = [
  { id: 'few', when: { count: '< 2', within: '10m' } },
  { id: 'few-for-long', when: { count: '< 5', within: '10m' }, for: '11m', keepFiring: '3m' },
  { id: 'few-by-service', groupBy: ['$.service'], when: { count: '< 2', within: '10m' } },
  {
    id: 'fewer-and-fewer',
    when: [
      { count: '< 3', within: '10m', severity: 'warning' },
      { distinct: '$.user', is: '< 1', within: '10m', severity: 'critical', for: '5m' },
    ],
  },
  { id: 'few-at-work', when: { count: '< 1', within: '10m' }, activeTimeIntervals: ['work'] },
  { id: 'none', when: { absent: '15m' }, activeTimeIntervals: ['work'] },
  { id: 'slow', when: { value: '$.ms', stat: 'p95', is: '> 50', within: '5m' }, for: '1m' },
];
const WORK = {
  name: 'work',
  timeIntervals: [
    {
      times: [
        { startTime: '09:00', endTime: '10:25' },
        { startTime: '10:32', endTime: '18:00' },
      ],
    },
  ],
};

function items(rules: Record<string, unknown>[]): RawItem[] {
  return [
    { kind: 'settings', id: 'document', body: {} },
    ...rules.map((body): RawItem => ({ kind: 'rule', id: String(body.id), body })),
    { kind: 'timeInterval', id: WORK.name, body: WORK },
    { kind: 'receiver', id: 'ops', body: { name: 'ops', email: [{ to: ['ops@example.com'] }] } },
    {
      kind: 'route',
      id: 'root',
      body: { receiver: 'ops', groupWait: '5s', groupInterval: '7m', repeatInterval: '15m' },
    },
  ];
}

async function ingest(pipeline: VirtualPipeline, timestamp: number, order: number): Promise<void> {
  const message = JSON.stringify({ service: order % 2 === 0 ? 'web' : 'api', user: order, ms: order * 30 });
  const events = [{ id: String(order), timestamp, message }];
  await pipeline.ingest({ account: 'a', region: 'r', logGroup: 'g', logStream: 's', events }, timestamp);
}

/** What happens, and what is kept, where time passes in one go between two events, or in steps of so long (ms). */
async function played(rules: Record<string, unknown>[], stepMs: number) {
  const happenings: Happening[] = [];
  const pipeline = new VirtualPipeline(START, items(rules), (happening) => void happenings.push(happening));
  const minutes = [0, 0.2, 0.31, 1, 1.15, 36.37, 36.4, 38];
  let now = START;
  for (const [order, minute] of minutes.entries()) {
    const at = START + minute * MINUTE_MS;
    for (now += stepMs; now < at; now += stepMs) await pipeline.ringUntil(now);
    await ingest(pipeline, at, order);
    now = at;
  }
  // Messages keep a chart of windows that all say the same, which may reach further where time passes at once.
  const kept = (await pipeline.state.scan()).filter(({ pk }) => /^(?:watch|alert|count)#/.test(pk));
  await pipeline.runOut();
  return { happenings, kept };
}

describe('a silence in virtual time', () => {
  it.each([
    ['of many rules', RULES],
    ['of one rule that has nothing to wait for', RULES.slice(0, 1)],
  ])('ends the same whether it passes at once or step by step: %s', async (_, rules) => {
    const atOnce = await played(rules, Number.POSITIVE_INFINITY);
    const told = atOnce.happenings.filter(({ type }) => type === 'notification');
    expect(told.length).toBeGreaterThan(2);
    expect(atOnce).toEqual(await played(rules, 9900));
  });

  it('raises a severity once, however often the windows of another clause are looked at', async () => {
    const severities: string[] = [];
    const rule = {
      id: 'fewer',
      when: [
        { count: '< 3', within: '10m', severity: 'warning' },
        { count: '< 1', within: '20m', severity: 'critical', for: '5m' },
      ],
    };
    const pipeline = new VirtualPipeline(START, items([rule]), (happening) => {
      if (happening.type === 'alert') severities.push(happening.alert.severity);
    });
    await ingest(pipeline, START, 0);
    for (let at = START; at < START + 40 * MINUTE_MS; at += 5000) await pipeline.ringUntil(at);
    expect(severities).toEqual(['warning', 'critical']);
  });

  it('is not looked at again and again', async () => {
    const rules = RULES.filter(({ id }) => id === 'few' || id === 'few-for-long');
    const pipeline = new VirtualPipeline(START, items(rules), () => undefined);
    let looks = 0;
    const get = pipeline.state.get.bind(pipeline.state);
    pipeline.state.get = async (key) => {
      if (key.pk.startsWith('watch#')) looks += 1;
      return await get(key);
    };
    await ingest(pipeline, START, 0);
    await pipeline.ringUntil(START + DAY_MS);
    expect(await pipeline.firingAlerts()).toHaveLength(2);
    expect(looks).toBeLessThan(500);
  });
});
