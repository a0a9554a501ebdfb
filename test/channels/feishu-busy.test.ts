import { describe, expect, it } from 'vitest';
import type { Notification } from '../../shared/alerts/notification.ts';
import type { Channel } from '../../shared/channels/channel.ts';
import { deliverableChannels } from '../../shared/channels/registry.ts';
import { REPEATED } from '../../shared/routing/flush.ts';
import { NOON, sampleNotification } from './sample-notification.ts';
import { scriptedOutside } from './scripted-outside.ts';

const HALF_HOUR = 1_800_000;
const MARK = NOON - (NOON % HALF_HOUR);
const HOOK = 'https://open.feishu.cn/open-apis/bot/v2/hook/token-123456';

async function deliverAt(now: number, changes: Partial<Notification>) {
  const { context, requests } = scriptedOutside([{ body: '{"code":0}' }]);
  const channel = deliverableChannels.feishu as Channel;
  const settings = channel.schema.parse({ webhook: HOOK });
  const outcome = await channel.deliver(sampleNotification(changes), settings, {
    ...context,
    clock: () => now,
  });
  return { outcome, sent: requests.length };
}

const PATIENT: [string, Partial<Notification>][] = [
  ['an end', { status: 'resolved' }],
  ['a repetition', { reason: REPEATED }],
  ['a digest', { folded: { notifications: 3, since: NOON } }],
];

describe('at the full and the half hour, when Feishu is busiest', () => {
  it.each(PATIENT)('%s waits, each for a moment of its own', async (_what, changes) => {
    const waits: number[] = [];
    for (const mark of [MARK, MARK + HALF_HOUR, MARK + 14_999]) {
      for (const id of ['a', 'b', 'c']) {
        const { outcome, sent } = await deliverAt(mark, { ...changes, id });
        expect(outcome).toMatchObject({
          outcome: 'retry',
          unsent: true,
          reason: expect.stringContaining('full and half hour'),
        });
        expect(sent).toBe(0);
        const { afterMs } = outcome as { afterMs: number };
        waits.push(mark === MARK ? afterMs : 0);
        const later = await deliverAt(mark + afterMs, { ...changes, id });
        expect(later).toMatchObject({ outcome: { outcome: 'delivered' }, sent: 1 });
      }
    }
    expect(new Set(waits.filter((wait) => wait > 0)).size).toBe(3);
    expect(Math.max(...waits)).toBeLessThan(30_000);
  });

  it('news is told at once', async () => {
    expect((await deliverAt(MARK, {})).outcome).toMatchObject({ outcome: 'delivered' });
  });

  it('nothing waits at any other time', async () => {
    for (const [, changes] of PATIENT)
      for (const at of [MARK - 1, MARK + 15_000, MARK + HALF_HOUR - 1])
        expect((await deliverAt(at, changes)).outcome).toMatchObject({ outcome: 'delivered' });
  });
});
