import { expect, it } from 'vitest';
import { Player } from '../../cli/backtest/player.ts';
import type { NotifiedAlert } from '../../shared/alerts/notification.ts';

function transition(status: 'firing' | 'resolved', of: Partial<NotifiedAlert>) {
  const alert = { fingerprint: 'a', startsAt: 0, alreadyOver: false, ...of } as NotifiedAlert;
  return { type: 'alert', status, alert, withheld: null } as const;
}

it('counts an alert once, however often its severity changes', () => {
  const player = new Player(() => {});
  player.take(transition('firing', { severity: 'warning' }));
  player.take(transition('firing', { severity: 'critical' }));
  player.take(transition('resolved', { startsAt: -9, alreadyOver: true }));
  player.take(transition('firing', { severity: 'warning' }));
  player.take(transition('resolved', { severity: 'warning' }));
  player.take(transition('firing', { startsAt: 5, severity: 'warning' }));
  expect(player.totals.alerts).toBe(3);
});
