import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { measure, measureBroken, measured } from '../../functions/metrics.ts';

interface Line {
  _aws: {
    CloudWatchMetrics: {
      Namespace: string;
      Dimensions: string[][];
      Metrics: { Name: string; Unit: string }[];
    }[];
  };
  [name: string]: unknown;
}

let lines: Line[];
let room: { measure: typeof measure; measureBroken: typeof measureBroken; measured: typeof measured };

beforeEach(async () => {
  lines = [];
  // Its development mode writes to the console that the test watches, and would write nothing by itself.
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'Shop');
  vi.spyOn(console, 'log').mockImplementation((text: string) => void lines.push(JSON.parse(text) as Line));
  // It reads its settings from the environment where it is imported first.
  vi.resetModules();
  room = await import('../../functions/metrics.ts');
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  vi.resetModules();
});

const delivery = {
  type: 'delivery',
  id: 'n',
  at: 10_000,
  receiver: 'ops',
  status: 'firing',
  groupLabels: {},
} as const;

async function written(note: () => void): Promise<Line[]> {
  await room.measured(async () => note())();
  return lines;
}

describe('metrics', () => {
  it('stand in one line of the log for an invocation, under the name of the deployment', async () => {
    const [line, ...more] = await written(() => {
      const batch = { type: 'events', logGroup: '/a', logStream: 's' } as const;
      room.measure({ ...batch, events: 7, matched: 2, lagMs: 900 });
      room.measure({ ...batch, events: 3, matched: 0, lagMs: 400 });
      room.measureBroken(1);
    });
    expect(more).toEqual([]);
    expect(line).toMatchObject({
      service: 'Shop',
      Events: [7, 3],
      Matches: [2, 0],
      LogLag: [900, 400],
      BrokenItems: 1,
    });
    expect(line?._aws.CloudWatchMetrics).toEqual([
      {
        Namespace: 'tocsin',
        Dimensions: [['service']],
        Metrics: expect.arrayContaining([{ Name: 'LogLag', Unit: 'Milliseconds' }]),
      },
    ]);
  });

  it('count deliveries by channel and outcome, and how long a new alert took', async () => {
    const all = await written(() => {
      room.measure({
        ...delivery,
        alerts: [],
        channel: 'feishu',
        outcome: 'delivered',
        reason: null,
        lagMs: 31_000,
      });
      room.measure({
        ...delivery,
        alerts: [],
        channel: 'email',
        outcome: 'retry',
        reason: 'busy',
        lagMs: null,
      });
    });
    const counted = all.filter((line) => 'Deliveries' in line);
    expect(counted.map(({ channel, outcome, Deliveries }) => [channel, outcome, Deliveries])).toEqual([
      ['feishu', 'delivered', 1],
      ['email', 'retry', 1],
    ]);
    expect(all.flatMap(({ DeliveryLag = [] }) => DeliveryLag)).toEqual([31_000]);
  });

  it('show the heartbeat by itself', async () => {
    const beat = {
      ...delivery,
      receiver: 'tocsin-heartbeat',
      channel: 'sink',
      outcome: 'delivered',
    } as const;
    const all = await written(() => room.measure({ ...beat, alerts: [], reason: null, lagMs: 4_000 }));
    expect(all).toMatchObject([{ Heartbeats: 1, HeartbeatLag: 4_000 }]);
    expect(all).toHaveLength(1);
    expect(all[0]).not.toHaveProperty('DeliveryLag');
  });

  it('are written also where the invocation fails, and nothing where nothing happened', async () => {
    const failing = room.measured(async () => {
      room.measure({ type: 'recovered', what: 'a delivery' });
      throw new Error('The table is away.');
    });
    await expect(failing()).rejects.toThrow('The table is away.');
    expect(lines).toMatchObject([{ Recovered: 1 }]);
    await room.measured(async () => 'quiet')();
    expect(lines).toHaveLength(1);
  });
});
