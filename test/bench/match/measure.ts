/** Runs several ways of doing the same in turn, so that what else the machine does meets all of them alike. */
const ROUNDS = 7;

/** Milliseconds of the fastest round of each way; other work on the machine only ever adds time. */
export function measureSideBySide<Name extends string>(
  ways: Record<Name, () => unknown>,
): Record<Name, number> {
  const names = Object.keys(ways) as Name[];
  const best = Object.fromEntries(names.map((name) => [name, Number.POSITIVE_INFINITY])) as Record<
    Name,
    number
  >;
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of names) {
      const started = process.hrtime.bigint();
      ways[name]();
      const tookMs = Number(process.hrtime.bigint() - started) / 1e6;
      // The first round warms up.
      if (round > 0) best[name] = Math.min(best[name], tookMs);
    }
  }
  return best;
}

/** `1.23 M/s`, `45 k/s`. */
export function rate(events: number, ms: number): string {
  const perSecond = (events / ms) * 1000;
  return perSecond >= 1e6 ? `${(perSecond / 1e6).toFixed(2)} M/s` : `${Math.round(perSecond / 1e3)} k/s`;
}

export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}
