/**
 * When each log group last logged and each rule last matched and fired, for people who ask whether anything happens at
 * all. A function notes the first of everything at once and then at most every five minutes, many rules to an item, so
 * that it costs next to nothing; times are event times, to within those five minutes.
 */
import type { Happening } from './happenings.ts';
import type { Table } from './ports.ts';

const PARTITION = 'activity';
const EVERY_MS = 300_000;
const KEPT_MS = 30 * 86_400_000;
/** Items of each kind; a name always stands in the same one. */
const BUCKETS = 8;
/** Names that a function remembers; beyond them it forgets all and writes anew. */
const REMEMBERED_MAX = 10_000;

/** Each item's attributes begin with what they say. */
type Kind = 'event' | 'match' | 'fired';

/** What a warm function has to note. */
export class ActivityNotes {
  readonly #pending = new Map<string, Map<string, number>>();
  readonly #writtenAt = new Map<string, number>();

  /** Rules that matched an event at that time (ms). */
  matched(rules: Iterable<string>, at: number): void {
    for (const rule of rules) this.#note('match', rule, at);
  }

  /** A log group had an event at that time (ms). */
  logged(logGroup: string, at: number): void {
    this.#note('event', logGroup, at);
  }

  take(happening: Happening): void {
    if (happening.type === 'alert' && happening.status === 'firing')
      this.#note('fired', happening.alert.ruleId, happening.alert.startsAt);
  }

  /** Writes what was not written for a while; the rest waits for the next time. `now`: ms. */
  async write(state: Table, now: number): Promise<void> {
    for (const [sk, attributes] of this.#pending) {
      const isDue = [...attributes.keys()].some((name) => (this.#writtenAt.get(name) ?? 0) + EVERY_MS <= now);
      if (!isDue) continue;
      this.#pending.delete(sk);
      for (const name of attributes.keys()) this.#writtenAt.set(name, now);
      const ttl = Math.ceil((now + KEPT_MS) / 1000);
      await state.update({ pk: PARTITION, sk }, { set: { ...Object.fromEntries(attributes), ttl } });
    }
    if (this.#writtenAt.size > REMEMBERED_MAX) this.#writtenAt.clear();
  }

  #note(kind: Kind, name: string, at: number): void {
    const sk = `${kind === 'event' ? 'groups' : 'rules'}#${bucketOf(name)}`;
    const attributes = this.#pending.get(sk) ?? new Map<string, number>();
    const attribute = `${kind}:${name}`;
    attributes.set(attribute, Math.max(attributes.get(attribute) ?? 0, at));
    this.#pending.set(sk, attributes);
  }
}

function bucketOf(name: string): number {
  let sum = 0;
  for (let at = 0; at < name.length; at += 1) sum = (sum * 31 + name.charCodeAt(at)) % 65_521;
  return sum % BUCKETS;
}

/** Event times, ms, by name. */
export interface Activity {
  /** Last events by log group. */
  event: Map<string, number>;
  /** Last matches by rule. */
  match: Map<string, number>;
  /** Beginnings of the last alerts by rule. */
  fired: Map<string, number>;
}

/** What is noted of all log groups and rules, to within five minutes. */
export async function readActivity(state: Table): Promise<Activity> {
  const activity: Activity = { event: new Map(), match: new Map(), fired: new Map() };
  for (const item of await state.query({ pk: PARTITION })) {
    for (const [attribute, value] of Object.entries(item)) {
      const [, kind, name] = /^(event|match|fired):([\s\S]+)$/.exec(attribute) ?? [];
      if (name !== undefined && typeof value === 'number') activity[kind as Kind].set(name, value);
    }
  }
  return activity;
}
