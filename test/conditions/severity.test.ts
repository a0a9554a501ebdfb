/** Lists of conditions: the worst that holds decides, within one incident. */
import { describe, expect, it } from 'vitest';
import { type Delivery, live, START } from './world.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

function every(seconds: number, from: number, to: number, message: (index: number) => string): Delivery[] {
  const deliveries: Delivery[] = [];
  for (let at = from * SECOND, index = 0; at < to * SECOND; at += seconds * SECOND, index++) {
    const event = { id: `${from}-${index}`, timestamp: START + at, message: message(index) };
    deliveries.push({ at: START + at + 300, logStream: 's', events: [event] });
  }
  return deliveries;
}

const status = (failing: (index: number) => boolean) => (index: number) =>
  JSON.stringify({ status: failing(index) ? 500 : 200 });

const SHARES = {
  match: '{ $.status = 500 }',
  when: [
    { severity: 'critical', ratio: '> 50%', within: '1m', atLeast: 10 },
    { severity: 'warning', ratio: '> 10%', within: '1m', atLeast: 10 },
  ],
};

const RISE_AND_FALL = [
  ...every(
    1,
    0,
    60,
    status(() => false),
  ),
  ...every(
    1,
    60,
    180,
    status((index) => index % 5 === 0),
  ),
  ...every(
    1,
    180,
    300,
    status((index) => index % 5 !== 0),
  ),
  ...every(
    1,
    300,
    420,
    status((index) => index % 5 === 0),
  ),
  ...every(
    1,
    420,
    600,
    status(() => false),
  ),
];

describe('a list of conditions', () => {
  it.each([
    ['warning', 150],
    ['critical', 280],
    ['warning', 415],
  ])('is %s after %i seconds, in one incident', async (severity, seconds) => {
    const until = START + seconds * SECOND;
    const lived = await live(
      SHARES,
      RISE_AND_FALL.filter(({ at }) => at <= until),
      until,
    );
    expect(lived).toMatchObject([{ severity, status: 'firing' }]);
  });

  it('resolves once none of them holds', async () => {
    const lived = await live(SHARES, RISE_AND_FALL, START + 15 * MINUTE);
    expect(lived).toMatchObject([{ status: 'resolved', severity: 'warning' }]);
  });

  it('rises with the very batch that crosses the worse threshold', async () => {
    const rule = {
      match: 'ERROR',
      when: [
        { severity: 'critical', count: 10, within: '1m' },
        { severity: 'warning', count: 3, within: '1m' },
      ],
    };
    const errors = every(1, 0, 10, () => 'ERROR');
    const afterThree = await live(rule, errors.slice(0, 3), START + 2_500, 60 * SECOND);
    const afterTen = await live(rule, errors, START + 9_500, 60 * SECOND);
    expect(afterThree).toMatchObject([{ severity: 'warning' }]);
    expect(afterTen).toMatchObject([{ severity: 'critical', value: 10 }]);
  });
});

