export interface Entry {
  time: number;
  /** Decides between entries of one instant. */
  turn: number;
  action: () => void;
}

/** Entries by time: a binary heap. */
export class Calendar {
  readonly #heap: Entry[] = [];

  add(time: number, turn: number, action: () => void): void {
    const heap = this.#heap;
    const entry = { time, turn, action };
    let place = heap.push(entry) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isEarlier(entry, parent)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = entry;
  }

  peek(): Entry | undefined {
    return this.#heap[0];
  }

  take(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (;;) {
      const below = this.#earlierChild(place);
      const child = heap[below];
      if (child === undefined || !isEarlier(child, last)) break;
      heap[place] = child;
      place = below;
    }
    heap[place] = last;
  }

  #earlierChild(place: number): number {
    const [left, right] = [this.#heap[2 * place + 1], this.#heap[2 * place + 2]];
    if (left === undefined || right === undefined) return 2 * place + 1;
    return isEarlier(left, right) ? 2 * place + 1 : 2 * place + 2;
  }
}

function isEarlier(a: Entry, b: Entry): boolean {
  return a.time < b.time || (a.time === b.time && a.turn < b.turn);
}
