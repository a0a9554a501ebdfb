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

/** Milliseconds of the units that people write besides. */
const OTHER_UNITS: [form: RegExp, unitMs: number][] = [
  [/^(?:ms|milli.*|毫秒)$/i, 1],
  [/^(?:s|secs?|seconds?|秒钟?)$/i, 1_000],
  [/^(?:m|mins?|minutes?|分钟?)$/i, 60_000],
  [/^(?:h|hrs?|hours?|小时|时)$/i, 3_600_000],
  [/^(?:d|days?|天|日)$/i, 86_400_000],
  [/^(?:w|weeks?|周|星期)$/i, 604_800_000],
];

/** What was probably meant by `5 min`, `1.5h`, `PT5M`, `5分钟`; null where nobody can tell. */
function meantDuration(text: string): string | null {
  const written = text.replace(/^PT?(?=\d)|\s|(?<=\dD)T/gi, '');
  const parts = [...written.matchAll(/(\d+(?:\.\d+)?)([^\d.]+)/g)];
  if (parts.map(([part]) => part).join('') !== written) return null;
  const total = parts.reduce((sum, [, count = '', unit = '']) => {
    const unitMs = OTHER_UNITS.find(([form]) => form.test(unit))?.[1] ?? Number.NaN;
    return sum + Number(count) * unitMs;
  }, 0);
  const isSensible = Number.isSafeInteger(total) && total > 0 && total <= DURATION_MS_MAX;
  return isSensible ? writtenDuration(total) : null;
}

/** What is expected in the place of a text or a number that is no duration. */
function durationExpected(input: unknown): string {
  if (typeof input === 'string') return meantDuration(input) ?? DURATION_EXPECTED;
  if (typeof input !== 'number' || !Number.isSafeInteger(input) || input <= 0) return DURATION_EXPECTED;
  return `a duration such as ${input}s or ${input}m`;
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
    .union([z.string(), z.literal(0)], { error: ({ input }) => durationExpected(input) })
    .meta({ description: 'A duration such as 30s, 5m, 1h30m or 7d', examples: ['30s', '5m', '1h30m'] })
    .transform((input, context) => {
      const durationMs = parseDuration(String(input));
      const expected = durationMs === null ? durationExpected(input) : outOfBounds(durationMs, bounds);
      if (durationMs !== null && expected === null) return durationMs;
      context.addIssue({
        code: 'custom',
        message: `${JSON.stringify(input)} is ${durationMs === null ? 'no duration' : 'out of range'}`,
        params: { expected },
      });
      return z.NEVER;
    });
}
