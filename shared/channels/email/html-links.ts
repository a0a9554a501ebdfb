import { word } from '../../text/words.ts';
import { type AlertWords, actionsOf } from '../alert-words.ts';
import type { Message } from '../message.ts';
import { button } from './html.ts';

/** What can be done about an alert, and where to look, as buttons; the first stands out. */
export function buttonsOf(alert: AlertWords, message: Message): string {
  const { locale } = message;
  const links = actionsOf(alert, locale, message.alerts.length > 1);
  if (alert.logsUrl !== null) links.push({ label: word('openLogs', locale), url: alert.logsUrl });
  if (alert.runbookUrl !== null) links.push({ label: word('runbook', locale), url: alert.runbookUrl });
  return links.map(({ label, url }, index) => button(label, url, index === 0)).join('');
}
