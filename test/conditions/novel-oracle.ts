import type { NovelEvent, NovelQuestion, Novelty } from '../../shared/conditions/novel.ts';

interface Known {
  first: NovelEvent;
  lastSeen: number;
  isUntold: boolean;
}

/** What is told of a novelty, whichever event brought it. */
export type News = Omit<Novelty, 'seenIn'>;

/**
 * A reader of whole batches, one after the other, who forgets nothing but what the rule says; for values. It answers
 * what is to be told with a batch; where that `fails`, it stays to be told.
 */
export function arrivals({ learnMs, forgetMs }: NovelQuestion['condition']) {
  const known = new Map<string, Known>();
  let start = Number.POSITIVE_INFINITY;

  const see = (event: NovelEvent) => {
    start = Math.min(start, event.at);
    const before = known.get(event.value);
    if (before === undefined || (forgetMs !== null && event.at - before.lastSeen >= forgetMs)) {
      known.set(event.value, { first: event, lastSeen: event.at, isUntold: event.at >= start + learnMs });
    } else before.lastSeen = Math.max(before.lastSeen, event.at);
  };

  return (batch: readonly NovelEvent[], fails: boolean): News[] => {
    for (const event of [...batch].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))) see(event);
    const news: News[] = [];
    for (const value of new Set(batch.map((event) => event.value))) {
      const found = known.get(value);
      if (found?.isUntold !== true) continue;
      found.isUntold = fails;
      news.push({ value, firstSeenAt: found.first.at, eventId: found.first.id });
    }
    return news.sort((a, b) => a.firstSeenAt - b.firstSeenAt || (a.value < b.value ? -1 : 1));
  };
}
