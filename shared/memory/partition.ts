import type { Item } from '../ports.ts';

/** The items of one partition key, in the order of their sort keys. */
export class Partition {
  readonly #items = new Map<string, Item>();
  readonly #sortKeys: string[] = [];

  get isEmpty(): boolean {
    return this.#items.size === 0;
  }

  get(sk: string): Item | undefined {
    return this.#items.get(sk);
  }

  set(item: Item): void {
    if (!this.#items.has(item.sk)) this.#sortKeys.splice(this.#place(item.sk), 0, item.sk);
    this.#items.set(item.sk, item);
  }

  delete(sk: string): void {
    if (this.#items.delete(sk)) this.#sortKeys.splice(this.#place(sk), 1);
  }

  /** Items from `from` to `to`, both included; without bounds all of them. */
  range(from = '', to?: string): Item[] {
    const found: Item[] = [];
    for (let place = this.#place(from); place < this.#sortKeys.length; place++) {
      const sk = this.#sortKeys[place] ?? '';
      if (to !== undefined && sk > to) break;
      const item = this.#items.get(sk);
      if (item !== undefined) found.push(item);
    }
    return found;
  }

  /** Where a sort key stands, or would. */
  #place(sk: string): number {
    let low = 0;
    let high = this.#sortKeys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sortKeys[middle] ?? '') < sk) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
