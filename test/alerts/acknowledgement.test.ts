import { describe, expect, it } from 'vitest';
import { acknowledge, acknowledgementEnd, acknowledgementOf } from '../../shared/alerts/acknowledgement.ts';
import type { Episode } from '../../shared/alerts/episode.ts';
import { headKey, pastKey } from '../../shared/alerts/store.ts';
import { MemoryTable } from '../../shared/memory/table.ts';
import type { Key, Value } from '../../shared/ports.ts';
import { sampleAlert } from '../channels/sample-notification.ts';

const NAME = { ruleId: 'errors', fingerprint: 'f', startsAt: 1000 };

async function stored(state: MemoryTable, key: Key, changes: Parameters<typeof sampleAlert>[0] = {}) {
  const alert = sampleAlert({ ...NAME, severity: 'error', ...changes });
  const episode: Partial<Episode> = { seq: 3, alert };
  await state.put({ ...key, ...(episode as unknown as Record<string, Value>) });
  return alert;
}

describe('an acknowledgement', () => {
  it('says who claims to be at it, since when, and of what', async () => {
    const state = new MemoryTable();
    await stored(state, headKey('errors', 'f'));
    const { outcome } = await acknowledge(state, NAME, { by: 'Wei', until: 9000 }, 5000);
    expect(outcome).toBe('acknowledged');
    expect(await acknowledgementOf(state, NAME)).toEqual({
      by: 'Wei',
      at: 5000,
      until: 9000,
      severity: 'error',
      seq: 3,
    });
    await acknowledge(state, NAME, { by: 'Ana', until: null }, 6000);
    expect(await acknowledgementOf(state, NAME)).toMatchObject({ by: 'Ana', until: null });
    expect(await acknowledgementOf(state, { ...NAME, startsAt: 2000 })).toBeUndefined();
  });

  it('bears a name that is harmless to show, whoever gave it', async () => {
    const state = new MemoryTable();
    await stored(state, headKey('errors', 'f'));
    const by = `\u202eieW\n\u001b[31m ${'王'.repeat(10_000)}`;
    await acknowledge(state, NAME, { by, until: null }, 5000);
    expect((await acknowledgementOf(state, NAME))?.by).toBe(`ieW ${'王'.repeat(75)}…`);
  });

  it('is refused where the episode has ended or is not known', async () => {
    const state = new MemoryTable();
    expect(await acknowledge(state, NAME, { by: 'Wei', until: null }, 0)).toEqual({ outcome: 'unknown' });
    await stored(state, headKey('errors', 'f'), { startsAt: 5000 });
    await stored(state, pastKey('errors', 'f', 1000), { status: 'resolved', endsAt: 2000 });
    expect(await acknowledge(state, NAME, { by: 'Wei', until: null }, 0)).toEqual({ outcome: 'ended' });
    expect(await acknowledgementOf(state, NAME)).toBeUndefined();
  });

  it('holds until the alert gets worse, its time passes, or the episode ends', () => {
    const acknowledgement = { by: 'Wei', at: 0, until: 100, severity: 'error' as const, seq: 1 };
    const end = (changes: Parameters<typeof sampleAlert>[0], now: number) =>
      acknowledgementEnd(acknowledgement, sampleAlert({ severity: 'error', ...changes }), now);
    expect(end({}, 99)).toBeNull();
    expect(end({ severity: 'warning' }, 99)).toBeNull();
    expect(end({ severity: 'critical' }, 99)).toBe('the alert got worse');
    expect(end({}, 100)).toBe('its time passed');
    expect(end({ status: 'resolved' }, 5)).toBe('the episode ended');
  });
});
