/** The two limits of a custom bot: 5 requests in a second, 100 in a minute. */
const PER_SECOND = 5;
const PER_MINUTE = 100;

export interface RateLimit {
  /** Counts a request at this time (ms), or says which limit it exceeds. */
  take(token: string, nowMs: number): 'second' | 'minute' | null;
}

/** Limits of a bot, by its token: 5 a second and 100 a minute, of what was taken. */
export function createRateLimit(): RateLimit {
  const taken = new Map<string, number[]>();
  return {
    take(token, nowMs) {
      const times = (taken.get(token) ?? []).filter((time) => time > nowMs - 60_000);
      taken.set(token, times);
      if (times.length >= PER_MINUTE) return 'minute';
      if (times.filter((time) => time > nowMs - 1000).length >= PER_SECOND) return 'second';
      times.push(nowMs);
      return null;
    },
  };
}
