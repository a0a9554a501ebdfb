/** Times for people, by the clock of the place that is shown. */
import { locale, t } from './locale.js';

let offsetMs = 0;

/** The place's clock says so (ms). */
export function setClock(now) {
  offsetMs = now - Date.now();
}

export function now() {
  return Date.now() + offsetMs;
}

const two = (number) => String(number).padStart(2, '0');

/** `10:02:05`, with the date in front where it is another day. */
export function moment(ms) {
  const at = new Date(ms);
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return at.toDateString() === new Date(now()).toDateString()
    ? clock
    : `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock}`;
}

const TEN_MINUTES = 600_000;

/** The two ends of an axis: `10:02`, with seconds where it is short, with the day where it is not one day's. */
export function ends(from, to) {
  const [first, last] = [new Date(from), new Date(to)];
  const isShort = to - from < TEN_MINUTES;
  const isOneDay = first.toDateString() === last.toDateString();
  return [first, last].map((at) => {
    const day = isOneDay ? '' : `${two(at.getMonth() + 1)}-${two(at.getDate())} `;
    const second = isShort ? `:${two(at.getSeconds())}` : '';
    return `${day}${two(at.getHours())}:${two(at.getMinutes())}${second}`;
  });
}

/** Functions note what they saw every five minutes at most: nothing finer is told. */
const NOTED_EVERY_MS = 300_000;

/** How long ago something was that is noted so. */
export function ago(ms) {
  const passed = now() - ms;
  if (passed < NOTED_EVERY_MS) return t('justNow');
  return t('ago', { time: span(passed - (passed % 60_000)) });
}

const UNITS = [
  ['d', '天', 86_400_000],
  ['h', '小时', 3_600_000],
  ['m', '分钟', 60_000],
  ['s', '秒', 1_000],
];

/** `3m 20s`, `3 分钟 20 秒`: the two largest units. */
export function span(ms) {
  let rest = Math.max(0, ms);
  const parts = [];
  for (const [en, zh, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(locale === 'zh-CN' ? `${count} ${zh}` : `${count}${en}`);
    if (parts.length === 2 || (parts.length === 1 && count === 0)) break;
  }
  return parts.join(' ') || (locale === 'zh-CN' ? '0 秒' : '0s');
}
