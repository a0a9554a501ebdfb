import type { Severity } from '../../config/model.ts';
import { cutBytes } from '../../text/plain.ts';
import { alertCount, andMore, word } from '../../text/words.ts';
import type { AlertWords, Message, Named } from '../message.ts';
import { chartElement } from './chart.ts';
import type { Detail } from './detail.ts';
import { type Card, type CardElement, linkButton, plain } from './elements.ts';
import { escapeMarkdown } from './escape.ts';

/** What a card may use; a refused card goes out again with less. */
export interface CardStyle {
  /** Chart, panels, markdown; without them only plain text, columns and buttons. */
  rich: boolean;
  /** Ids to mention; `all` is everybody. */
  mentions: string[];
  /** A word that the bot insists on. */
  keyword: string | null;
}

const HEADER_COLOURS: Record<Severity, string> = {
  critical: 'red',
  error: 'orange',
  warning: 'yellow',
  info: 'blue',
};
const TAG_COLOURS: Record<Severity, string> = {
  critical: 'red',
  error: 'orange',
  warning: 'yellow',
  info: 'blue',
};
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
function factRows(facts: Named[], rich: boolean): CardElement[] {
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

function labelLine(labels: Named[], detail: Detail, rich: boolean): CardElement[] {
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

function lineElements(alert: AlertWords, detail: Detail): CardElement[] {
  return alert.lines.slice(0, detail.lines).map((line) => ({
    tag: 'div',
    text: plain(`${line.at}  ${cutBytes(line.text, detail.lineBytes)}`, { text_size: 'notation' }),
  }));
}

function linePanel(alert: AlertWords, message: Message, detail: Detail, rich: boolean): CardElement[] {
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

function buttons(alert: AlertWords, message: Message): CardElement[] {
  const links: [string, string | null][] = [
    [word('openLogs', message.locale), alert.logsUrl],
    [word('runbook', message.locale), alert.runbookUrl],
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

function texts(alert: AlertWords, detail: Detail): CardElement[] {
  const others = alert.annotations.map(({ name, text }) => `${name}: ${text}`);
  return [...(alert.summary === null ? [] : [alert.summary]), ...others, ...alert.notes].map((text) => ({
    tag: 'div',
    text: plain(cutBytes(text, detail.textBytes)),
  }));
}

/** The only alert of a message, in full. */
function wholeAlert(alert: AlertWords, message: Message, detail: Detail, rich: boolean): CardElement[] {
  const chart = rich && detail.chart ? chartElement(alert, message) : null;
  return [
    ...texts(alert, detail),
    ...factRows(alert.facts, rich),
    ...labelLine(alert.labels, detail, rich),
    ...(chart === null ? [] : [chart]),
    ...linePanel(alert, message, detail, rich),
    ...buttons(alert, message),
  ];
}

/** One of several alerts: its facts on one line. */
function briefAlert(alert: AlertWords, message: Message, detail: Detail, rich: boolean): CardElement[] {
  const head = `${alert.severityWord} · ${alert.statusWord}`;
  const facts = alert.facts.map(({ name, text }) => `${name} ${text}`).join(' · ');
  const title: CardElement = rich
    ? {
        tag: 'markdown',
        content: `<font color='${TAG_COLOURS[alert.severity]}'>${escapeMarkdown(head)}</font> **${escapeMarkdown(alert.title)}**`,
      }
    : { tag: 'div', text: plain(`${head} ${alert.title}`) };
  return [
    { tag: 'hr' },
    title,
    ...labelLine(alert.labels, detail, rich),
    { tag: 'div', text: plain(facts, { text_size: 'notation', text_color: 'grey' }) },
    ...texts(alert, detail).slice(0, 3),
    ...linePanel(alert, message, { ...detail, lines: Math.min(detail.lines, 2) }, rich),
    ...buttons(alert, message),
  ];
}

function alertElements(message: Message, detail: Detail, rich: boolean): CardElement[] {
  const [only] = message.alerts;
  if (message.alerts.length === 1 && only !== undefined) return wholeAlert(only, message, detail, rich);
  const shown = message.alerts.slice(0, detail.alerts);
  const left = message.alerts.length - shown.length;
  const elements = shown.flatMap((alert) => briefAlert(alert, message, detail, rich));
  if (left > 0) elements.push({ tag: 'hr' }, { tag: 'div', text: plain(andMore(left, message.locale)) });
  return elements;
}

/** Ids come from the configuration and were checked there; all others could break out of the tag. */
function mentionElements(mentions: string[]): CardElement[] {
  const safe = mentions.filter((id) => /^[A-Za-z0-9_-]+$/.test(id));
  if (safe.length === 0) return [];
  return [{ tag: 'markdown', content: safe.map((id) => `<at id=${id}></at>`).join(' ') }];
}

function header(message: Message, keyword: string | null): Card['header'] {
  const counted = message.alerts.length > 1 ? ` · ${alertCount(message.alerts.length, message.locale)}` : '';
  const title = `${message.statusWord}: ${message.title}`;
  const lacksKeyword = keyword !== null && !title.includes(keyword);
  return {
    title: plain(lacksKeyword ? `[${keyword}] ${title}` : title),
    subtitle: plain(`${message.severityWord}${counted}`),
    template: message.status === 'resolved' ? 'green' : HEADER_COLOURS[message.severity],
    text_tag_list: [
      {
        tag: 'text_tag',
        text: plain(message.severityWord),
        color: message.status === 'resolved' ? 'green' : TAG_COLOURS[message.severity],
      },
      {
        tag: 'text_tag',
        text: plain(message.statusWord),
        color: message.status === 'resolved' ? 'green' : 'neutral',
      },
    ],
  };
}

/** Lays a message out as card JSON 2.0. Pure; whoever sends it sees to its size by `detail`. */
export function renderCard(message: Message, style: CardStyle, detail: Detail): Card {
  const footer = message.footer.map(({ name, text }) => `${name} ${text}`).join(' · ');
  return {
    schema: '2.0',
    config: {
      update_multi: true,
      width_mode: 'fill',
      summary: { content: `${message.statusWord} · ${message.severityWord} · ${message.title}` },
    },
    header: header(message, style.keyword),
    body: {
      direction: 'vertical',
      padding: '12px 12px 12px 12px',
      vertical_spacing: '10px',
      elements: [
        ...mentionElements(style.mentions),
        ...alertElements(message, detail, style.rich),
        { tag: 'div', text: plain(footer, { text_size: 'notation', text_color: 'grey' }) },
      ],
    },
  };
}
