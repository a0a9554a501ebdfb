import { escapeHtml } from '../../../shared/text/html.ts';
import { type EntriesOf, type Language, type PageWords, REFUSED, timeText } from '../sent-page/page.ts';
import { messageHtml } from './card-view.ts';
import type { Inbox, Received, Refused } from './inbox.ts';

export const WORDS: Record<Language, PageWords> = {
  en: {
    title: 'Feishu stand-in',
    what: 'Messages that the bots of this machine were sent. Nothing here left it.',
    empty: 'No message yet. It appears here as soon as an alert is delivered.',
  },
  'zh-CN': {
    title: '飞书模拟群',
    what: '本机机器人收到的消息，没有任何内容发往外部。',
    empty: '还没有消息，告警送达后会立即显示在这里。',
  },
};

/** What the bots took, and what they refused. */
export function entriesOf(inbox: Inbox): EntriesOf {
  return (language) => [
    ...inbox.received().map((message) => ({ seq: message.seq, html: () => receivedHtml(message, language) })),
    ...inbox.refused().map((entry) => ({ seq: entry.seq, html: () => refusedHtml(entry, language) })),
  ];
}

function receivedHtml({ at, bot, body }: Received, language: Language): string {
  const moment = new Date(at).toISOString();
  return (
    `<article class="message"><div class="meta"><b>${escapeHtml(bot)}</b><time datetime="${moment}">${timeText(at)}</time></div>` +
    `<div class="bubble">${messageHtml(body, language)}</div></article>`
  );
}

function refusedHtml({ at, bot, reason }: Refused, language: Language): string {
  return `<div class="refused">${escapeHtml(`${timeText(at)} · ${bot} · ${REFUSED[language]}: ${reason}`)}</div>`;
}
