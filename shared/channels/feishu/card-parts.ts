import { cutLine } from '../../text/example-line.ts';
import { cutBytes } from '../../text/plain.ts';
import { word } from '../../text/words.ts';
import { type AlertWords, actionsOf, type LineWords, type Named } from '../alert-words.ts';
import type { Message } from '../message.ts';
import type { Detail } from './detail.ts';
import { type CardElement, linkButton, plain } from './elements.ts';
import { escapeMarkdown } from './escape.ts';

const BUTTON_TEXT_MAX = 100;
const URL_LENGTH_MAX = 4000;

function fact({ name, text }: Named, rich: boolean): CardElement {
  if (!rich) return { tag: 'div', text: plain(`${name}: ${text}`) };
  return {
    tag: 'markdown',
    content: `<font color='grey'>${escapeMarkdown(name)}</font>\n**${escapeMarkdown(text)}**`,
  };
}

/** Facts in two columns, which narrow screens stack. */
export function factRows(facts: Named[], rich: boolean): CardElement[] {
  if (!rich) return facts.map((one) => fact(one, false));
  const rows: CardElement[] = [];
  for (let index = 0; index < facts.length; index += 2) {
    rows.push({
      tag: 'column_set',
      flex_mode: 'bisect',
      horizontal_spacing: '12px',
      columns: facts.slice(index, index + 2).map((one) => ({
        tag: 'column',
        width: 'weighted',
        weight: 1,
        elements: [fact(one, true)],
      })),
    });
  }
  return rows;
}

/** The labels, as many as the detail allows; `rich` in Markdown, otherwise as plain text. */
export function labelLine(labels: Named[], detail: Detail, rich: boolean): CardElement[] {
  const shown = labels.slice(0, detail.labels).map(({ name, text }) => ({
    name: cutBytes(name, detail.labelBytes),
    text: cutBytes(text, detail.labelBytes),
  }));
  if (shown.length === 0) return [];
  if (!rich) {
    return [{ tag: 'div', text: plain(shown.map(({ name, text }) => `${name}=${text}`).join('  ')) }];
  }
  const parts = shown.map(
    ({ name, text }) => `<font color='grey'>${escapeMarkdown(name)}</font> ${escapeMarkdown(text)}`,
  );
  return [{ tag: 'markdown', content: parts.join(' \u2003') }];
}

/** A line behind its time, and what the rule shows of it below. */
export function lineText(line: LineWords, { lineBytes, labelBytes }: Detail): string {
  const shown = line.shown.map(({ name, text }) => `${name}: ${cutBytes(text, Math.max(labelBytes, 64))}`);
  return [`${line.at}  ${cutLine(line.text, lineBytes)}`, ...shown].join('\n');
}

/** The example lines, as many and as long as the detail allows. */
export function lineElements(alert: AlertWords, detail: Detail): CardElement[] {
  return alert.lines.slice(0, detail.lines).map((line) => ({
    tag: 'div',
    text: plain(lineText(line, detail), { text_size: 'notation' }),
  }));
}

/** The example lines in a panel that folds where there are several alerts; `rich: false`: without the panel. */
export function linePanel(alert: AlertWords, message: Message, detail: Detail, rich: boolean): CardElement[] {
  const elements = lineElements(alert, detail);
  if (elements.length === 0 || !rich) return elements;
  return [
    {
      tag: 'collapsible_panel',
      expanded: message.alerts.length === 1,
      header: { title: plain(`${word('lines', message.locale)} (${elements.length})`) },
      border: { color: 'grey', corner_radius: '6px' },
      padding: '8px 8px 8px 8px',
      elements,
    },
  ];
}

/**
 * What can be done about the alert, and where to read on; links that Feishu would refuse for their length are left
 * out.
 */
export function buttons(alert: AlertWords, message: Message): CardElement[] {
  const { locale } = message;
  const actions = actionsOf(alert, locale, message.alerts.length > 1);
  const links: [string, string | null][] = [
    ...actions.map(({ label, url }): [string, string] => [label, url]),
    [word('openLogs', locale), alert.logsUrl],
    [word('runbook', locale), alert.runbookUrl],
  ];
  const usable = links.flatMap(([label, url]) =>
    url === null || url.length > URL_LENGTH_MAX ? [] : [{ label, url }],
  );
  if (usable.length === 0) return [];
  return [
    {
      tag: 'column_set',
      flex_mode: 'flow',
      horizontal_spacing: '8px',
      columns: usable.map(({ label, url }, index) => ({
        tag: 'column',
        width: 'auto',
        elements: [linkButton(label.slice(0, BUTTON_TEXT_MAX), url, index === 0)],
      })),
    },
  ];
}

/** The summary, the other annotations and the notes, a paragraph each. */
export function texts(alert: AlertWords, detail: Detail): CardElement[] {
  const others = alert.annotations.map(({ name, text }) => `${name}: ${text}`);
  return [...(alert.summary === null ? [] : [alert.summary]), ...others, ...alert.notes].map((text) => ({
    tag: 'div',
    text: plain(cutBytes(text, detail.textBytes)),
  }));
}
