import { byteLength, cutBytes } from '../../text/plain.ts';
import { disarmLine } from '../disarm.ts';
import { type Dialect, renderMarkdown } from '../markdown.ts';
import { mentioned } from '../mention.ts';
import type { Message } from '../message.ts';
import { shortened } from '../shorten.ts';
import type { DingtalkSettings } from './settings.ts';

/** A robot refuses more than 20,000 bytes (460101). */
const BODY_BYTES_MAX = 18_000;
const TITLE_BYTES_MAX = 200;

const DIALECT: Dialect = {
  heading: (text) => `#### ${text}`,
  strong: (text) => `**${text}**`,
  link: (label, url) => `[${label}](${url})`,
  quote: (line) => `> ${line}`,
  // One line feed is none to DingTalk.
  lineBreak: '\n\n',
};

/** Whom `at` names; each must also stand in the text, or nobody is told. */
function atOf(people: string[]) {
  const isPhone = (who: string) => /^\+?\d{1,4}-?\d{5,14}$/.test(who);
  const others = people.filter((who) => who !== 'all');
  return {
    isAtAll: people.includes('all'),
    atMobiles: others.filter(isPhone),
    atUserIds: others.filter((who) => !isPhone(who)),
  };
}

/** The body of a markdown message, shortened to what a robot takes. */
export function bodyOf(
  message: Message,
  { keyword, mention }: Pick<DingtalkSettings, 'keyword' | 'mention'>,
): string {
  const people = mentioned(message, mention);
  const called = people.filter((who) => who !== 'all').map((who) => `@${who}`);
  const title = cutBytes(disarmLine(message.headline), TITLE_BYTES_MAX);
  const content = (text: string) => {
    const lacksKeyword = keyword !== null && !text.includes(keyword);
    const parts = [
      ...(lacksKeyword ? [`[${keyword}] ${text}`] : [text]),
      ...(called.length > 0 ? [called.join(' ')] : []),
    ];
    return JSON.stringify({
      msgtype: 'markdown',
      markdown: { title, text: parts.join('\n\n') },
      at: atOf(people),
    });
  };
  return shortened(
    (room) => content(renderMarkdown(message, DIALECT, room)),
    (body) => byteLength(body) <= BODY_BYTES_MAX,
  );
}
