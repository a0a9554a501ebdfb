/**
 * Runs `task` for every item, at most `limit` at a time, in order of arrival. One failure does not keep the others
 * from running; afterwards the first one is thrown.
 */
export async function forEachConcurrently<Item>(
  items: Iterable<Item>,
  limit: number,
  task: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items[Symbol.iterator]();
  const failures: unknown[] = [];
  const workers: Promise<void>[] = [];
  while (workers.length < limit) {
    const next = waiting.next();
    if (next.done) break;
    workers.push(work(next.value, waiting, task, failures));
  }
  await Promise.all(workers);
  if (failures.length > 0) throw failures[0];
}

/** What each task answers, in the order of the items. @throws the first error, once all are done */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  limit: number,
  task: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  await forEachConcurrently(items.entries(), limit, async ([index, item]) => {
    results[index] = await task(item);
  });
  return results;
}

/** Does one task after the other, the first and those that wait, and gathers what they throw. */
async function work<Item>(
  first: Item,
  waiting: Iterator<Item>,
  task: (item: Item) => Promise<void>,
  failures: unknown[],
): Promise<void> {
  let next: IteratorResult<Item> = { done: false, value: first };
  for (; !next.done; next = waiting.next()) {
    try {
      await task(next.value);
    } catch (error) {
      failures.push(error);
    }
  }
}
