import { hash } from './entries.ts';
import { type Series, seriesName } from './layout.ts';

const SERIES_MAX = 5_000;
const WRITER_LENGTH = 4;

/** Slice number → matches. */
export type Counts = Map<number, number>;

/** Where this function writes into a slice: its own items, each under a KB. */
export interface Place {
  chunk: number;
  bytes: number;
}

/** What only late writes can still change, true while the head's `late` is the same. */
export interface Closed {
  late: number;
  /** The first slice that is known. */
  from: number;
  /** What sorts before this is known. */
  upTo: string;
  /** Of slices that are closed as a whole. */
  counts: Counts;
  /** Entries of the slice that is closed in part. */
  begun: { slice: number; entries: ReadonlySet<string> };
}

/** What is known of the windows that end in `from` or later, while the period of announcing lasts. */
export interface Ceiling {
  period: number;
  /** Announced before the windows were read. */
  told: number;
  /** Matches in the fullest window, as read. */
  peak: number;
  from: number;
  /** The slice from which on it is looked at again. */
  until: number;
}

export interface SeriesMemory {
  /** Recorded partitions, as far as known. */
  shards: number;
  /** The partition this function writes to. */
  shard: number;
  /** When (ms) the head was last seen to record `shard`. */
  shardSeenAt: number | undefined;
  /** The head's `late` when it was last read. */
  late: number | undefined;
  closed: Closed | undefined;
  ceiling: Ceiling | undefined;
  /** By what the sort keys there begin with. */
  places: Map<string, Place>;
}

/** From which sizes on a busy series is read and judged in the ways that are meant for such. */
export interface CountSizes {
  /** A window of so many bytes is remembered where it is closed. */
  cachedFromBytes: number;
  /** Announcing begins where the open slices hold more bytes … */
  hotFromBytes: number;
  /** … and are written more often. */
  hotWritesPerSecond: number;
}

/** Below 4 KB a whole window costs one read unit anyway; more than two writes a second are no ordinary load. */
const SIZES: CountSizes = { cachedFromBytes: 4_096, hotFromBytes: 4_096, hotWritesPerSecond: 2 };

/**
 * What a warm function remembers of the series it counts. Losing any of it changes nothing but cost. The least recently
 * used are forgotten.
 */
export class CountMemory {
  readonly sizes: CountSizes;
  readonly #series = new Map<string, SeriesMemory>();
  #writer: string | undefined;

  constructor(sizes = SIZES) {
    this.sizes = sizes;
  }

  /** This function's name among those that write, taken from the first thing that it writes. */
  writer(seed: string): string {
    this.#writer ??= hash(seed).slice(0, WRITER_LENGTH);
    return this.#writer;
  }

  of(series: Series): SeriesMemory {
    const name = seriesName(series);
    const known = this.#series.get(name) ?? unknown();
    this.#series.delete(name);
    this.#series.set(name, known);
    if (this.#series.size > SERIES_MAX) this.#forgetOldest();
    return known;
  }

  #forgetOldest(): void {
    const [oldest] = this.#series.keys();
    if (oldest !== undefined) this.#series.delete(oldest);
  }
}

function unknown(): SeriesMemory {
  return {
    shards: 1,
    shard: 0,
    shardSeenAt: undefined,
    late: undefined,
    closed: undefined,
    ceiling: undefined,
    places: new Map(),
  };
}

/** Takes note of how many partitions are recorded, and of the one to write to. */
export function moveTo(known: SeriesMemory, shards: number, shard: number, seenAt: number): void {
  if (shard !== known.shard) known.places.clear();
  known.shards = shards;
  known.shard = shard;
  known.shardSeenAt = seenAt;
}
