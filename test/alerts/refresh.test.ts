import { expect, it } from 'vitest';
import type { NotifiedAlert } from '../../shared/alerts/notification.ts';
import { refreshed } from '../../shared/alerts/refresh.ts';
import type { Condition } from '../../shared/config/model.ts';
import type { Table } from '../../shared/ports.ts';

const MINUTE = 60_000;
const UNASKED = {} as Table;

it.each([
  ['as long as its own clause has waited', { since: 0 }, 21 * MINUTE],
  ['as long as its beginning tells, where nothing else is known', undefined, 31 * MINUTE],
])('says that nothing came for %s', async (_, measured, awayMs) => {
  const condition: Condition = { kind: 'absent', absentMs: 20 * MINUTE, until: null, forgetMs: null };
  const known = { condition, startsAt: 10 * MINUTE, value: 20 * MINUTE, peak: 20 * MINUTE };
  const alert = { ...known, ...(measured === undefined ? {} : { measured }) } as unknown as NotifiedAlert;
  const now = await refreshed(UNASKED, alert, 'g', 21 * MINUTE);
  expect(now).toMatchObject({ value: awayMs, peak: awayMs });
});
