/**
 * What was done, in figures that whoever may read the state table can see, without a metric being asked for: sums of
 * each month, and of each five minutes for two days; and the alerts that ended lately. A function notes its part soon
 * at first, then every five minutes, so that it costs next to nothing; what it had not noted when it ended is missing.
 */
import type { Happening } from './happenings.ts';
import type { Item, Table } from './ports.ts';

const PARTITION = 'usage';
const ENDED_PARTITION = 'ended';
export const STRETCH_MS = 300_000;
const FIRST_GAP_MS = 10_000;
const STRETCHES_KEPT_MS = 2 * 86_400_000;
const MONTHS_KEPT_MS = 400 * 86_400_000;
const ENDED_KEPT_MS = 86_400_000;

export interface Usage {
  batches: number;
  events: number;
  matched: number;
  /** How often a batch touched a group of a rule. */
  touched: number;
  uncounted: number;
  alerts: number;
}

type NotifiedAlert = Extract<Happening, { type: 'alert' }>['alert'];

const NOTHING: Usage = { batches: 0, events: 0, matched: 0, touched: 0, uncounted: 0, alerts: 0 };

export interface Stretch extends Usage {
  /** When it began, processing time, ms. */
  at: number;
  /** The age of the newest event when it was read, of one of its batches, ms. */
  lagMs: number;
}

/** Names an episode that has ended. */
export type Ended = Pick<NotifiedAlert, 'ruleId' | 'fingerprint' | 'startsAt' | 'endsAt'>;

/** What a warm function has to note. */
export class UsageNotes {
  #pending: Usage = { ...NOTHING };
  #lagMs = 0;
  #writtenAt = 0;
  /** Until it is written again; doubles each time. */
  #gapMs = FIRST_GAP_MS;
  /** Whose beginning is noted. */
  #month = '';
  #ended: Ended[] = [];
  readonly #isListed: (ruleId: string) => boolean;

  /** `isListed`: whether the ends of a rule's alerts are to be remembered. */
  constructor(isListed: (ruleId: string) => boolean = () => true) {
    this.#isListed = isListed;
  }

  take(happening: Happening): void {
    const sums = this.#pending;
    switch (happening.type) {
      case 'events':
        sums.batches += 1;
        sums.events += happening.events;
        sums.matched += happening.matched;
        sums.touched += happening.touched ?? 0;
        this.#lagMs = happening.lagMs;
        break;
      case 'uncounted':
        sums.uncounted += happening.events;
        break;
      case 'alert':
        if (happening.status === 'firing') sums.alerts += 1;
        else if (this.#isListed(happening.alert.ruleId)) this.#ended.push(endedOf(happening.alert));
        break;
    }
  }

  /** Writes what was not written for a while, and every alert that ended, at `now` (ms). */
  async write(state: Table, now: number): Promise<void> {
    await this.#writeEnded(state, now);
    const isIdle = Object.values(this.#pending).every((sum) => sum === 0);
    if (isIdle || now < this.#writtenAt + this.#gapMs) return;
    const [add, lagMs] = [this.#pending, this.#lagMs];
    this.#pending = { ...NOTHING };
    if (this.#writtenAt > 0) this.#gapMs = Math.min(2 * this.#gapMs, STRETCH_MS);
    this.#writtenAt = now;
    const stretch = Math.floor(now / STRETCH_MS) * STRETCH_MS;
    await state.update(
      { pk: PARTITION, sk: `at#${stretch}` },
      { add: { ...add }, set: { at: stretch, lagMs, ttl: seconds(now + STRETCHES_KEPT_MS) } },
    );
    const month = { pk: PARTITION, sk: monthKey(now) };
    await state.update(month, { add: { ...add }, set: { ttl: seconds(now + MONTHS_KEPT_MS) } });
    if (this.#month !== month.sk)
      await state.update(month, { set: { since: now } }, [[{ attribute: 'since', is: 'absent' }]]);
    this.#month = month.sk;
  }

  async #writeEnded(state: Table, now: number): Promise<void> {
    for (let alert = this.#ended.shift(); alert !== undefined; alert = this.#ended.shift()) {
      const sk = `${alert.endsAt ?? now}#${alert.ruleId}#${alert.fingerprint}`;
      await state.put({ pk: ENDED_PARTITION, sk, ...alert, ttl: seconds(now + ENDED_KEPT_MS) });
    }
  }
}

/** The sums of the month (UTC) that `now` (ms) lies in, and when they were begun with, ms; null: not yet. */
export async function monthUsage(state: Table, now: number): Promise<Usage & { since: number | null }> {
  const item = await state.get({ pk: PARTITION, sk: monthKey(now) });
  return { ...usageOf(item), since: typeof item?.since === 'number' ? item.since : null };
}

/** Stretches of five minutes since `from` (ms), in order; those in which nothing came are left out. */
export async function stretchesSince(state: Table, from: number): Promise<Stretch[]> {
  const items = await state.query({ pk: PARTITION, from: `at#${from}`, to: 'at$' });
  return items.map((item) => ({ ...usageOf(item), at: Number(item.at), lagMs: Number(item.lagMs) }));
}

/** Alerts that ended within a day, the newest first. */
export async function endedLately(state: Table, limit: number): Promise<Ended[]> {
  const items = await state.query({ pk: ENDED_PARTITION, descending: true, limit });
  return items.map((item) => ({
    ruleId: String(item.ruleId),
    fingerprint: String(item.fingerprint),
    startsAt: Number(item.startsAt),
    endsAt: Number(item.endsAt),
  }));
}

function endedOf({ ruleId, fingerprint, startsAt, endsAt }: NotifiedAlert): Ended {
  return { ruleId, fingerprint, startsAt, endsAt };
}

function usageOf(item: Item | undefined): Usage {
  const names = Object.keys(NOTHING) as (keyof Usage)[];
  return Object.fromEntries(names.map((name) => [name, Number(item?.[name] ?? 0)])) as unknown as Usage;
}

function monthKey(now: number): string {
  return `month#${new Date(now).toISOString().slice(0, 7)}`;
}

function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
