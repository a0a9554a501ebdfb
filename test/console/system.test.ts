import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../support/stack.ts';
import { openConsole } from './open-console.ts';

const { stack, visitor } = openConsole();

describe('the system', () => {
  it('says what went through and what went wrong', async () => {
    const system = await visitor().read<{ flow: object; logGroups: object[] }>('/api/system');
    expect(system).toMatchObject({
      logGroups: [{ name: '/app/api', lastEvent: expect.any(Number) }],
      flow: { points: expect.arrayContaining([expect.objectContaining({ lagMs: expect.any(Number) })]) },
      totals: { events: expect.any(Number) },
      month: { usage: { events: expect.any(Number) }, bill: { soFar: expect.any(Number) }, isOnAws: false },
      configuration: { broken: 0 },
    });
  });

  it('counts what is read, at once and for the month, within five minutes', async () => {
    interface System {
      totals: { events: number; matched: number };
      month: { usage: { events: number; matched: number; batches: number; alerts: number } };
      flow: { points: { events: number; lagMs: number }[] };
    }
    const before = await visitor().read<System>('/api/system');
    await stack().log(['PLAIN', 'PLAIN', 'nothing of interest']);
    const after = await visitor().read<System>('/api/system');
    expect(after.totals).toMatchObject({
      events: before.totals.events + 3,
      matched: before.totals.matched + 2,
    });
    expect(after.flow.points.at(-1)).toMatchObject({ events: 3, lagMs: 0 });
    await stack().advance(6 * MINUTE);
    await stack().log(['one more']);
    const { totals, month } = await visitor().read<System>('/api/system');
    expect(month.usage).toMatchObject({ events: totals.events, matched: totals.matched });
  });

  it('says once what goes wrong again and again', async () => {
    const broken = { pk: 'receiver', sk: 'broken', name: 'broken', email: 'nobody' };
    await stack().config.put(broken);
    await stack().advance(40 * SECOND);
    for (let round = 0; round < 3; round += 1) {
      await stack().log(['nothing of interest']);
      await stack().advance(40 * SECOND);
    }
    const { mishaps } = await visitor().read<{ mishaps: { text: string; times: number }[] }>('/api/system');
    expect(mishaps.filter(({ text }) => text.includes('receiver broken'))).toHaveLength(1);
  });
});
