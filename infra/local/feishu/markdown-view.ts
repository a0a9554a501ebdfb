/** The subset of card markdown that the page shows, as HTML. Everything that is not recognised is text. */
import { escapeHtml } from '../../../shared/text/html.ts';

const FENCE = /^(`{3,})[^\n]*\n([\s\S]*?)\n?^\1`*[ \t]*$/gm;
// biome-ignore format: one construct a line
const INLINE = /\*\*([\s\S]+?)\*\*|<font color=['"]?([a-z]+)['"]?>([\s\S]*?)<\/font>|<at id=["']?([\w-]+)["']?><\/at>|\[([^\]]*)\]\((https?:[^)\s]*)\)|`([^`\n]+)`|<br\s*\/?>|&#(\d{1,6});/g;

const COLOURS = new Set(['red', 'orange', 'yellow', 'green', 'blue', 'grey', 'purple']);

function entity(code: string): string {
  const point = Number(code);
  return point > 0x10ffff ? '' : escapeHtml(String.fromCodePoint(point));
}

function construct(match: RegExpMatchArray): string {
  const [, bold, colour, coloured, at, label, url, code, character] = match;
  if (bold !== undefined) return `<strong>${inline(bold)}</strong>`;
  if (colour !== undefined) {
    return `<span class="${COLOURS.has(colour) ? `ink-${colour}` : ''}">${inline(coloured ?? '')}</span>`;
  }
  if (at !== undefined) return `<span class="at">@${escapeHtml(at)}</span>`;
  if (url !== undefined) {
    return `<a href="${escapeHtml(url)}" rel="noreferrer noopener" target="_blank">${inline(label ?? '')}</a>`;
  }
  if (code !== undefined) return `<code>${escapeHtml(code)}</code>`;
  if (character !== undefined) return entity(character);
  return '<br>';
}

function inline(text: string): string {
  let html = '';
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    html += escapeHtml(text.slice(end, match.index)) + construct(match);
    end = match.index + match[0].length;
  }
  return html + escapeHtml(text.slice(end));
}

/** Card markdown as safe HTML. */
export function markdownHtml(markdown: string): string {
  let html = '';
  let end = 0;
  for (const match of markdown.matchAll(FENCE)) {
    html += `${inline(markdown.slice(end, match.index))}<pre>${escapeHtml(match[2] ?? '')}</pre>`;
    end = match.index + match[0].length;
  }
  return html + inline(markdown.slice(end));
}
