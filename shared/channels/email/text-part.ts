import { andMore, word } from '../../text/words.ts';
import { type AlertWords, actionsOf } from '../alert-words.ts';
import type { Message } from '../message.ts';
import { digestText } from './digest-part.ts';

/** What the picture shows: the largest value and the threshold. */
function chartText({ chart }: AlertWords, { locale }: Message): string[] {
  if (chart === null) return [];
  const limit = chart.thresholdText === null ? '' : ` · ${word('threshold', locale)} ${chart.thresholdText}`;
  return ['', `${chart.caption}: ${word('peak', locale)} ${chart.topText}${limit}`];
}

function alertText(alert: AlertWords, message: Message): string[] {
  const { locale } = message;
  return [
    `${alert.severityWord} · ${alert.statusWord} · ${alert.title}`,
    ...(alert.summary === null ? [] : [alert.summary]),
    ...alert.annotations.map(({ name, text }) => `${name}: ${text}`),
    ...alert.notes,
    ...alert.facts.map(({ name, text }) => `${name}: ${text}`),
    ...(alert.labels.length === 0
      ? []
      : [
          `${word('labels', locale)}: ${alert.labels.map(({ name, text }) => `${name}=${text}`).join('   ')}`,
        ]),
    ...(alert.lines.length === 0 ? [] : ['', `${word('lines', locale)}:`]),
    ...alert.lines.flatMap((line) => [
      `  ${line.at}  ${line.text.replace(/\n/g, '\n  ')}`,
      ...line.shown.map(({ name, text }) => `    ${name}: ${text}`),
    ]),
    ...chartText(alert, message),
    ...actionsOf(alert, locale, message.alerts.length > 1).flatMap(({ label, url }) => [
      '',
      `${label}:`,
      url,
    ]),
    ...(alert.logsUrl === null ? [] : ['', `${word('openLogs', locale)}:`, alert.logsUrl]),
    ...(alert.runbookUrl === null ? [] : ['', `${word('runbook', locale)}:`, alert.runbookUrl]),
  ];
}

function alertsText(message: Message, left: number): string[][] {
  return [
    ...message.alerts.map((alert) => alertText(alert, message)),
    ...(left > 0 ? [[andMore(left, message.locale)]] : []),
  ];
}

/** The text part: everything that the HTML part says, in the same order. */
export function renderMailText(message: Message, left: number): string {
  const paragraphs = [
    [`${message.statusWord} · ${message.severityWord}`, message.title, ...message.notes],
    ...(message.digest === null
      ? alertsText(message, left)
      : digestText(message.digest, message, message.alerts.length)),
    ['-- ', message.footer.map(({ name, text }) => `${name} ${text}`).join(' · ')],
  ];
  return `${paragraphs.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
