import type { Locale } from '../../../shared/config/model.ts';
import { escapeHtml } from '../../../shared/text/html.ts';
import { STYLE } from './style.ts';
import { pageWord } from './words.ts';

/** Who reads a page, and in which zone. */
export interface Reader {
  locale: Locale;
  /** IANA name. */
  timeZone: string;
}

/** The document around the content of a page; `title` is text, `content` HTML. */
export function frame(title: string, content: string, locale: Locale): string {
  const other = locale === 'en' ? 'zh-CN' : 'en';
  return (
    `<!DOCTYPE html><html lang="${locale}"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">` +
    `<meta name="robots" content="noindex"><meta name="format-detection" content="telephone=no">` +
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>` +
    `<nav><span>tocsin</span><a href="?lang=${other}" hreflang="${other}" lang="${other}">${pageWord('other', locale)}</a></nav>` +
    `<main>${content}</main></body></html>`
  );
}

/** A paragraph of text. */
export function paragraph(text: string, className?: string): string {
  return `<p${className === undefined ? '' : ` class="${className}"`}>${escapeHtml(text)}</p>`;
}
