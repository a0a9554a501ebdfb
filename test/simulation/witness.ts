/** What was written down of what is to be told, seen as it was written. */
import { NOTIFICATION_PREFIX } from '../../shared/deliveries/ledger.ts';
import type { Item } from '../../shared/ports.ts';
import { isDigestGroup } from '../../shared/routing/folds.ts';
import { GROUP_PREFIX, type GroupHead } from '../../shared/routing/groups.ts';

/** A flush that told something. Times in ms, processing time. */
export interface Flush {
  sequence: number;
  /** When it was decided. */
  at: number;
  /** So long after the one before it was due. */
  intervalMs: number;
}

export class Witness {
  /** What each flush of a group decided to tell, by whoever decided. */
  readonly decisions = new Map<string, Set<string>>();
  /** The flushes of groups that keep to a rhythm, by the group and when its first was due (ms). */
  readonly rhythms = new Map<string, { begunAt: number; flushes: Flush[] }>();
  /** Plans that said something else once they were under way. */
  readonly rewritten: string[] = [];
  readonly #plans = new Map<string, string>();
  readonly #underWay = new Set<string>();

  /** A group's head, as it is once it holds what its flush decided; `now`: ms. */
  flushDecided(item: Item, now: number): void {
    const { pk, begunAt, sequence, planIds } = item;
    const flush = `${pk} begun at ${begunAt}, flush ${sequence}`;
    const decided = this.decisions.get(flush) ?? new Set();
    if (decided.size === 0) this.#noteRhythm(pk, item as unknown as GroupHead, now);
    this.decisions.set(flush, decided.add(String(planIds)));
  }

  /** Digests wait for tokens, and groups of an escalation are hurried. */
  #noteRhythm(pk: string, { begunAt, sequence, route }: GroupHead, now: number): void {
    if (isDigestGroup(pk.slice(GROUP_PREFIX.length)) || route.escalatedAfterMs !== undefined) return;
    const name = `${pk} begun at ${begunAt}`;
    const rhythm = this.rhythms.get(name) ?? { begunAt, flushes: [] };
    rhythm.flushes.push({ sequence, at: now, intervalMs: route.groupIntervalMs });
    this.rhythms.set(name, rhythm);
  }

  /** An item that was written as a whole. */
  written({ pk, sk, ttl: _ttl, ...content }: Item): void {
    if (!pk.startsWith(NOTIFICATION_PREFIX)) return;
    if (sk !== 'plan') return void this.#underWay.add(pk);
    const text = JSON.stringify(content);
    const before = this.#plans.get(pk);
    if (before !== undefined && before !== text && this.#underWay.has(pk)) this.rewritten.push(pk);
    this.#plans.set(pk, text);
  }
}
