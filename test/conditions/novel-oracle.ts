import type { NovelEvent, NovelQuestion, Novelty } from '../../shared/conditions/novel.ts';

interface Expected {
  told: Novelty[];
  /** First sightings before the value was forgotten, delivered again. */
  once: Novelty[];
}

/** A reader of whole batches, one after the other, who forgets nothing but what the rule says; for values. */
export function arrivals({ learnMs, forgetMs }: NovelQuestion['condition']) {
  const firsts = new Map<string, NovelEvent>();
  const everFirst = new Set<string>();
  const lastSeen = new Map<string, number>();
  let start = Number.POSITIVE_INFINITY;

  const see = (event: NovelEvent) => {
    start = Math.min(start, event.at);
    const last = lastSeen.get(event.value);
    const isForgotten = last !== undefined && forgetMs !== null && event.at - last >= forgetMs;
    if (last === undefined || isForgotten) {
      firsts.set(event.value, event);
      everFirst.add(event.id);
    }
    lastSeen.set(event.value, Math.max(last ?? event.at, event.at));
  };

  return (batch: readonly NovelEvent[]): Expected => {
    for (const event of [...batch].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))) see(event);
    const told: Novelty[] = [];
    const once: Novelty[] = [];
    for (const { id, at, value } of batch) {
      if (!everFirst.has(id) || at < start + learnMs) continue;
      const list = firsts.get(value)?.id === id ? told : once;
      list.push({ value, firstSeenAt: at, eventId: id });
    }
    return { told, once };
  };
}
