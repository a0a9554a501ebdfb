import { byteLength, cutBytes } from '../../text/plain.ts';
import { disarmLine } from '../disarm.ts';
import { type Dialect, renderMarkdown } from '../markdown.ts';
import { mentioned } from '../mention.ts';
import type { Message } from '../message.ts';
import { shortened } from '../shorten.ts';
import type { WecomSettings } from './settings.ts';

/** Both kinds of markdown end here, text at 2,048 (WeCom, "Group robot configuration"). */
const CONTENT_BYTES_MAX = 4096;
const TEXT_BYTES_MAX = 500;

const COLOURS = { critical: 'warning', error: 'warning', warning: 'warning', info: 'info' } as const;

function dialectOf(message: Message, format: WecomSettings['format']): Dialect {
  const colour = message.status === 'resolved' ? 'info' : COLOURS[message.severity];
  return {
    // markdown_v2 knows no colours.
    heading: (text) => (format === 'markdown' ? `### <font color="${colour}">${text}</font>` : `### ${text}`),
    strong: (text) => `**${text}**`,
    link: (label, url) => `[${label}](${url})`,
    quote: (line) => `> ${line}`,
    lineBreak: '\n',
  };
}

/** Whom the markdown itself can call: people by user id. */
function calledInline(
  message: Message,
  { mention, format }: Pick<WecomSettings, 'mention' | 'format'>,
): string[] {
  if (format !== 'markdown') return [];
  return mentioned(message, mention).filter((who) => who !== 'all' && !/^\d+$/.test(who));
}

/** The body of the message, shortened to what a robot takes. */
export function bodyOf(message: Message, settings: Pick<WecomSettings, 'mention' | 'format'>): string {
  const { format } = settings;
  const called = calledInline(message, settings).map((who) => `<@${who}>`);
  const dialect = dialectOf(message, format);
  const content = shortened(
    (room) => {
      const text = renderMarkdown(message, dialect, room);
      return called.length > 0 ? `${text}\n\n${called.join(' ')}` : text;
    },
    (text) => byteLength(text) <= CONTENT_BYTES_MAX,
  );
  return JSON.stringify({ msgtype: format, [format]: { content } });
}

/**
 * The body that calls everybody whom markdown cannot: `all`, phone numbers, and with markdown_v2 people too; only text
 * messages have lists of whom to mention. null: there is nobody to call.
 */
export function callOf(message: Message, settings: Pick<WecomSettings, 'mention' | 'format'>): string | null {
  const inline = calledInline(message, settings);
  const people = mentioned(message, settings.mention).filter((who) => !inline.includes(who));
  if (people.length === 0) return null;
  const isPhone = (who: string) => /^\d+$/.test(who);
  return JSON.stringify({
    msgtype: 'text',
    text: {
      content: cutBytes(disarmLine(message.headline), TEXT_BYTES_MAX),
      mentioned_list: people.filter((who) => !isPhone(who)).map((who) => (who === 'all' ? '@all' : who)),
      mentioned_mobile_list: people.filter(isPhone),
    },
  });
}
