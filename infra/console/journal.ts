/** What the functions of this process said lately, for the page: attempts of deliveries, and how much went through. */
import type { DeliveryAttempt, Happened, Happening } from '../../shared/happenings.ts';
import type { Clock } from '../../shared/ports.ts';

/** What went through in one stretch of time. */
export interface Flow {
  /** Processing time, ms. */
  at: number;
  events: number;
  matched: number;
  /** The age of the newest event when it was read, the largest of the stretch, ms. */
  lagMs: number;
}

export interface Mishap {
  /** The last time, processing time, ms. */
  at: number;
  text: string;
  times: number;
}

const ATTEMPTS_MAX = 300;
const MISHAPS_MAX = 50;
export const FLOW_MS = 5_000;
/** Half an hour. */
const FLOWS_MAX = 360;
const LINES_MAX = 200;
const LINE_LENGTH_MAX = 2_000;

export class Journal {
  readonly #clock: Clock;
  readonly #attempts: DeliveryAttempt[] = [];
  readonly #flows: Flow[] = [];
  readonly #mishaps: Mishap[] = [];
  readonly #lines: string[] = [];
  #linesRead = 0;
  readonly #totals = { events: 0, matched: 0, uncounted: 0 };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Listens to what `happened` is told. */
  around(happened: Happened): Happened {
    return (happening) => {
      this.#take(happening);
      happened(happening);
    };
  }

  /** Takes note of what failed and is tried again. */
  failed(error: unknown): void {
    this.#note(error instanceof Error ? error.message : String(error));
  }

  /** Takes note of lines as they come in. */
  read(lines: readonly string[]): void {
    this.#linesRead += lines.length;
    for (const line of lines.slice(-LINES_MAX)) this.#lines.push(line.slice(0, LINE_LENGTH_MAX));
    this.#lines.splice(0, this.#lines.length - LINES_MAX);
  }

  /** Lines that came in since so many were, as far as they are kept. */
  linesSince(count: number): { lines: string[]; count: number } {
    const fresh = Math.min(Math.max(this.#linesRead - count, 0), this.#lines.length);
    return { lines: fresh === 0 ? [] : this.#lines.slice(-fresh), count: this.#linesRead };
  }

  /** The newest first. */
  get attempts(): readonly DeliveryAttempt[] {
    return this.#attempts;
  }

  /** In time order; stretches in which nothing came are left out. */
  get flows(): readonly Flow[] {
    return this.#flows;
  }

  /** The newest first. */
  get mishaps(): readonly Mishap[] {
    return this.#mishaps;
  }

  get totals(): Readonly<{ events: number; matched: number; uncounted: number }> {
    return this.#totals;
  }

  #take(happening: Happening): void {
    switch (happening.type) {
      case 'delivery':
        this.#attempts.unshift(happening);
        this.#attempts.splice(ATTEMPTS_MAX);
        break;
      case 'events':
        this.#flow(happening);
        break;
      case 'uncounted':
        this.#totals.uncounted += happening.events;
        this.#note(`${happening.logGroup}: ${happening.events} × ${happening.reason}`);
        break;
      case 'returned':
        this.#note(`${happening.receiver}: ${happening.address}: ${happening.reason}`);
        break;
      case 'configuration':
        this.#note(`${happening.kind} ${happening.id} ${happening.path}: ${happening.reason}`);
        break;
      case 'groups-exceeded':
        this.#note(`${happening.ruleId}: more than ${happening.maxGroups} groups`);
        break;
    }
  }

  #flow({ events, matched, lagMs }: Extract<Happening, { type: 'events' }>): void {
    this.#totals.events += events;
    this.#totals.matched += matched;
    const at = Math.floor(this.#clock() / FLOW_MS) * FLOW_MS;
    const last = this.#flows.at(-1);
    if (last?.at !== at) this.#flows.push({ at, events, matched, lagMs });
    else {
      last.events += events;
      last.matched += matched;
      last.lagMs = Math.max(last.lagMs, lagMs);
    }
    if (this.#flows.length > FLOWS_MAX) this.#flows.shift();
  }

  #note(text: string): void {
    const known = this.#mishaps.findIndex((mishap) => mishap.text === text);
    const [before] = known < 0 ? [] : this.#mishaps.splice(known, 1);
    this.#mishaps.unshift({ at: this.#clock(), text, times: (before?.times ?? 0) + 1 });
    this.#mishaps.splice(MISHAPS_MAX);
  }
}
