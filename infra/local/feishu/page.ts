import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { escapeHtml } from '../../../shared/text/html.ts';
import { messageHtml } from './card-view.ts';
import type { Inbox, Received, Refused } from './inbox.ts';
import { PAGE_SCRIPT, PAGE_STYLE } from './page-style.ts';

const WORDS = {
  en: {
    title: 'Feishu stand-in',
    what: 'Messages that the bots of this machine were sent. Nothing here left it.',
    empty: 'No message yet. It appears here as soon as an alert is delivered.',
    other: '中文',
    refused: 'refused',
  },
  'zh-CN': {
    title: '飞书模拟群',
    what: '本机机器人收到的消息，没有任何内容发往外部。',
    empty: '还没有消息，告警送达后会立即显示在这里。',
    other: 'English',
    refused: '已拒绝',
  },
} as const;

type Language = keyof typeof WORDS;

/** Inline style and script are allowed by their hashes alone: log text can bring in neither. */
function hashed(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

const POLICY = [
  "default-src 'none'",
  `style-src ${hashed(PAGE_STYLE)}`,
  `script-src ${hashed(PAGE_SCRIPT)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

function languageOf(url: URL, request: IncomingMessage): Language {
  const asked = url.searchParams.get('lang') ?? request.headers['accept-language'] ?? '';
  return asked.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

function time(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}

function receivedHtml(message: Received, language: Language): string {
  const moment = new Date(message.at).toISOString();
  return (
    `<article class="message"><div class="meta"><b>${escapeHtml(message.bot)}</b><time datetime="${moment}">${time(message.at)} UTC</time></div>` +
    `<div class="bubble">${messageHtml(message.body, language)}</div></article>`
  );
}

function refusedHtml(entry: Refused, language: Language): string {
  const words = `${time(entry.at)} UTC · ${entry.bot} · ${WORDS[language].refused}: ${entry.reason}`;
  return `<div class="refused">${escapeHtml(words)}</div>`;
}

/** Everything newer than `after`, the newest on top. */
function entriesHtml(inbox: Inbox, after: number, language: Language): { html: string; seq: number } {
  const entries = [
    ...inbox.received().map((message) => ({ seq: message.seq, html: () => receivedHtml(message, language) })),
    ...inbox.refused().map((entry) => ({ seq: entry.seq, html: () => refusedHtml(entry, language) })),
  ]
    .filter(({ seq }) => seq > after)
    .toSorted((a, b) => b.seq - a.seq);
  return { html: entries.map(({ html }) => html()).join(''), seq: entries[0]?.seq ?? after };
}

function pageHtml(inbox: Inbox, language: Language): string {
  const words = WORDS[language];
  const { html, seq } = entriesHtml(inbox, 0, language);
  const other = language === 'en' ? 'zh-CN' : 'en';
  return (
    `<!DOCTYPE html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">` +
    `<title>${words.title}</title><style>${PAGE_STYLE}</style></head><body>` +
    `<header class="top"><h1>${words.title}</h1><p>${words.what}</p><a href="/?lang=${other}" lang="${other}">${words.other}</a></header>` +
    `<main>${html === '' ? `<p class="empty">${words.empty}</p>` : ''}<div id="messages" data-seq="${seq}" aria-live="polite">${html}</div></main>` +
    `<script>${PAGE_SCRIPT}</script></body></html>`
  );
}

/** Serves the page, and the part of it that is newer than `?after=`. */
export function servePage(request: IncomingMessage, response: ServerResponse, inbox: Inbox): void {
  const url = new URL(request.url ?? '/', 'http://stand-in');
  const language = languageOf(url, request);
  if (url.pathname === '/messages') {
    const after = Number(url.searchParams.get('after') ?? 0) || 0;
    const { html, seq } = entriesHtml(inbox, after, language);
    response.writeHead(200, { ...HEADERS, 'x-seq': String(seq) });
    response.end(html);
    return;
  }
  response.writeHead(200, HEADERS);
  response.end(pageHtml(inbox, language));
}
