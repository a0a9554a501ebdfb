/** The daily message that tocsin is alive: good news, with nothing to look at and nothing to do. */
import type { Notification, NotifiedAlert } from '../alerts/notification.ts';
import { ALIVE } from '../alerts/signs-of-life.ts';
import { formatTime } from '../text/times.ts';
import { severityWord, word } from '../text/words.ts';
import type { Reader } from './alert-facts.ts';

/** Whether a notification says nothing else. */
export function saysAlive({ alerts }: Pick<Notification, 'alerts'>): boolean {
  return alerts.length > 0 && alerts.every(({ ruleId }) => ruleId === ALIVE);
}

/** What there is to say of it, in the form of every alert's words. */
export function aliveWords({ severity, status, startsAt }: NotifiedAlert, { locale, timeZone }: Reader) {
  return {
    title: word('alive', locale),
    severity,
    severityWord: severityWord(severity, locale),
    status,
    statusWord: word('goodNews', locale),
    summary: word('aliveText', locale),
    annotations: [],
    condition: '',
    facts: [{ name: word('logged', locale), text: formatTime(startsAt, timeZone) }],
    labels: [],
    lines: [],
    logsUrl: null,
    runbookUrl: null,
    links: null,
    notes: [],
    chart: null,
  };
}
