import * as z from 'zod';
import { cardSchema } from './card-schema.ts';

/** Why a card is refused: Feishu's sub-code and words. */
export interface CardFault {
  subCode: number;
  why: string;
}

const ELEMENTS_MAX = 200;
const DEPTH_MAX = 5;
const TABLES_MAX = 5;
const CHARTS_MAX = 5;
const TABLE_ROWS_MAX = 5000;
const TAGS_OF_CARD_1 = new Set(['note', 'action', 'actions']);
const CONTAINERS = new Set(['column_set', 'collapsible_panel']);

type Node = Record<string, unknown>;

interface Census {
  elements: number;
  depth: number;
  tags: Map<string, number>;
  nodes: Node[];
}

function visit(value: unknown, depth: number, census: Census): void {
  if (Array.isArray(value)) {
    for (const child of value) visit(child, depth, census);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const node = value as Node;
  let inner = depth;
  if (typeof node.tag === 'string') {
    census.elements++;
    census.tags.set(node.tag, (census.tags.get(node.tag) ?? 0) + 1);
    census.nodes.push(node);
    if (CONTAINERS.has(node.tag)) inner++;
    census.depth = Math.max(census.depth, inner);
  }
  for (const [key, child] of Object.entries(node)) {
    if (key !== 'chart_spec') visit(child, inner, census);
  }
}

/** Every element of a card, nested ones included, and how deep containers stand in one another. */
function census(card: unknown): Census {
  const result: Census = { elements: 0, depth: 0, tags: new Map(), nodes: [] };
  visit(card, 0, result);
  return result;
}

const MENTION = /<at\s+(?:id|user_id|email|ids)=["']?([^"'>\s]*)["']?\s*>/g;
const USER_ID = /^(?:all|ou_[A-Za-z0-9]+|on_[A-Za-z0-9]+|[A-Za-z0-9_-]{1,64})$/;
const IMAGE = /!\[[^\]]*\]\(([^)]*)\)/g;
const IMAGE_KEY = /^img_[A-Za-z0-9_-]+$/;

/** Markdown without what is inert: fenced and inline code. */
function active(markdown: string): string {
  return markdown
    .replace(/^(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^\1|$(?![\s\S]))/gm, '')
    .replace(/`[^`\n]*`/g, '');
}

/** Whom a piece of card markdown mentions. */
export function mentionsIn(markdown: string): string[] {
  return [...active(markdown).matchAll(MENTION)].map((match) => match[1] ?? '');
}

function markdownFault(content: string, atAll: boolean): CardFault | null {
  for (const id of mentionsIn(content)) {
    if (!USER_ID.test(id)) return { subCode: 100290, why: `invalid user id ${id} in at tag` };
    if (id === 'all' && !atAll) return { subCode: 100290, why: 'at all is not permitted in this chat' };
  }
  for (const [, key = ''] of active(content).matchAll(IMAGE)) {
    if (!IMAGE_KEY.test(key)) return { subCode: 200570, why: `invalid image key ${key}` };
  }
  return null;
}

const CHART_TYPES = new Set([
  'line',
  'area',
  'bar',
  'pie',
  'scatter',
  'common',
  'radar',
  'funnel',
  'wordCloud',
]);

function chartFault(spec: unknown): CardFault | null {
  const { type, data } = (typeof spec === 'object' && spec !== null ? spec : {}) as Node;
  if (typeof type === 'string' && CHART_TYPES.has(type) && typeof data === 'object' && data !== null)
    return null;
  return { subCode: 200550, why: 'chart spec is invalid' };
}

function nodeFault(node: Node, atAll: boolean): CardFault | null {
  const { tag, content } = node;
  if (TAGS_OF_CARD_1.has(String(tag))) {
    return {
      subCode: 200861,
      why: `cards of schema V2 no longer support this capability; unsupported tag ${tag}`,
    };
  }
  if ((tag === 'markdown' || tag === 'lark_md') && typeof content === 'string') {
    const translations = Object.values((node.i18n_content ?? {}) as Node).map(String);
    return [content, ...translations].map((text) => markdownFault(text, atAll)).find(Boolean) ?? null;
  }
  if (tag === 'img' && !IMAGE_KEY.test(String(node.img_key))) {
    return { subCode: 200570, why: `invalid image key ${node.img_key}` };
  }
  if (tag === 'chart') return chartFault(node.chart_spec);
  if (tag === 'table' && Array.isArray(node.rows) && node.rows.length > TABLE_ROWS_MAX) {
    return { subCode: 200914, why: 'table rows is invalid' };
  }
  return null;
}

function sizeFault({ elements, depth, tags }: Census): CardFault | null {
  if (elements > ELEMENTS_MAX) return { subCode: 200860, why: `card has ${elements} elements, over the max` };
  if (depth > DEPTH_MAX) return { subCode: 200621, why: `containers nest ${depth} levels, over the max` };
  if ((tags.get('table') ?? 0) > TABLES_MAX) return { subCode: 11310, why: 'card table number over limit' };
  if ((tags.get('chart') ?? 0) > CHARTS_MAX) return { subCode: 200550, why: 'card chart number over limit' };
  return null;
}

function tablesAtRoot(card: unknown): number {
  const { body } = card as { body?: { elements?: unknown } };
  if (!Array.isArray(body?.elements)) return 0;
  return body.elements.filter((element) => (element as Node | null)?.tag === 'table').length;
}

/** The first fault of a card, or null. `atAll`: whether the chat lets bots mention everybody. */
export function checkCard(card: unknown, atAll: boolean): CardFault | null {
  const counted = census(card);
  const fault =
    counted.nodes.map((node) => nodeFault(node, atAll)).find((found) => found !== null) ?? sizeFault(counted);
  if (fault !== null) return fault;
  if ((counted.tags.get('table') ?? 0) > tablesAtRoot(card)) {
    return { subCode: 200621, why: 'table must be at the root of the card' };
  }
  const parsed = cardSchema.safeParse(card);
  return parsed.success
    ? null
    : { subCode: 200621, why: `parse card json err: ${z.prettifyError(parsed.error)}` };
}
