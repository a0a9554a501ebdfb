/** One card in two languages: readers see their client's, those of any other the receiver's. */
import { LOCALES, type Locale } from '../../config/model.ts';

const KEYS: Record<Locale, 'zh_cn' | 'en_us'> = { 'zh-CN': 'zh_cn', en: 'en_us' };

/** The language that the receiver did not ask for. */
export function otherLocale(locale: Locale): Locale {
  return LOCALES.find((candidate) => candidate !== locale) ?? locale;
}

/**
 * `card` in `locale`, with every text that differs in `other` given in both (Feishu, card JSON 2.0, "i18n_content").
 * Both were laid out alike; where they were not, the first stands.
 */
export function inBothLanguages<Node>(card: Node, other: unknown, locale: Locale): Node {
  if (Array.isArray(card)) {
    const others = Array.isArray(other) && other.length === card.length ? other : card;
    return card.map((node, index) => inBothLanguages(node, others[index], locale)) as Node;
  }
  if (typeof card !== 'object' || card === null || typeof other !== 'object' || other === null) return card;
  const second = other as Record<string, unknown>;
  const entries = Object.entries(card).map(([key, value]) => [
    key,
    key === 'chart_spec' ? value : inBothLanguages(value, second[key], locale),
  ]);
  return { ...Object.fromEntries(entries), ...translated(card, second, locale) };
}

function translated(node: object, other: Record<string, unknown>, locale: Locale): object {
  if (!('content' in node) || typeof node.content !== 'string' || typeof other.content !== 'string')
    return {};
  if (node.content === other.content) return {};
  return {
    i18n_content: { [KEYS[locale]]: node.content, [KEYS[otherLocale(locale)]]: other.content },
  };
}
