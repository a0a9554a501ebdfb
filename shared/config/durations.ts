import * as z from 'zod';

/** Milliseconds of each unit, from long to short: the order in which a duration is written. */
const UNITS = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** Prometheus' form: whole numbers, units from long to short, each at most once. */
const DURATION = /^(?=\d)(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?$/;

const DURATION_EXPECTED = 'a duration such as 30s, 5m, 1h30m or 7d';

/** A year's worth of room above the longest sensible window keeps every sum exact. */
const DURATION_MS_MAX = 10 * 366 * 86_400_000;

/** Milliseconds of `30s`, `5m`, `1h30m`, `7d`; a bare `0` is zero. null where the text is no duration. */
export function parseDuration(text: string): number | null {
  if (text === '0') return 0;
  const match = DURATION.exec(text);
  if (match === null) return null;
  const total = UNITS.reduce((sum, [, unitMs], index) => sum + Number(match[index + 1] ?? 0) * unitMs, 0);
  return total <= DURATION_MS_MAX ? total : null;
}

/** The shortest writing of a whole number of milliseconds, `1h30m`; weeks are written as days, zero as `0s`. */
export function writtenDuration(durationMs: number): string {
  let rest = durationMs;
  let text = '';
  for (const [unit, unitMs] of UNITS) {
    if (unit === 'w') continue;
    const count = Math.floor(rest / unitMs);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * unitMs;
  }
  return text === '' ? '0s' : text;
}

interface DurationBounds {
  minMs?: number;
  maxMs?: number;
}

function outOfBounds(durationMs: number, { minMs, maxMs }: DurationBounds): string | null {
  if (minMs !== undefined && durationMs < minMs) return `a duration of at least ${writtenDuration(minMs)}`;
  if (maxMs !== undefined && durationMs > maxMs) return `a duration of at most ${writtenDuration(maxMs)}`;
  return null;
}

/** A duration as people write it; the output is in milliseconds. Bounds are inclusive. */
export function durationSchema(bounds: DurationBounds = {}) {
  return z
    .union([z.string(), z.literal(0)], { error: DURATION_EXPECTED })
    .meta({ description: 'A duration such as 30s, 5m, 1h30m or 7d', examples: ['30s', '5m', '1h30m'] })
    .transform((input, context) => {
      const durationMs = parseDuration(String(input));
      const expected = durationMs === null ? DURATION_EXPECTED : outOfBounds(durationMs, bounds);
      if (durationMs !== null && expected === null) return durationMs;
      context.addIssue({
        code: 'custom',
        message: `${JSON.stringify(input)} is ${durationMs === null ? 'no duration' : 'out of range'}`,
        params: { expected },
      });
      return z.NEVER;
    });
}
