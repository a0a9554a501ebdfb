import type { Severity } from '../../config/model.ts';
import { cutBytes } from '../../text/plain.ts';
import type { AlertWords } from '../alert-words.ts';
import type { Message } from '../message.ts';
import { buttons, factRows, labelLine, lineElements, linePanel, texts } from './card-parts.ts';
import { chartElements } from './chart.ts';
import type { Detail } from './detail.ts';
import { type CardElement, plain } from './elements.ts';
import { escapeMarkdown } from './escape.ts';

/** Colours of headers, tags and words. */
export const COLOURS: Record<Severity, string> = {
  critical: 'red',
  error: 'orange',
  warning: 'yellow',
  info: 'blue',
};
/** A text that is the same for all alerts; null where they differ. */
export function shared(message: Message, key: 'title' | 'condition'): string | null {
  const [first, ...others] = message.alerts.map((alert) => alert[key]);
  return first !== undefined && others.every((text) => text === first) ? first : null;
}

/** The only alert of a message, in full. */
export function wholeAlert(
  alert: AlertWords,
  message: Message,
  detail: Detail,
  rich: boolean,
): CardElement[] {
  return [
    ...texts(alert, detail),
    ...factRows(alert.facts, rich),
    ...labelLine(alert.labels, detail, rich),
    ...buttons(alert, message),
    ...(rich && detail.chart ? chartElements(alert, message) : []),
    ...linePanel(alert, message, detail, rich),
  ];
}

/** What tells alerts apart: their labels where all have one title, their titles otherwise. */
function briefName(alert: AlertWords, message: Message, detail: Detail): string {
  if (alert.labels.length === 0 || shared(message, 'title') === null) return alert.title;
  return alert.labels
    .slice(0, detail.labels)
    .map(({ name, text }) => `${cutBytes(name, detail.labelBytes)} ${cutBytes(text, detail.labelBytes)}`)
    .join(' · ');
}

/** One of several alerts, in three or four lines. */
export function briefAlert(
  alert: AlertWords,
  message: Message,
  detail: Detail,
  rich: boolean,
): CardElement[] {
  const head = `${alert.severityWord} · ${alert.statusWord}`;
  const name = briefName(alert, message, detail);
  const facts = alert.facts
    .filter(({ text }) => text !== shared(message, 'condition'))
    .map((one) => `${one.name} ${one.text}`);
  const colour = alert.status === 'resolved' ? 'green' : COLOURS[alert.severity];
  const title: CardElement = rich
    ? {
        tag: 'markdown',
        content: `<font color='${colour}'>${escapeMarkdown(head)}</font> **${escapeMarkdown(name)}**`,
      }
    : { tag: 'div', text: plain(`${head} ${name}`) };
  return [
    title,
    ...(name === alert.title ? labelLine(alert.labels, detail, rich) : []),
    { tag: 'div', text: plain(facts.join(' · '), { text_size: 'notation', text_color: 'grey' }) },
    ...texts(alert, detail).slice(0, 3),
    ...lineElements(alert, { ...detail, lines: Math.min(detail.lines, 1) }),
    ...buttons(alert, message),
  ];
}
