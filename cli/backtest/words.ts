/** What a backtest found, for people and for machines. */
import type { Notified } from '../../shared/happenings.ts';
import { oneLine } from '../../shared/text/plain.ts';
import { formatTime } from '../../shared/text/times.ts';
import { counted } from '../terminal/counted.ts';
import type { Totals } from './player.ts';

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

/** A notification as the contract's record. */
export function notificationRecord({ type, at, receiver, status, groupLabels, alerts }: Notified) {
  const dated = alerts.map(({ startsAt, endsAt, value, ...alert }) => {
    return { ...alert, startsAt: iso(startsAt), endsAt: iso(endsAt), value };
  });
  return { type, at: iso(at), receiver, status, groupLabels, alerts: dated };
}

export function notificationText(
  { at, receiver, status, reason, alerts }: Notified,
  timeZone: string,
  mark = '',
): string {
  const lines = alerts.map(({ status: now, labels, value }) => {
    const { rule, ...others } = labels;
    const named = Object.entries(others).map(([name, text]) => `${name}=${JSON.stringify(oneLine(text))}`);
    const what = `${rule} ${named.join(' ')}`;
    return now === 'firing' ? `    * ${what}: ${value}\n` : `    - ${what}\n`;
  });
  return `${mark}${formatTime(at, timeZone)}  ${status} -> ${receiver} (${reason})\n${lines.join('')}`;
}

export function summaryText({ events, matched, alerts, notifications }: Totals): string {
  return `${counted(events, 'event')}, ${matched} matched, ${saidText({ alerts, notifications })}\n`;
}

export function saidText({ alerts, notifications }: Pick<Totals, 'alerts' | 'notifications'>): string {
  return `${counted(alerts, 'alert')}, ${counted(notifications, 'notification')}`;
}

export function undatedText(lines: number): string | null {
  if (lines === 0) return null;
  const were =
    lines === 1
      ? 'line before the first time in its file was'
      : 'lines before the first time in their file were';
  return `tocsin backtest: ${lines} ${were} left out.\n`;
}

export function uncountedText(events: number): string | null {
  if (events === 0) return null;
  const which = events === 1 ? 'event does' : 'events do';
  return `tocsin backtest: ${events} ${which} not count: more than 24 h late.\n`;
}

/** `exceeded`: the `maxGroups` of rules that met more groups, by rule id. */
export function exceededText(exceeded: ReadonlyMap<string, number>): string | null {
  if (exceeded.size === 0) return null;
  const rules = [...exceeded].map(([ruleId, maxGroups]) => `${ruleId} (maxGroups ${maxGroups})`).join(', ');
  return `tocsin backtest: more groups than are counted by themselves, the rest under __overflow__: ${rules}.\n`;
}
