import { escapeHtml } from '../../../shared/text/html.ts';
import { HEADER_TEMPLATES } from './card-schema.ts';
import { chartHtml } from './chart-view.ts';
import { markdownHtml } from './markdown-view.ts';

/** A card or message as HTML; it was checked when it was taken, so its shape is known. */

type Node = Record<string, unknown>;

const TAG_COLOURS = new Set(['neutral', 'red', 'orange', 'yellow', 'green', 'blue', 'grey', 'purple']);

function contentOf(text: unknown): string {
  return String((text as Node | undefined)?.content ?? '');
}

function children(elements: unknown): string {
  return Array.isArray(elements) ? elements.map((element) => elementHtml(element as Node)).join('') : '';
}

function textHtml(text: unknown): string {
  const { tag, text_size, text_color } = (text ?? {}) as Node;
  const body = tag === 'lark_md' ? markdownHtml(contentOf(text)) : escapeHtml(contentOf(text));
  const classes = ['text', text_size === 'notation' ? 'small' : '', text_color === 'grey' ? 'ink-grey' : ''];
  return `<div class="${classes.filter(Boolean).join(' ')}">${body}</div>`;
}

function buttonHtml(element: Node): string {
  const [first] = (element.behaviors ?? []) as Node[];
  const url = String(first?.default_url ?? '');
  const kind = element.type === 'primary_filled' ? 'button filled' : 'button';
  const href = /^https?:\/\//.test(url) ? ` href="${escapeHtml(url)}"` : '';
  return `<a class="${kind}"${href} rel="noreferrer noopener" target="_blank">${escapeHtml(contentOf(element.text))}</a>`;
}

function columnsHtml(element: Node): string {
  const mode = ['bisect', 'flow', 'trisect', 'stretch'].includes(String(element.flex_mode))
    ? String(element.flex_mode)
    : 'none';
  const columns = ((element.columns ?? []) as Node[]).map(
    (column) =>
      `<div class="${column.width === 'auto' ? 'column auto' : 'column'}">${children(column.elements)}</div>`,
  );
  return `<div class="columns ${mode}">${columns.join('')}</div>`;
}

function tableHtml(element: Node): string {
  const columns = (element.columns ?? []) as Node[];
  const head = columns.map((column) => `<th>${escapeHtml(String(column.display_name ?? column.name))}</th>`);
  const rows = ((element.rows ?? []) as Node[]).map(
    (row) =>
      `<tr>${columns.map((column) => `<td>${escapeHtml(String(row[String(column.name)] ?? ''))}</td>`).join('')}</tr>`,
  );
  return `<table><tr>${head.join('')}</tr>${rows.join('')}</table>`;
}

function elementHtml(element: Node): string {
  switch (element.tag) {
    case 'markdown':
      return `<div class="text${element.text_size === 'notation' ? ' small' : ''}">${markdownHtml(String(element.content))}</div>`;
    case 'div':
      return textHtml(element.text);
    case 'hr':
      return '<hr>';
    case 'button':
      return buttonHtml(element);
    case 'column_set':
      return columnsHtml(element);
    case 'chart':
      return chartHtml(element.chart_spec as Node);
    case 'table':
      return tableHtml(element);
    case 'collapsible_panel': {
      const title = escapeHtml(contentOf((element.header as Node | undefined)?.title));
      const open = element.expanded === true ? ' open' : '';
      return `<details class="panel"${open}><summary>${title}</summary><div class="lines">${children(element.elements)}</div></details>`;
    }
    default:
      return `<div class="text ink-grey">[${escapeHtml(String(element.tag))}]</div>`;
  }
}

function tagHtml(tag: Node): string {
  const colour = TAG_COLOURS.has(String(tag.color)) ? String(tag.color) : 'neutral';
  return `<span class="tag ${colour}">${escapeHtml(contentOf(tag.text))}</span>`;
}

function headerHtml(header: Node | undefined): string {
  if (header === undefined) return '';
  const template = HEADER_TEMPLATES.find((name) => name === header.template) ?? 'default';
  const tags = ((header.text_tag_list ?? []) as Node[]).map(tagHtml).join('');
  const subtitle = contentOf(header.subtitle);
  return (
    `<header class="head ${template}"><div class="title">${escapeHtml(contentOf(header.title))} ${tags}</div>` +
    `${subtitle === '' ? '' : `<div class="subtitle">${escapeHtml(subtitle)}</div>`}</header>`
  );
}

function cardHtml(card: Node): string {
  const body = card.body as Node | undefined;
  return `${headerHtml(card.header as Node | undefined)}<div class="body">${children(body?.elements)}</div>`;
}

function mentionText(text: string): string {
  return escapeHtml(text).replace(
    /&lt;at user_id=&quot;([\w-]+)&quot;&gt;.*?&lt;\/at&gt;/g,
    '<span class="at">@$1</span>',
  );
}

function postHtml(content: Node): string {
  const [post] = Object.values((content.post ?? {}) as Record<string, Node>);
  const rows = ((post?.content ?? []) as Node[][]).map(
    (row) => `<div class="text">${row.map((part) => escapeHtml(String(part.text ?? ''))).join('')}</div>`,
  );
  return `<div class="body"><strong>${escapeHtml(String(post?.title ?? ''))}</strong>${rows.join('')}</div>`;
}

/** A card as a client in that language shows it. */
function localized(value: unknown, language: 'zh_cn' | 'en_us'): unknown {
  if (Array.isArray(value)) return value.map((child) => localized(child, language));
  if (typeof value !== 'object' || value === null) return value;
  const node = Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, localized(child, language)]),
  );
  const texts = node.i18n_content as Node | undefined;
  return texts?.[language] === undefined ? node : { ...node, content: texts[language] };
}

/** The bubble of one message, whatever its type, as a client in that language shows it. */
export function messageHtml(body: Node, language: 'zh-CN' | 'en'): string {
  const content = (body.content ?? {}) as Node;
  if (body.msg_type === 'interactive') {
    return cardHtml(localized(body.card, language === 'en' ? 'en_us' : 'zh_cn') as Node);
  }
  if (body.msg_type === 'post') return postHtml(content);
  return `<div class="body"><div class="text">${mentionText(String(content.text ?? ''))}</div></div>`;
}
