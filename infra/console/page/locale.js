/** The reader's language, kept in this browser. */
import { EN, ZH } from './words.js';

const KEPT_AS = 'tocsin-lang';

function chosen() {
  const kept = localStorage.getItem(KEPT_AS);
  if (kept !== null) return kept;
  return navigator.languages
    .find((name) => /^(zh|en)/i.test(name))
    ?.toLowerCase()
    .startsWith('zh')
    ? 'zh-CN'
    : 'en';
}

export let locale = chosen();
export const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

export function setLocale(name) {
  locale = name;
  localStorage.setItem(KEPT_AS, name);
  document.documentElement.lang = name;
}

const plural = new Intl.PluralRules('en');

/** `UTC+8 (Asia/Shanghai)`: what the clocks on the page go by at `ms`. */
export function zoneName(ms) {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'shortOffset' }).formatToParts(ms);
  const offset = parts.find(({ type }) => type === 'timeZoneName')?.value.replace('GMT', 'UTC') ?? '';
  return /^UTC(\+0)?$/.test(offset) ? 'UTC' : `${offset} (${timeZone})`;
}

/** A word or sentence of the page; `{name}` is filled in, and `n` chooses between `one` and `other`. */
export function t(name, fill = {}) {
  const found = (locale === 'zh-CN' ? ZH : EN)[name] ?? EN[name] ?? name;
  const text = typeof found === 'string' ? found : (found[plural.select(fill.n)] ?? found.other);
  return text.replace(/\{(\w+)\}/g, (_, key) => String(fill[key] ?? ''));
}
