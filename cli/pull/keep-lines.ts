/** Writing a YAML document anew changes spaces and alignment everywhere; here lines that mean the same stay as they were. */

/** Beyond so many pairs of lines no common subsequence is looked for. */
const PAIRS_MAX = 16_000_000;

/**
 * `original` with the changes that lead from `before` to `after`: both written by the same writer, `before` from the
 * unchanged document. Where `before` has other lines than `original`, `after` as it is.
 */
export function keepLines(original: string, before: string, after: string): string {
  const [own, old, wanted] = [original, before, after].map((text) => text.split('\n')) as [
    string[],
    string[],
    string[],
  ];
  if (own.length !== old.length) return after;
  const kept = commonLines(old, wanted);
  return kept === null ? after : wanted.map((line, index) => own[kept[index] ?? -1] ?? line).join('\n');
}

/** For each line of `wanted` the line of `old` that it is (longest common subsequence); null: too much to say. */
function commonLines(old: string[], wanted: string[]): (number | undefined)[] | null {
  const shorter = Math.min(old.length, wanted.length);
  let start = 0;
  while (start < shorter && old[start] === wanted[start]) start += 1;
  let end = 0;
  while (end < shorter - start && old.at(-1 - end) === wanted.at(-1 - end)) end += 1;
  const rows = old.length - start - end;
  const columns = wanted.length - start - end;
  if (rows * columns > PAIRS_MAX) return null;
  const middle = lcs(old.slice(start, start + rows), wanted.slice(start, start + columns));
  return wanted.map((_, index) => {
    if (index < start) return index;
    if (index >= wanted.length - end) return index + old.length - wanted.length;
    const found = middle[index - start];
    return found === undefined ? undefined : found + start;
  });
}

function lcs(old: string[], wanted: string[]): (number | undefined)[] {
  const width = wanted.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1)
    for (let column = wanted.length - 1; column >= 0; column -= 1)
      lengths[row * width + column] =
        old[row] === wanted[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
  const found: (number | undefined)[] = wanted.map(() => undefined);
  for (let row = 0, column = 0; row < old.length && column < wanted.length; ) {
    if (old[row] === wanted[column]) found[column++] = row++;
    else if (at(row + 1, column) >= at(row, column + 1)) row += 1;
    else column += 1;
  }
  return found;
}
