import type { Locale, Unit } from '../config/model.ts';
import { formatDuration } from './durations.ts';

const BYTE_UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;

/** By the digits after the point: a new formatter takes longer than what it writes. */
const formatters = new Map<number, Intl.NumberFormat>();

function formatterOf(fractionDigits: number): Intl.NumberFormat {
  const known = formatters.get(fractionDigits);
  if (known !== undefined) return known;
  const formatter = new Intl.NumberFormat('en', { maximumFractionDigits: fractionDigits });
  formatters.set(fractionDigits, formatter);
  return formatter;
}

/** A number as people read it: thousands grouped, at most `fractionDigits` (2) digits after the point. */
export function formatNumber(value: number, fractionDigits = 2): string {
  if (!Number.isFinite(value)) return String(value);
  return formatterOf(fractionDigits).format(value);
}

/** Bytes in the unit that leaves fewest digits; KB = 1000 as in the configuration. */
function formatBytes(bytes: number): string {
  const size = Math.abs(bytes);
  const step = size < 1 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(size) / 3));
  return `${formatNumber(bytes / 1000 ** step)} ${BYTE_UNITS[step]}`;
}

function formatMilliseconds(ms: number, locale: Locale): string {
  if (Math.abs(ms) >= 60_000) return formatDuration(ms, locale);
  const [amount, en, zh] = Math.abs(ms) >= 1000 ? [ms / 1000, 's', '秒'] : [ms, 'ms', '毫秒'];
  return locale === 'en' ? `${formatNumber(amount)}${en}` : `${formatNumber(amount)} ${zh}`;
}

const TIME_UNITS: Record<number, { en: string; zh: string }> = {
  0.001: { en: 'µs', zh: '微秒' },
  1: { en: 'ms', zh: '毫秒' },
  1000: { en: 's', zh: '秒' },
};

const SIZE_UNITS: Record<number, string> = {
  1: 'B',
  1e3: 'KB',
  1e6: 'MB',
  1e9: 'GB',
  1e12: 'TB',
  1024: 'KiB',
  1048576: 'MiB',
  1073741824: 'GiB',
};

/** Beyond so many of a unit a larger one reads better. */
const OF_ONE_UNIT_MAX = 100_000;

/**
 * A measured value, given in the base unit of its kind, in the unit that its threshold is written in: compared with
 * `> 800ms`, 1234 reads `1,234ms`.
 */
export function formatAsWritten(
  value: number,
  { unit, scale }: { unit: Unit; scale: number },
  locale: Locale,
): string {
  const amount = value / scale;
  const fits = Math.abs(amount) < OF_ONE_UNIT_MAX && (value === 0 || Math.abs(amount) >= 0.01);
  const [time, size] = [TIME_UNITS[scale], SIZE_UNITS[scale]];
  if (fits && unit === 'duration' && time !== undefined) {
    return locale === 'en' ? `${formatNumber(amount)}${time.en}` : `${formatNumber(amount)} ${time.zh}`;
  }
  if (fits && unit === 'bytes' && size !== undefined) return `${formatNumber(amount)} ${size}`;
  return formatMeasure(value, unit, locale);
}

/** A measured value, given in the base unit of its kind (ms, bytes, a fraction), with its unit. */
export function formatMeasure(value: number, unit: Unit, locale: Locale): string {
  switch (unit) {
    case 'none':
      return formatNumber(value);
    case 'ratio':
      return `${formatNumber(value * 100)}%`;
    case 'multiple':
      return `${formatNumber(value)}×`;
    case 'bytes':
      return formatBytes(value);
    case 'duration':
      return formatMilliseconds(value, locale);
  }
}
