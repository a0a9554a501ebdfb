import type { AlertWords } from './alert-words.ts';
import type { Message } from './message.ts';

/** What an alert's paragraph begins with; the only one's title stands above it already. */
export function headOf(alert: AlertWords, { alerts }: Message): string {
  const words = [alert.severityWord, alert.statusWord];
  return [...words, ...(alerts.length === 1 ? [] : [alert.title])].join(' · ');
}
