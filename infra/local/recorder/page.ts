import { parsedJson } from '../../../shared/json.ts';
import { escapeHtml } from '../../../shared/text/html.ts';
import { type EntriesOf, type Language, type PageWords, REFUSED, timeText } from '../sent-page/page.ts';
import type { Recorded, Records } from './record.ts';

export const WORDS: Record<Language, PageWords> = {
  en: {
    title: 'Other channels',
    what: 'What the other channels of this machine sent. Nothing here left it.',
    empty: 'No message yet. It appears here as soon as an alert is delivered.',
  },
  'zh-CN': {
    title: '其他渠道',
    what: '本机其他渠道发出的消息，没有任何内容发往外部。',
    empty: '还没有消息，告警送达后会立即显示在这里。',
  },
};

/** What the other channels sent, taken or refused. */
export function entriesOf(records: Records): EntriesOf {
  return (language) =>
    records.all().map((entry) => ({ seq: entry.seq, html: () => entryHtml(entry, language) }));
}

function entryHtml({ at, provider, receiver, body, refused }: Recorded, language: Language): string {
  const moment = new Date(at).toISOString();
  const why = refused === null ? '' : ` · ${REFUSED[language]}: ${refused}`;
  return (
    `<article class="message"><div class="meta"><b>${escapeHtml(`${provider} · ${receiver}`)}</b>` +
    `<time datetime="${moment}">${timeText(at)}</time>${escapeHtml(why)}</div>` +
    `<div class="bubble"><pre>${escapeHtml(readable(body))}</pre></div></article>`
  );
}

/** JSON with line feeds, and the line feeds within its texts as such: that is how people read them. */
function readable(body: string): string {
  const json = parsedJson(body);
  // Text messages are no JSON.
  return json === undefined ? body : JSON.stringify(json, null, 2).replaceAll('\\n', '\n');
}
