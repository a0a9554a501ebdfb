import type { Locale } from '../config/model.ts';
import { formatDuration } from './durations.ts';

/** That an alert begins and ends again and again. `withinMs`: the span that the transitions were counted in. */
export function flappingWords(transitions: number, withinMs: number, locale: Locale): string {
  const span = formatDuration(withinMs, locale);
  return locale === 'zh-CN'
    ? `该告警反复触发与恢复：${span}内 ${transitions} 次变化。此提示仅出现一次。`
    : `Flapping: it began and ended ${transitions} times within ${span}. This is said once.`;
}
