import { expect, it } from 'vitest';
import type { NotifiedAlert } from '../shared/alerts/notification.ts';
import type { Happening } from '../shared/happenings.ts';
import { MemoryTable } from '../shared/memory/table.ts';
import { endedLately, monthUsage, STRETCH_MS, stretchesSince, UsageNotes } from '../shared/usage.ts';

const START = Date.UTC(2026, 10, 30, 23, 50);
const went = (events: number): Happening => ({
  type: 'events',
  logGroup: '/a',
  logStream: 's',
  events,
  matched: 1,
  touched: 1,
  lagMs: 7,
});
const alert = (status: 'firing' | 'resolved', endsAt: number | null, ruleId = 'errors'): Happening => {
  const known = {
    ruleId,
    fingerprint: `f${endsAt}`,
    title: 'Errors',
    severity: 'error',
    labels: {},
  };
  const told = { ...known, startsAt: START, endsAt, endReason: null } as unknown as NotifiedAlert;
  return { type: 'alert', status, alert: told, withheld: null };
};

it('sums up what several functions note, by stretch and by month', async () => {
  const table = new MemoryTable();
  const functions = [new UsageNotes(), new UsageNotes()];
  for (let at = START; at < START + 4 * STRETCH_MS; at += STRETCH_MS / 5)
    for (const notes of functions) {
      notes.take(went(10));
      await notes.write(table, at);
    }
  const stretches = await stretchesSince(table, START);
  expect(stretches.map(({ at, events, lagMs }) => [at - START, events, lagMs])).toEqual([
    [0, 80, 7],
    [STRETCH_MS, 100, 7],
    [2 * STRETCH_MS, 100, 7],
    [3 * STRETCH_MS, 100, 7],
  ]);
  expect((await monthUsage(table, START)).events).toBe(180);
  expect(await monthUsage(table, START + 2 * STRETCH_MS)).toMatchObject({
    batches: 20,
    events: 200,
    touched: 20,
  });
});

it('keeps what ended lately, the newest first', async () => {
  const table = new MemoryTable();
  const notes = new UsageNotes((ruleId) => ruleId !== 'heartbeat');
  notes.take(alert('firing', null));
  notes.take(alert('resolved', START + 4, 'heartbeat'));
  for (const endsAt of [START + 1, START + 3, START + 2]) notes.take(alert('resolved', endsAt));
  await notes.write(table, START + 10);
  await notes.write(table, START + 11);
  expect((await endedLately(table, 2)).map(({ endsAt }) => endsAt)).toEqual([START + 3, START + 2]);
  expect((await monthUsage(table, START)).alerts).toBe(1);
});
