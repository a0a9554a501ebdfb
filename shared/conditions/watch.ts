/**
 * A watch: what has to be looked at as time goes by, for one rule and group. Whoever records events makes sure that the
 * watch stands in the due index; the evaluator finds it there, judges what is over, and takes it out again once nothing
 * is left that could come to hold. A warm function that knows when it is due does not ask before that.
 *
 * The evaluator writes down that it looks, and how far, before it reads. Who has recorded events reads that afterwards:
 * others than those beyond it may have come too late for a look that had begun, are noted as touched, and their windows
 * are judged again; those beyond it will be read by whoever looks next, and while a look is under way somebody is to: it
 * may have read before they came, and find nothing left to wait for. A note is forgotten, and a watch taken out, only
 * where no other note was made meanwhile (`notes`). Nobody looks before a watch is due: warm functions rely on it.
 *
 * Who relies on a watch has seen to it that it carries the revision of the rule that he knows, or a newer one: who
 * knows an older one may go on with it where it counts the same, and neither replaces it nor takes it out.
 */

import { SKEW_MS } from '../count/slices.ts';
import { DUE_ATTRIBUTES, dueAt } from '../due.ts';
import type { ExampleLine, LogSource } from '../logs/example.ts';
import type { Change, Clause, Clock, Item, Key, Table, Value } from '../ports.ts';
import { isOvertaken, type RuleVersion, writtenUpTo } from '../revision.ts';
import { stored, storedFields } from '../stored.ts';

export interface Watch extends RuleVersion {
  groupLabels: Record<string, string>;
  /** Where its events come from; null where none has come yet. */
  source: LogSource | null;
  /** The latest lines that were seen when it was written. */
  lines: ExampleLine[];
  /** The earliest event known, event time, ms; for a watch without events, when it began. */
  firstAt: number;
  /** Windows that end up to here were judged, event time, ms. */
  judgedTo: number;
  /** Windows that end up to here may have been read, by a look that has begun, event time, ms. */
  lookingTo: number;
  /** A look has begun and not ended; absent: none has, or what came meanwhile is noted. */
  looking?: true;
  /** The earliest event that came after its windows were judged, ms; absent: none did. */
  touchedFrom?: number;
  /** Grows with every such note. */
  notes: number;
  /** Windows that stay out of baselines, by clause. */
  excluded: Record<string, number[]>;
  /** The last match of a condition that waits for one, event time, ms. */
  lastAt?: number;
  /** The last event that ended the wait, event time, ms. */
  endedAt?: number;
  /** Since when a match has been absent, event time, ms; absent: since never. */
  absentSince?: number;
  /** The first match after that, event time, ms. */
  returnedAt?: number;
  /** Absences after that which are over too, before anybody came round to telling the first: event time, ms. */
  furtherAbsences?: Absence[];
  /** Since when windows hold that do not fire yet, event time, ms; absent: none do. */
  pendingSince?: number;
  /** When it is to be looked at, ms, processing time; absent: when events come. */
  dueAt?: number;
}

/** A match was missed from one time to another (event time, ms). */
export type Absence = { from: number; to: number };

export const WATCH_PREFIX = 'watch#';
/** What nobody has armed for so long (ms) is forgotten. */
const KEPT_MS = 40 * 86_400_000;
const SERIES_MAX = 20_000;

/** The watch of a rule's windows for one group, or of one clause of it that waits for something to come. */
export function watchKey(ruleId: string, fingerprint: string, clause?: number): Key {
  const sk = clause === undefined ? WINDOWS : `${CLAUSE}${clause}`;
  return { pk: `${WATCH_PREFIX}${ruleId}#${fingerprint}`, sk };
}
const WINDOWS = 'windows';
const CLAUSE = 'clause#';

