import type { NotifiedAlert } from '../../../shared/alerts/notification.ts';
import type { Locale } from '../../../shared/config/model.ts';
import { describeCondition } from '../../../shared/text/condition.ts';
import { escapeHtml } from '../../../shared/text/html.ts';
import { formatTime } from '../../../shared/text/times.ts';
import { severityWord, word } from '../../../shared/text/words.ts';
import { PAGE_STYLE } from '../feishu/page-style.ts';
import type { ItemState } from './overview.ts';

const WORDS = {
  en: {
    title: 'tocsin on this machine',
    firing: 'Firing now',
    quiet: 'Nothing fires.',
    rules: 'Rules',
    noRules: 'There are no rules yet.',
    ok: 'in force',
    stale: 'broken; its last good version is in force',
    broken: 'broken; it never worked',
    since: 'since',
    cards: 'Feishu cards',
    mails: 'Mails',
    other: '中文',
  },
  'zh-CN': {
    title: '本机上的 tocsin',
    firing: '正在告警',
    quiet: '当前没有告警。',
    rules: '规则',
    noRules: '还没有规则。',
    ok: '已生效',
    stale: '有错误，仍使用上一个正确的版本',
    broken: '有错误，从未生效',
    since: '开始于',
    cards: '飞书卡片',
    mails: '邮件',
    other: 'English',
  },
} as const;

const COLOURS = { critical: 'red', error: 'orange', warning: 'yellow', info: 'blue' } as const;

export interface ConsoleView {
  /** What fires, each with the address of its page. */
  alerts: { alert: NotifiedAlert; url: string }[];
  items: ItemState[];
  links: { cards: string; mails: string };
  locale: Locale;
  timeZone: string;
}

/** The console's page; everything that came from a log or from people is escaped. */
export function consoleHtml(view: ConsoleView): string {
  const { locale, links, alerts, items } = view;
  const words = WORDS[locale];
  const other = locale === 'en' ? 'zh-CN' : 'en';
  const firing = alerts.map(({ alert, url }) => alertHtml(alert, url, view)).join('');
  const rules = items.map((item) => itemHtml(item, locale)).join('');
  return (
    `<!DOCTYPE html><html lang="${locale}"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="refresh" content="5">` +
    `<title>${words.title}</title><style>${PAGE_STYLE}h2{font-size:14px;margin:24px 0 8px}</style></head><body>` +
    `<div class="top"><h1>${words.title}</h1><p><a href="${links.cards}">${words.cards}</a> · <a href="${links.mails}">${words.mails}</a></p>` +
    `<a href="/?lang=${other}" lang="${other}">${words.other}</a></div><main>` +
    `<h2>${words.firing}</h2>${firing || `<p class="empty">${words.quiet}</p>`}` +
    `<h2>${words.rules}</h2>${rules || `<p class="empty">${words.noRules}</p>`}</main></body></html>`
  );
}

function alertHtml(alert: NotifiedAlert, url: string, { locale, timeZone }: ConsoleView): string {
  const labels = Object.entries(alert.labels).filter(([name]) => name !== 'rule' && name !== 'severity');
  const told = labels.map(([name, value]) => `${name}: ${value}`).join(' · ');
  const since = `${WORDS[locale].since} ${formatTime(alert.startsAt, timeZone)}`;
  return (
    `<article class="message"><div class="bubble"><div class="head ${COLOURS[alert.severity]}">` +
    `<span class="tag">${severityWord(alert.severity, locale)}</span><span class="title">${escapeHtml(alert.title)}</span>` +
    `<div class="subtitle">${escapeHtml(told)}</div></div><div class="body"><div>${escapeHtml(describeCondition(alert.condition, locale))}</div>` +
    `<div class="meta">${escapeHtml(since)}</div><div><a class="button" href="${escapeHtml(`${url}?lang=${locale}`)}">${escapeHtml(word('alertPage', locale))}</a></div></div></div></article>`
  );
}

function itemHtml({ kind, id, state, problems }: ItemState, locale: Locale): string {
  const colour = { ok: 'green', stale: 'orange', broken: 'red' }[state];
  const why = problems.map(
    ({ path, message }) => `<div class="refused">${escapeHtml(`${path}: ${message}`)}</div>`,
  );
  const name = kind === 'rule' ? id : `${kind} ${id}`;
  return `<div class="meta"><b>${escapeHtml(name)}</b><span class="tag ${colour}">${WORDS[locale][state]}</span></div>${why.join('')}`;
}
