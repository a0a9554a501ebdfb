/**
 * Changes that lead from one word to the other: insert, delete or replace a character, or swap two neighbours
 * (optimal string alignment distance).
 */
function distance(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const swaps = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const swapped = swaps ? (before[j - 2] ?? 0) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[to.length] ?? 0;
}

const LENGTH_MAX = 64;

/** Case, hyphens and underscores are no difference: `group_by` is `groupBy`. */
function plain(word: string): string {
  return word.slice(0, LENGTH_MAX).toLowerCase().replace(/[-_]/g, '');
}

/** Keys of this format by what other tools call them. */
const OTHER_NAMES: Record<string, string> = {
  and: 'all',
  or: 'any',
  lark: 'feishu',
  dingding: 'dingtalk',
  wechat: 'wecom',
  weixin: 'wecom',
  wework: 'wecom',
  mail: 'email',
  match: 'matchers',
  matchre: 'matchers',
  timezone: 'location',
  window: 'within',
  interval: 'within',
  filter: 'match',
  level: 'severity',
};

/** The key that was probably meant by one that is not known here; null where nobody can tell. */
export function meantKey(key: string, known: readonly string[]): string | null {
  const other = OTHER_NAMES[plain(key)];
  const isKnown = other !== undefined && Object.hasOwn(OTHER_NAMES, plain(key)) && known.includes(other);
  return isKnown ? other : nearest(key, known);
}

/** The candidates, the nearest to `word` first. */
export function byNearness(word: string, candidates: readonly string[]): string[] {
  const scored = candidates.map((candidate) => ({
    candidate,
    score: distance(plain(word), plain(candidate)),
  }));
  return scored.sort((a, b) => a.score - b.score).map(({ candidate }) => candidate);
}

/** The nearest candidate, or null where none is so near that it was probably meant. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const [best] = byNearness(word, candidates);
  if (best === undefined) return null;
  const allowed = Math.max(1, Math.floor(Math.max(word.length, best.length) / 3));
  return distance(plain(word), plain(best)) <= allowed ? best : null;
}
