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

/** A word or sentence of the page; `{name}` is filled in. */
export function t(name, fill = {}) {
  const text = (locale === 'zh-CN' ? ZH : EN)[name] ?? EN[name] ?? name;
  return text.replace(/\{(\w+)\}/g, (_, key) => String(fill[key] ?? ''));
}
