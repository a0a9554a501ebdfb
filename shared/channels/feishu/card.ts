import { cutBytes } from '../../text/plain.ts';
import { alertCount, andMore } from '../../text/words.ts';
import type { Message } from '../message.ts';
import { briefAlert, COLOURS, shared, wholeAlert } from './card-alert.ts';
import { digestElements } from './card-digest.ts';
import type { Detail } from './detail.ts';
import { type Card, type CardElement, plain } from './elements.ts';

/** What a card may use; a refused card goes out again with less. */
export interface CardStyle {
  /** Chart, panels, markdown; without them only plain text, columns and buttons. */
  rich: boolean;
  /** Ids to mention; `all` is everybody. */
  mentions: string[];
  /** A word that the bot insists on. */
  keyword: string | null;
}

const NOTE_BYTES_MAX = 600;

function alertElements(message: Message, detail: Detail, rich: boolean): CardElement[] {
  if (message.digest !== null) return digestElements(message.digest, message, detail, rich);
  const [only] = message.alerts;
  if (message.alerts.length === 1 && only !== undefined) return wholeAlert(only, message, detail, rich);
  const shown = message.alerts.slice(0, detail.alerts);
  const left = message.alerts.length - shown.length;
  const elements = shown.flatMap((alert, index): CardElement[] => [
    ...(index === 0 ? [] : [{ tag: 'hr' as const }]),
    ...briefAlert(alert, message, detail, rich),
  ]);
  if (left > 0) elements.push({ tag: 'hr' }, { tag: 'div', text: plain(andMore(left, message.locale)) });
  return elements;
}

/** Ids come from the configuration and were checked there; all others could break out of the tag. */
function mentionElements(mentions: string[]): CardElement[] {
  const safe = mentions.filter((id) => /^[A-Za-z0-9_-]+$/.test(id));
  if (safe.length === 0) return [];
  return [{ tag: 'markdown', content: safe.map((id) => `<at id=${id}></at>`).join(' ') }];
}

function noteElement(note: string): CardElement {
  return { tag: 'div', text: plain(cutBytes(note, NOTE_BYTES_MAX), { text_color: 'grey' }) };
}

function header(message: Message, keyword: string | null): Card['header'] {
  const colour = message.status === 'resolved' ? 'green' : COLOURS[message.severity];
  const title = message.headline;
  const lacksKeyword = keyword !== null && !title.includes(keyword);
  const count = message.alerts.length;
  // A single alert says its condition among its facts.
  const subtitle = count > 1 && message.digest === null ? shared(message, 'condition') : null;
  const tags = [{ text: message.severityWord, color: colour }];
  if (count > 1 && message.digest === null)
    tags.push({ text: alertCount(count, message.locale), color: 'neutral' });
  return {
    title: plain(lacksKeyword ? `[${keyword}] ${title}` : title),
    ...(subtitle === null ? {} : { subtitle: plain(subtitle) }),
    template: colour,
    text_tag_list: tags.map(({ text, color }) => ({ tag: 'text_tag', text: plain(text), color })),
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
        ...message.notes.map(noteElement),
        ...alertElements(message, detail, style.rich),
        { tag: 'div', text: plain(footer, { text_size: 'notation', text_color: 'grey' }) },
      ],
    },
  };
}
