import type { Slicing } from '../count/slices.ts';

/** The slices of a window that ends at a slice's end: exactly as long as was asked. */
export function closedWindow({ windowSlices }: Slicing): number {
  return windowSlices - 1;
}

/** What the `span` slices up to one hold; those without events are left out. */
export function slicesBefore<Slice>(
  at: (slice: number) => Slice | undefined,
  slice: number,
  span: number,
): Slice[] {
  const found: Slice[] = [];
  for (let number = slice - span + 1; number <= slice; number++) {
    const measured = at(number);
    if (measured !== undefined) found.push(measured);
  }
  return found;
}
