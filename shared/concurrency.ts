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
  const worker = async () => {
    for (let next = waiting.next(); !next.done; next = waiting.next()) {
      await task(next.value).catch((error: unknown) => {
        failures.push(error);
      });
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  if (failures.length > 0) throw failures[0];
}
