import type { Locale } from '../config/model.ts';

const UNITS: readonly { ms: number; en: string; zh: string }[] = [
  { ms: 86_400_000, en: 'd', zh: '天' },
  { ms: 3_600_000, en: 'h', zh: '小时' },
  { ms: 60_000, en: 'm', zh: '分钟' },
  { ms: 1000, en: 's', zh: '秒' },
  { ms: 1, en: 'ms', zh: '毫秒' },
];

/**
 * A length of time in its two largest units: `1h 30m`, `1 小时 30 分钟`. Fractions of a millisecond are rounded,
 * negative lengths read as zero.
 */
export function formatDuration(ms: number, locale: Locale): string {
  let rest = Math.max(0, Math.round(ms));
  const parts: string[] = [];
  for (const unit of UNITS) {
    const amount = Math.floor(rest / unit.ms);
    if (amount === 0) continue;
    // Milliseconds only matter where there is nothing larger than a second.
    if (unit.en === 'ms' && parts.length > 0 && ms >= 60_000) break;
    rest -= amount * unit.ms;
    parts.push(locale === 'en' ? `${amount}${unit.en}` : `${amount} ${unit.zh}`);
    if (parts.length === 2) break;
  }
  if (parts.length === 0) return locale === 'en' ? '0s' : '0 秒';
  return parts.join(' ');
}

/** How long something lasted: fractions of a second only matter below one. */
export function formatLasted(ms: number, locale: Locale): string {
  return formatDuration(ms < 1000 ? ms : Math.round(ms / 1000) * 1000, locale);
}
