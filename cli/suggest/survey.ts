/** What stands in logs, in one pass and bounded memory. */

import type { Level } from '../../shared/config/model.ts';
import { hasFields, parsedJson, startsLikeJson } from '../../shared/json.ts';
import type { LogBatch } from '../../shared/logs/event.ts';
import { detectLevel, isAtLeast } from '../../shared/logs/levels.ts';
import { closest, shapeOf, widened } from '../../shared/templates/drain.ts';
import { kindText } from '../../shared/templates/message.ts';
import { WindowCounts } from './windows.ts';

export const WITHIN_MS = 300_000;
const TEMPLATES_MAX = 2000;
const LABEL_VALUES_MAX = 50;
const DURATIONS_MAX = 20_000;

/** Keys of JSON messages by which services tell themselves apart, the best first. */
const SERVICE_KEYS = ['service', 'serviceName', 'service_name', 'app', 'application', 'component', 'logger'];
const DURATION_KEY = /^(?:duration|latency|elapsed|took|response_?time|request_?time)(?:_?ms|Ms|Millis)?$/;

export interface KindOfLine {
  words: readonly string[];
  level: Level | null;
  count: number;
  example: string;
  windows: WindowCounts;
}

export interface Survey {
  events: number;
  /** Times of the first and the last event, ms. */
  from: number;
  to: number;
  /** The longest time without any event, ms. */
  gapMs: number;
  levels: Map<Level, number>;
  logGroups: Set<string>;
  errorWindows: WindowCounts;
  /** Kinds of lines at WARN and above. */
  kinds: KindOfLine[];
  /** A key of JSON messages that names the service; null: there is none. */
  serviceKey: string | null;
  /** A key of JSON messages that holds how long something took, with the values seen; null: there is none. */
  duration: { key: string; values: number[] } | null;
}

export class Surveyor {
  #events = 0;
  #from = Number.POSITIVE_INFINITY;
  #to = Number.NEGATIVE_INFINITY;
  #gapMs = 0;
  #kinds = 0;
  readonly #levels = new Map<Level, number>();
  readonly #logGroups = new Set<string>();
  readonly #errorWindows = new WindowCounts(WITHIN_MS);
  readonly #leaves = new Map<string, KindOfLine[]>();
  readonly #services = new Map<string, Set<string>>();
  readonly #durations = new Map<string, number[]>();

  take({ logGroup, events }: LogBatch): void {
    this.#logGroups.add(logGroup);
    for (const { timestamp, message } of events) {
      this.#passTime(timestamp);
      const json = parsed(message);
      const level = detectLevel(message, json);
      if (level !== null) this.#levels.set(level, (this.#levels.get(level) ?? 0) + 1);
      if (level !== null && isAtLeast(level, 'ERROR')) this.#errorWindows.add(timestamp);
      if (level !== null && isAtLeast(level, 'WARN')) this.#noteKind(message, json, level, timestamp);
      if (json !== undefined) this.#noteFields(json);
    }
  }

  survey(): Survey {
    return {
      events: this.#events,
      from: this.#from,
      to: this.#to,
      gapMs: this.#gapMs,
      levels: this.#levels,
      logGroups: this.#logGroups,
      errorWindows: this.#errorWindows,
      kinds: [...this.#leaves.values()].flat().sort((a, b) => b.count - a.count),
      serviceKey: this.#serviceKey(),
      duration: this.#duration(),
    };
  }

  #passTime(time: number): void {
    this.#events += 1;
    if (this.#to > Number.NEGATIVE_INFINITY) this.#gapMs = Math.max(this.#gapMs, time - this.#to);
    this.#from = Math.min(this.#from, time);
    this.#to = Math.max(this.#to, time);
  }

  #noteKind(message: string, json: unknown, level: Level, time: number): void {
    const { leaf, words } = shapeOf(kindText(message, json));
    const kinds = this.#leaves.get(leaf) ?? [];
    const index = closest(
      kinds.map((kind) => kind.words),
      words,
    );
    let kind = kinds[index];
    if (kind === undefined) {
      if (this.#kinds >= TEMPLATES_MAX) return;
      this.#kinds += 1;
      kind = { words, level, count: 0, example: message, windows: new WindowCounts(WITHIN_MS) };
      kinds.push(kind);
      this.#leaves.set(leaf, kinds);
    }
    kind.words = widened(kind.words, words);
    kind.count += 1;
    kind.windows.add(time);
  }

  #noteFields(json: Record<string, unknown>): void {
    for (const key of SERVICE_KEYS) {
      const value = Object.hasOwn(json, key) ? json[key] : undefined;
      if (typeof value !== 'string') continue;
      const values = this.#services.get(key) ?? new Set();
      if (values.size <= LABEL_VALUES_MAX) values.add(value);
      this.#services.set(key, values);
    }
    for (const [key, value] of Object.entries(json)) {
      if (typeof value !== 'number' || !DURATION_KEY.test(key)) continue;
      const values = this.#durations.get(key) ?? [];
      if (values.length < DURATIONS_MAX) values.push(value);
      this.#durations.set(key, values);
    }
  }

  #serviceKey(): string | null {
    const isUseful = (key: string) => {
      const size = this.#services.get(key)?.size ?? 0;
      return size > 1 && size <= LABEL_VALUES_MAX;
    };
    return SERVICE_KEYS.find(isUseful) ?? null;
  }

  #duration(): Survey['duration'] {
    const [most] = [...this.#durations].sort(([, a], [, b]) => b.length - a.length);
    return most === undefined ? null : { key: most[0], values: most[1].sort((a, b) => a - b) };
  }
}

function parsed(message: string): Record<string, unknown> | undefined {
  const json = startsLikeJson(message) ? parsedJson(message) : undefined;
  return hasFields(json) ? json : undefined;
}
