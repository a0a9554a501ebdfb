import { describe, expect, it } from 'vitest';
import { flushGroup } from '../../../functions/dispatcher/flush-group.ts';
import { takeAlert } from '../../../functions/dispatcher/take-alert.ts';
import type { AlertMessage, DeliveryMessage, DispatcherMessage } from '../../../shared/alerts/messages.ts';
import type { Configuration } from '../../../shared/config/model.ts';
import { MemoryQueue } from '../../../shared/memory/queue.ts';
import { MemoryTable } from '../../../shared/memory/table.ts';
import { PortError } from '../../../shared/ports.ts';
import { sampleAlert } from '../../channels/sample-notification.ts';

const WAIT_MS = 1000;
const EMAIL = {
  kind: 'email' as const,
  settings: {
    locale: 'en' as const,
    timeZone: null,
    sendResolved: true,
    severities: null,
    title: null,
    body: null,
    timeoutMs: 1000,
  },
};
const CONFIGURATION: Configuration = {
  settings: { timeZone: 'UTC', redact: [] },
  rules: [],
  receivers: [{ name: 'ops', channels: [EMAIL], limit: null, fallback: null }],
  route: {
    receiver: 'ops',
    matchers: [],
    groupWaitMs: WAIT_MS,
    continue: false,
    muteTimeIntervals: [],
    activeTimeIntervals: [],
    escalate: [],
    routes: [],
  },
  inhibitRules: [],
  timeIntervals: [],
};

function message(seq: number, status: 'firing' | 'resolved'): AlertMessage {
  const alert = sampleAlert({
    ruleId: 'errors',
    fingerprint: 'f',
    status,
    startsAt: 1000,
    labels: { rule: 'errors' },
  });
  const key = { pk: 'alert#errors#f', sk: 'head' };
  return { version: 1, type: 'alert', key, seq, generation: 'g', receiver: null, alert };
}

/** Fails the next write to a group's member, or to its head, where it is told to. */
class FailingTable extends MemoryTable {
  failNextMember = false;
  failNextHead = false;

  override async update(...[key, ...rest]: Parameters<MemoryTable['update']>) {
    const member = this.failNextMember && key.sk.startsWith('member#');
    const head = this.failNextHead && key.pk.startsWith('group#') && key.sk === 'head';
    if (member || head) {
      this.failNextMember = false;
      this.failNextHead = false;
      throw new PortError('InternalServerError', 'the table failed', { transient: true });
    }
    return await super.update(key, ...rest);
  }
}

function dispatcher() {
  const state = new FailingTable();
  const alerts = new MemoryQueue<DispatcherMessage>();
  const deliveries = new MemoryQueue<DeliveryMessage>();
  let now = 10_000;
  const deps = {
    state,
    alerts,
    deliveries,
    clock: () => now,
    happened: () => {},
  };
  return {
    state,
    take: (taken: AlertMessage) => takeAlert(deps, CONFIGURATION, taken),
    /** Lets time pass and rings what is due; answers how many deliveries left. */
    async advance(ms: number) {
      now += ms;
      for (const due of alerts.take(now))
        if (due.type === 'flush') await flushGroup(deps, CONFIGURATION, due);
      return deliveries.take(now).length;
    },
  };
}

describe('the end of an alert', () => {
  it('is told though the beginning failed between noting its group and entering it', async () => {
    const { state, take, advance } = dispatcher();
    state.failNextMember = true;
    await expect(take(message(1, 'firing'))).rejects.toThrow('the table failed');
    await state.put({ pk: 'alert#errors#f', sk: 'head', seq: 2, confirmedSeq: 0, alert: {} });
    await take(message(2, 'resolved'));
    await take(message(1, 'firing'));
    expect(await advance(WAIT_MS)).toBe(1);
    expect(await advance(24 * 3_600_000)).toBe(0);
  });

  it('is told though it failed between entering its group and beginning the timer', async () => {
    const { state, take, advance } = dispatcher();
    state.failNextHead = true;
    await expect(take(message(1, 'resolved'))).rejects.toThrow('the table failed');
    await take(message(1, 'resolved'));
    expect(await advance(WAIT_MS)).toBe(1);
    await take(message(1, 'resolved'));
    expect(await advance(24 * 3_600_000)).toBe(0);
  });

  it('is told once, to the group that was told the beginning', async () => {
    const { take, advance } = dispatcher();
    await take(message(1, 'firing'));
    expect(await advance(WAIT_MS)).toBe(1);
    await take(message(2, 'resolved'));
    await take(message(2, 'resolved'));
    await take(message(1, 'firing'));
    expect(await advance(5 * 60_000)).toBe(1);
    expect(await advance(24 * 3_600_000)).toBe(0);
  });
});