describe('anomaly', () => {
  const normal = (index: number) => (index % 2 === 0 ? 'hit' : 'hit hit');
  const baseline = every(10, 0, 1200, normal);
  const flood = every(1, 1200, 1320, () => 'hit');
  const rule = (changes: object) => ({
    match: 'hit',
    when: { anomaly: 3, baseline: '15m', within: '1m', ...changes },
  });

  it('is told where a count lies far above its own baseline, and over when it is back', async () => {
    const after = every(10, 1320, 2400, normal);
    const lived = await live(rule({}), [...baseline, ...flood, ...after], START + 50 * MINUTE);
    expect(lived).toMatchObject([
      { startsAt: START + 21 * MINUTE, heldUntil: START + 23 * MINUTE, value: 60, status: 'resolved' },
    ]);
    expect(lived[0]?.measured).toMatchObject({ mean: 6, deviation: Math.sqrt(6) });
  });

  it('is silent before most of its baseline is there', async () => {
    const early = [...every(10, 0, 600, normal), ...every(1, 600, 700, () => 'hit')];
    expect(await live(rule({}), early, START + 12 * MINUTE)).toEqual([]);
  });

  it('takes for the norm what has lasted for a whole baseline', async () => {
    const lasting = every(1, 1200, 4800, () => 'hit');
    const lived = await live(rule({}), [...baseline, ...lasting], START + 79 * MINUTE);
    expect(lived).toMatchObject([{ startsAt: START + 21 * MINUTE, status: 'resolved' }]);
    expect(lived[0]?.heldUntil).toBeLessThanOrEqual(START + 38 * MINUTE);
  });

  it('sees a count fall, to nothing too', async () => {
    const many = every(1, 0, 1200, () => 'hit');
    const lived = await live(rule({ direction: 'down' }), many, START + 30 * MINUTE);
    expect(lived).toMatchObject([{ startsAt: START + 21 * MINUTE, value: 0 }]);
  });

  it('sets the severity by level', async () => {
    const levels = { anomaly: { warning: 3, critical: 20 } };
    const lived = await live(rule(levels), [...baseline, ...flood], START + 22 * MINUTE + 10 * SECOND);
    expect(lived).toMatchObject([{ severity: 'critical' }]);
  });

  it('compares with the same time of earlier days', async () => {
    const DAY = 86_400;
    const days = Array.from({ length: 8 }, (_, day) => [
      ...every(60, day * DAY, day * DAY + 600, () => 'hit'),
      ...every(10, day * DAY + 43_200, day * DAY + 43_800, () => 'hit'),
    ]).flat();
    const seasonal = { baseline: '7d', season: '1d', within: '10m', anomaly: 3 };
    const until = START + 8 * DAY * SECOND;
    expect(await live(rule(seasonal), days, until, 600 * SECOND)).toEqual([]);
    const odd = every(10, 7 * DAY + 60_000, 7 * DAY + 60_600, () => 'hit');
    const lived = await live(rule(seasonal), [...days, ...odd], until, 600 * SECOND);
    expect(lived).toHaveLength(1);
  });
});

describe('too few', () => {
  it('is told of a count that stays below, from the time on that a window was watched', async () => {
    const rule = { match: 'beat', when: { count: '< 3', within: '1m' } };
    const beats = [...every(10, 0, 120, () => 'beat'), ...every(30, 120, 300, () => 'beat')];
    const lived = await live(rule, beats, START + 6 * MINUTE);
    expect(lived).toMatchObject([{ startsAt: START + 171 * SECOND, status: 'firing' }]);
  });

  it('is told where nothing ever came', async () => {
    const lived = await live(
      { match: 'beat', when: { count: '== 0', within: '2m' } },
      [],
      START + 4 * MINUTE,
    );
    expect(lived).toMatchObject([{ startsAt: START + 2 * MINUTE, value: 0 }]);
  });
});

describe('numbers', () => {
  const say = (message: string, index: number): Delivery => ({
    at: START + index * SECOND + 300,
    logStream: 's',
    events: [{ id: `${index}`, timestamp: START + index * SECOND, message }],
  });
  const rule = (is: string, stat = 'max') => ({
    when: { value: '$.took', stat, is, within: '1m' },
  });

  it('carry units, and a bare one has the threshold’s', async () => {
    const lived = await live(
      rule('> 1.5s'),
      ['"900ms"', '"1.4s"', '1.6'].map((took, index) => say(`{"took":${took}}`, index)),
      START + 10_000,
    );
    expect(lived).toMatchObject([{ startsAt: START + 2 * SECOND, value: 1600 }]);
  });

  it('are counted as unreadable where they are none, and not as 0', async () => {
    const lines = ['{"took":"soon"}', '{"took":null}', '{"took":12}'].map(say);
    const lived = await live(rule('< 20', 'min'), lines, START + 10_000);
    expect(lived).toMatchObject([{ value: 12, measured: { samples: 1, unreadable: 2 } }]);
  });

  it('are read from regex groups and from space-delimited fields', async () => {
    const fields = {
      fields: '[method, path, took]',
      when: { value: 'took', stat: 'max', is: '> 800ms', within: '1m' },
    };
    const named = {
      fields: { regex: 'took (?P<ms>\\d+)' },
      when: { value: 'ms', stat: 'max', is: '> 800', within: '1m' },
    };
    expect(await live(fields, [say('GET /a 900ms', 0)], START + 5000)).toMatchObject([{ value: 900 }]);
    expect(await live(named, [say('it took 900 ms', 0)], START + 5000)).toMatchObject([{ value: 900 }]);
  });
});