/** What a watch's key names; `clause` is null where it watches windows. */
export function watchedBy({ pk, sk }: Key): { ruleId: string; fingerprint: string; clause: number | null } {
  const [, ruleId = '', fingerprint = ''] = pk.split('#');
  return { ruleId, fingerprint, clause: sk === WINDOWS ? null : Number(sk.slice(CLAUSE.length)) };
}

/** What a warm function knows of watches; losing it costs a write. */
export class WatchMemory {
  readonly #known = new Map<string, { generation: string; dueAt: number; newFrom: number }>();

  /** Whether nobody looks before the watch is due, and events from `at` (ms, event time) on will be seen then. */
  isArmed({ pk }: Key, generation: string, at: number, now: number): boolean {
    const known = this.#known.get(pk);
    return known?.generation === generation && known.dueAt > now + SKEW_MS && known.newFrom <= at;
  }

  note({ pk }: Key, watch: Watch): void {
    const { generation, dueAt = 0 } = watch;
    this.#known.delete(pk);
    this.#known.set(pk, { generation, dueAt, newFrom: seenBefore(watch) });
    const [oldest] = this.#known.keys();
    if (this.#known.size > SERIES_MAX && oldest !== undefined) this.#known.delete(oldest);
  }
}

export interface WatchContext {
  table: Table;
  clock: Clock;
  memory: WatchMemory;
}

/** What a batch says of a watch. */
export interface Seen extends RuleVersion {
  groupLabels: Record<string, string>;
  source: LogSource;
  /** The latest lines of the series; only asked for where they are written. */
  lines: () => ExampleLine[];
  /** The earliest and the latest recorded event, event time, ms. */
  from: number;
  /** When the first of them can be judged, ms, processing time. */
  dueAt: number;
}

/** Makes sure that recorded events will be judged. Call it after they were recorded. */
export async function armWatch(context: WatchContext, key: Key, seen: Seen): Promise<void> {
  const { memory, clock } = context;
  if (memory.isArmed(key, seen.generation, seen.from, clock())) return;
  const watch = await keepArmed(context, key, seen);
  if (watch === 'overtaken') return;
  if (seen.from < seenBefore(watch)) await noteTouched(context.table, key, seen);
  // Where the look has ended meanwhile, nobody may look again.
  else if (watch.looking === true && !(await noteUnread(context.table, key, seen)))
    return await armWatch(context, key, seen);
  memory.note(key, watch);
}

/** Events before this (ms, event time) are news to a watch: nobody would look there again. */
function seenBefore({ firstAt, lookingTo }: Watch): number {
  return Math.max(firstAt, lookingTo);
}

async function keepArmed(context: WatchContext, key: Key, seen: Seen): Promise<Watch | 'overtaken'> {
  const { table } = context;
  const { generation, revision, groupLabels, source, from, dueAt: at } = seen;
  const known = await ownWatch(table, key, seen);
  if (known === 'overtaken') return known;
  if (known !== undefined) {
    // It is due when the next window is over, and these events lie in that one or later, unless they are late.
    if (known.dueAt !== undefined) return known;
    const armed = await table.update(key, armedBy(key, known, seen), [unchanged(known)]);
    return armed === undefined ? await keepArmed(context, key, seen) : watchOf(armed);
  }
  const begins = { firstAt: from, judgedTo: from, lookingTo: from, notes: 0, excluded: {} };
  const watch: Watch = { generation, revision, groupLabels, source, lines: seen.lines(), ...begins };
  const begun = await beginWatch(table, key, watch, at);
  return begun ? { ...watch, dueAt: at } : await keepArmed(context, key, seen);
}

/**
 * The watch of a rule as the caller knows it, which carries his revision from then on, or a newer one. Undefined: there
 * is none, or what is left of an older rule, which a new watch replaces.
 */
export async function ownWatch(
  table: Table,
  key: Key,
  rule: RuleVersion,
): Promise<Watch | 'overtaken' | undefined> {
  const known = await loadWatch(table, key);
  if (known === undefined) return undefined;
  if (known.generation !== rule.generation) return isOvertaken(rule, known) ? 'overtaken' : undefined;
  return (await keepOwn(table, key, known, rule)) ?? (await ownWatch(table, key, rule));
}

/** Lets a watch carry the revision of its rule; undefined: another has taken its place. */
export async function keepOwn(
  table: Table,
  key: Key,
  watch: Watch,
  { generation, revision }: RuleVersion,
): Promise<Watch | undefined> {
  if (watch.revision >= revision) return watch;
  const same: Clause = { attribute: 'generation', is: '=', value: generation };
  const older = writtenUpTo(revision).map((clause) => [same, clause]);
  const kept = await table.update(key, { set: { revision } }, older);
  return kept === undefined ? undefined : watchOf(kept);
}

/** Writes a new watch in the place of none, or of an older rule's; false: that is not what stands there. */
export async function beginWatch(table: Table, key: Key, watch: Watch, at: number): Promise<boolean> {
  const item = { ...key, ...storedFields(watch), ...dueAt(key, at) };
  const other: Clause = { attribute: 'generation', is: '!=', value: watch.generation };
  return await table.put(item, [
    [{ attribute: 'pk', is: 'absent' }],
    ...writtenUpTo(watch.revision).map((clause) => [other, clause]),
  ]);
}

/** Where nobody had anything to look at, what lies between that and these events need not be judged. */
function armedBy(key: Key, known: Watch, { lines: latest, source, from, dueAt: at }: Seen): Change {
  const lines = latest();
  const set: Record<string, Value> = { ...dueAt(key, at), source: stored(source) };
  if (lines.length > 0) set.lines = stored(lines);
  if (known.dueAt === undefined) {
    set.judgedTo = Math.max(known.judgedTo, from);
    set.lookingTo = Math.max(known.lookingTo, from);
  }
  return { set, remove: ['ttl', 'looking'] };
}

/** Nobody armed or touched the watch, nor put another in its place. */
function unchanged({ generation, notes, dueAt: at }: Watch): Clause[] {
  return [
    { attribute: 'generation', is: '=', value: generation },
    { attribute: 'notes', is: '=', value: notes },
    at === undefined ? { attribute: 'dueAt', is: 'absent' } : { attribute: 'dueAt', is: '=', value: at },
  ];
}

async function noteTouched(table: Table, key: Key, seen: Seen): Promise<void> {
  const { generation, from, dueAt: at } = seen;
  const same = { attribute: 'generation', is: '=' as const, value: generation };
  const set = { touchedFrom: from, ...dueAt(key, at) };
  const earliest = await table.update(key, { set, remove: ['ttl', 'looking'], add: { notes: 1 } }, [
    [same, { attribute: 'touchedFrom', is: 'absent' }],
    [same, { attribute: 'touchedFrom', is: '>', value: from }],
  ]);
  if (earliest !== undefined) return;
  const covered = [[same, { attribute: 'touchedFrom', is: '<=' as const, value: from }]];
  if ((await table.update(key, { add: { notes: 1 } }, covered)) !== undefined) return;
  // A look that knew of the earlier event has ended in between, or the watch has.
  if ((await loadWatch(table, key))?.generation === generation) await noteTouched(table, key, seen);
}

/** Notes that the look under way may not have read everything; false: it has ended, or somebody else did. */
async function noteUnread(table: Table, key: Key, { generation }: Seen): Promise<boolean> {
  const change = { add: { notes: 1 }, remove: ['looking'] };
  const noted = await table.update(key, change, [
    [
      { attribute: 'generation', is: '=', value: generation },
      { attribute: 'looking', is: 'present' },
    ],
  ]);
  return noted !== undefined;
}

/** Writes down that somebody looks, and how far (ms, event time); false: the watch has changed, and is to be read again. */
export async function beginLook(table: Table, key: Key, watch: Watch, lookingTo: number): Promise<boolean> {
  const change = { set: { lookingTo: Math.max(lookingTo, watch.lookingTo), looking: true } };
  return (await table.update(key, change, [unchanged(watch)])) !== undefined;
}

/** The watch at a key, timer included; undefined where nobody watches. */
export async function loadWatch(table: Table, key: Key): Promise<Watch | undefined> {
  const item = await table.get(key);
  return item === undefined ? undefined : watchOf(item);
}

/** What the evaluator found out about a watch. */
export interface Looked {
  judgedTo: number;
  firstAt: number;
  excluded: Record<string, number[]>;
  absentSince?: number | undefined;
  pendingSince?: number | null;
  /** ms, processing time; null: it need not be looked at before events come. */
  nextAt: number | null;
}

/** Notes what was judged, unless the watch was armed or touched meanwhile: then it is looked at again. */
export async function noteLooked(
  { table, clock }: Pick<WatchContext, 'table' | 'clock'>,
  key: Key,
  before: Watch,
  looked: Looked,
): Promise<void> {
  const { judgedTo, firstAt, excluded, absentSince, pendingSince = null, nextAt } = looked;
  const set: Record<string, Value> = { judgedTo, firstAt, excluded };
  const remove = ['touchedFrom', 'furtherAbsences', 'looking'];
  if (absentSince === undefined) remove.push('absentSince', 'returnedAt');
  else set.absentSince = absentSince;
  if (pendingSince === null) remove.push('pendingSince');
  else set.pendingSince = pendingSince;
  if (nextAt === null) {
    remove.push(...DUE_ATTRIBUTES);
    set.ttl = Math.ceil((clock() + KEPT_MS) / 1000);
  } else {
    Object.assign(set, dueAt(key, nextAt));
    remove.push('ttl');
  }
  await table.update(key, { set, remove }, [unchanged(before)]);
}

/** Begins a watch anew at `now` (ms), unless it has changed, and has it looked at again so much later (ms). */
export async function restartWatch(
  table: Table,
  key: Key,
  watch: Watch,
  now: number,
  againAfterMs: number,
): Promise<void> {
  const set: Record<string, Value> = {
    firstAt: now,
    judgedTo: now,
    lookingTo: now,
    ...dueAt(key, now + againAfterMs),
  };
  if (watch.lastAt !== undefined) set.lastAt = Math.max(watch.lastAt, now);
  await table.update(key, { set, remove: ['touchedFrom'] }, [unchanged(watch)]);
}

/**
 * Has what an alert waits for looked at again at `at` (ms, processing time), whatever was found out about it: of an
 * absence that was told nobody asks any more, until a match comes.
 */
export async function lookAgainAt(
  table: Table,
  ruleId: string,
  fingerprint: string,
  at: number,
): Promise<void> {
  const { pk } = watchKey(ruleId, fingerprint);
  for (const { sk, generation } of await table.query({ pk, from: CLAUSE, to: `${CLAUSE}~` })) {
    const same = [{ attribute: 'generation', is: '=' as const, value: String(generation) }];
    await table.update({ pk, sk }, { set: dueAt({ pk, sk }, at), remove: ['ttl'] }, [same]);
  }
}

/** Takes a watch away, unless it has changed, or somebody relies on it who knows a newer revision of its rule. */
export async function endWatch(
  table: Table,
  key: Key,
  { generation, notes, revision }: Watch,
): Promise<void> {
  const same: Clause[] = [
    { attribute: 'generation', is: '=', value: generation },
    { attribute: 'notes', is: '=', value: notes },
  ];
  await table.delete(
    key,
    writtenUpTo(revision).map((clause) => [...same, clause]),
  );
}

function watchOf(item: Item): Watch {
  const { pk: _pk, sk: _sk, dueShard: _shard, ttl: _ttl, ...watch } = item;
  return { revision: 0, ...watch } as unknown as Watch;
}
