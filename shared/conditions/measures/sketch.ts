/**
 * A quantile sketch with a relative error of at most 1 %: numbers fall into buckets whose bounds grow geometrically,
 * and sketches merge by adding buckets. After Masson, Rim and Lee, "DDSketch: A fast and fully-mergeable quantile
 * sketch with relative-error guarantees" (VLDB 2019). As long as it lives in a table beside exact counts, it is a map
 * of bucket to number and nothing more.
 */

/** The promised relative error. */
const RELATIVE_ERROR = 0.01;
const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const LOG_GAMMA = Math.log(GAMMA);
/** Below this a number counts as 0. */
const SMALLEST = 1e-9;
const ZERO = '0';

/** Bucket → numbers in it. `p17`: positive; `n17`: negative; `0`. */
export type Sketch = Map<string, number>;

/** The bucket that a number falls into. */
export function bucketOf(value: number): string {
  const size = Math.abs(value);
  if (size < SMALLEST) return ZERO;
  const index = Math.ceil(Math.log(size) / LOG_GAMMA);
  return `${value > 0 ? 'p' : 'n'}${index}`;
}

/** The number that stands for all in a bucket: within 1 % of each. */
export function middleOf(bucket: string): number {
  if (bucket === ZERO) return 0;
  const middle = (2 * GAMMA ** Number(bucket.slice(1))) / (GAMMA + 1);
  return bucket.startsWith('p') ? middle : -middle;
}

/**
 * The number at a quantile (0 to 1, nearest rank): within 1 % of the true one; undefined where there is none.
 */
export function quantile(sketch: Sketch, share: number): number | undefined {
  const buckets = [...sketch].map(([bucket, count]) => ({ middle: middleOf(bucket), count }));
  buckets.sort((a, b) => a.middle - b.middle);
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  const rank = Math.max(1, Math.ceil(share * total));
  let passed = 0;
  for (const { middle, count } of buckets) {
    passed += count;
    if (passed >= rank) return middle;
  }
  return undefined;
}
