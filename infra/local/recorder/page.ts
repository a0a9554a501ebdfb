import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { escapeHtml } from '../../../shared/text/html.ts';
import { PAGE_SCRIPT, PAGE_STYLE } from '../feishu/page-style.ts';
import type { Recorded, Records } from './record.ts';

const WORDS = {
  en: {
    title: 'Other channels',
    what: 'What the other channels of this machine sent. Nothing here left it.',
    empty: 'No message yet. It appears here as soon as an alert is delivered.',
    other: '中文',
    refused: 'refused',
  },
  'zh-CN': {
    title: '其他渠道',
    what: '本机其他渠道发出的消息，没有任何内容发往外部。',
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

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src ${hashed(PAGE_STYLE)}`,
    `script-src ${hashed(PAGE_SCRIPT)}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

function languageOf(url: URL, request: IncomingMessage): Language {
  const asked = url.searchParams.get('lang') ?? request.headers['accept-language'] ?? '';
  return asked.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/** JSON with line feeds, and the line feeds within its texts as such: that is how people read them. */
function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2).replaceAll('\\n', '\n');
  } catch {
    // Text messages are no JSON.
    return body;
  }
}

function entryHtml({ at, provider, receiver, body, refused }: Recorded, language: Language): string {
  const moment = new Date(at).toISOString();
  const why = refused === null ? '' : ` · ${WORDS[language].refused}: ${refused}`;
  return (
    `<article class="message"><div class="meta"><b>${escapeHtml(`${provider} · ${receiver}`)}</b>` +
    `<time datetime="${moment}">${moment.slice(11, 19)} UTC</time>${escapeHtml(why)}</div>` +
    `<div class="bubble"><pre>${escapeHtml(readable(body))}</pre></div></article>`
  );
}

function entriesHtml(records: Records, after: number, language: Language): { html: string; seq: number } {
  const entries = records
    .all()
    .filter(({ seq }) => seq > after)
    .reverse();
  return {
    html: entries.map((entry) => entryHtml(entry, language)).join(''),
    seq: entries[0]?.seq ?? after,
  };
}

function pageHtml(records: Records, language: Language): string {
  const words = WORDS[language];
  const { html, seq } = entriesHtml(records, 0, language);
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
export function servePage(request: IncomingMessage, response: ServerResponse, records: Records): void {
  const url = new URL(request.url ?? '/', 'http://stand-in');
  const language = languageOf(url, request);
  if (url.pathname === '/messages') {
    const after = Number(url.searchParams.get('after') ?? 0) || 0;
    const { html, seq } = entriesHtml(records, after, language);
    response.writeHead(200, { ...HEADERS, 'x-seq': String(seq) }).end(html);
    return;
  }
  response.writeHead(200, HEADERS).end(pageHtml(records, language));
}
