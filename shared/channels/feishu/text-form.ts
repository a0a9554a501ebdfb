import { cutBytes } from '../../text/plain.ts';
import { andMore, word } from '../../text/words.ts';
import type { AlertWords } from '../alert-words.ts';
import { type DigestWords, LINE_TEXT_BYTES, tallyText } from '../digest.ts';
import type { Message } from '../message.ts';
import { lineText } from './card-parts.ts';
import type { Detail } from './detail.ts';
import { escapeText } from './escape.ts';

function alertLines(alert: AlertWords, message: Message, detail: Detail): string[] {
  const labels = alert.labels
    .slice(0, detail.labels)
    .map(({ name, text }) => `${cutBytes(name, detail.labelBytes)}=${cutBytes(text, detail.labelBytes)}`);
  return [
    `${alert.severityWord} · ${alert.statusWord} · ${alert.title}`,
    ...(alert.summary === null ? [] : [cutBytes(alert.summary, detail.textBytes)]),
    ...alert.facts.map(({ name, text }) => `${name}: ${text}`),
    ...(labels.length === 0 ? [] : [`${word('labels', message.locale)}: ${labels.join(', ')}`]),
    ...alert.notes.map((note) => cutBytes(note, detail.textBytes)),
    ...alert.lines.slice(0, detail.lines).map((line) => lineText(line, detail)),
    ...(alert.logsUrl === null ? [] : [`${word('openLogs', message.locale)}: ${alert.logsUrl} `]),
    ...(alert.runbookUrl === null ? [] : [`${word('runbook', message.locale)}: ${alert.runbookUrl} `]),
  ];
}

function digestLines(digest: DigestWords, { locale }: Message, detail: Detail): string[][] {
  const left = digest.rules.slice(detail.alerts).reduce((sum, { alerts }) => sum + alerts.length, 0);
  const rules = digest.rules
    .slice(0, detail.alerts)
    .map(({ severityWord, title, summary, alerts }) => [
      `${severityWord} · ${title}`,
      summary,
      ...alerts
        .slice(0, detail.alerts)
        .map(({ line }) => `• ${cutBytes(line, detail.labelBytes + LINE_TEXT_BYTES)}`),
      ...(alerts.length > detail.alerts ? [andMore(alerts.length - detail.alerts, locale)] : []),
    ]);
  return [[tallyText(digest)], ...rules, ...(left > 0 ? [[andMore(left, locale)]] : [])];
}

/** The message as plain text: the last form, which nothing about a card can have refused. Mentions nobody. */
export function renderText(message: Message, keyword: string | null, detail: Detail): string {
  const shown = message.alerts.slice(0, detail.alerts);
  const left = message.alerts.length - shown.length;
  const paragraphs = [
    [message.headline, ...message.notes],
    ...(message.digest === null
      ? shown.map((alert) => alertLines(alert, message, detail))
      : digestLines(message.digest, message, detail)),
    ...(left > 0 && message.digest === null ? [[andMore(left, message.locale)]] : []),
    [message.footer.map(({ name, text }) => `${name} ${text}`).join(' · ')],
  ];
  const text = paragraphs.map((lines) => lines.join('\n')).join('\n\n');
  const lacksKeyword = keyword !== null && !text.includes(keyword);
  return escapeText(lacksKeyword ? `[${keyword}] ${text}` : text);
}
