import { expect, it } from 'vitest';
import { billOf } from '../../cli/cost/so-far.ts';
import type { Configuration } from '../../shared/config/model.ts';

const MONTH_MS = 30 * 86_400_000;
const CONFIGURATION = {
  rules: [
    { id: 'quiet', enabled: true, action: 'record', receiver: null },
    { id: 'errors', enabled: true, action: 'notify', receiver: null },
  ],
  receivers: [
    { name: 'ops', channels: [{ kind: 'email', settings: { to: ['a@example.com', 'b@example.com'] } }] },
  ],
} as unknown as Configuration;
const NOTHING = { batches: 0, events: 0, matched: 0, touched: 0, uncounted: 0, alerts: 0 };

it('prices the sums of a month, and nothing else twice', () => {
  const idle = billOf(CONFIGURATION, NOTHING, MONTH_MS);
  expect(idle.soFar).toBeCloseTo(idle.month, 9);
  // 20 metrics at 0.30, 24 alarms at 0.10, a dashboard at 3 and a secret at 0.40 are the greater part.
  expect(idle.month).toBeGreaterThan(20 * 0.3 + 24 * 0.1 + 3 + 0.4);
  expect(idle.month).toBeLessThan(16);

  const read = billOf(CONFIGURATION, { ...NOTHING, batches: 1e6, events: 5e6 }, MONTH_MS);
  // A batch: an invocation, 800 bytes logged, 15 ms at 1 GB.
  expect(read.soFar - idle.soFar).toBeCloseTo(1e6 * (0.2e-6 + 800 * 0.5e-9 + 0.015 * 13.3334e-6), 6);

  const counted = billOf(CONFIGURATION, { ...NOTHING, touched: 1e6 }, MONTH_MS);
  // A group touched: 1.2 units written, 2 read, two calls of 5 ms each.
  expect(counted.soFar - idle.soFar).toBeCloseTo(
    1e6 * (1.2 * 0.625e-6 + 2 * 0.125e-6 + 0.01 * 13.3334e-6),
    6,
  );

  const mailed = billOf(CONFIGURATION, { ...NOTHING, alerts: 1000 }, MONTH_MS);
  // An alert is told twice to two addresses, 0.0001 each; the rest of its life costs less than that.
  expect(mailed.soFar - idle.soFar).toBeGreaterThan(1000 * 4 * 0.0001);
  expect(mailed.soFar - idle.soFar).toBeLessThan(1000 * 5 * 0.0001);
});

it('says what 30 days like these come to', () => {
  const usage = { ...NOTHING, batches: 1e6, events: 5e6, touched: 1e5, alerts: 50 };
  const third = billOf(CONFIGURATION, usage, MONTH_MS / 3);
  expect(third.month).toBeCloseTo(3 * third.soFar, 9);
  const idle = billOf(CONFIGURATION, NOTHING, MONTH_MS);
  const whole = billOf(CONFIGURATION, usage, MONTH_MS);
  expect(third.soFar).toBeCloseTo(idle.month / 3 + (whole.soFar - idle.soFar), 6);
});
