/** Where what is remembered of novelties stands in the table; what stands there and why is told in `novel.ts`. */
import { hash } from '../count/entries.ts';
import { AHEAD_MS_MAX, LATE_MS_MAX } from '../count/store.ts';
import type { Clock, Item, Table, Value } from '../ports.ts';
import type { Bucket, NovelMemory } from './novel-memory.ts';
import type { Remembered } from './novel-place.ts';

/** How many values or templates a group remembers (contract §1.3, "Details"). */
export const REMEMBERED_MAX = 10_000;
/** For how long (ms) a group that was found full is taken for full. */
const FULL_MS = 3_600_000;

export interface NovelContext {
  table: Table;
  clock: Clock;
  memory: NovelMemory;
}

/** What is remembered together: the values of one field, or the templates, of one rule and group. */
export interface NovelSeries {
  ruleId: string;
  /** Names the group. */
  fingerprint: string;
  /** The field, or `template`. */
  of: string;
}

export const NOVEL_PREFIX = 'novel#';

/** Another field is another question, and learns anew; whatever else is edited, learning goes on. */
function partition({ ruleId, of }: NovelSeries): string {
  return `${NOVEL_PREFIX}${ruleId}#${hash(of)}`;
}

function startKey(series: NovelSeries) {
  return { pk: partition(series), sk: 'start' };
}

function sizeKey(series: NovelSeries) {
  return { pk: partition(series), sk: `size#${series.fingerprint}` };
}

function bucketKey(series: NovelSeries, bucket: string) {
  return { pk: partition(series), sk: `in#${series.fingerprint}#${hash(bucket)}` };
}

/** Sees to it that the rule's first event is known to be no later than this one. */
export async function startNoLaterThan(
  { table, memory }: NovelContext,
  series: NovelSeries,
  at: number,
): Promise<void> {
  const key = startKey(series);
  const known = memory.starts.get(key.pk) ?? numberIn(await table.get(key), 'at');
  if (known === undefined || at < known) {
    const isEarlier = [
      [{ attribute: 'at', is: 'absent' as const }],
      [{ attribute: 'at', is: '>' as const, value: at }],
    ];
    await table.update(key, { set: { at } }, isEarlier);
  }
  memory.starts.set(key.pk, Math.min(known ?? at, at));
}

/** Event time (ms) of the rule's first event, as it stands now. */
export async function readStart({ table, memory }: NovelContext, series: NovelSeries): Promise<number> {
  const key = startKey(series);
  const at = numberIn(await table.get(key), 'at');
  if (at === undefined)
    throw new Error(`The first event of rule ${series.ruleId} is not in the state table.`);
  memory.starts.set(key.pk, at);
  return at;
}

/** The bucket as this function saw it last, without asking the table. */
export function recallBucket({ memory }: NovelContext, series: NovelSeries, bucket: string) {
  return memory.buckets.get(nameOf(series, bucket));
}

/** The bucket as it stands now; version 0 and empty where nobody wrote it. */
export async function readBucket(
  { table, memory }: NovelContext,
  series: NovelSeries,
  bucket: string,
): Promise<Bucket> {
  const item = await table.get(bucketKey(series, bucket));
  const read = { version: numberIn(item, 'version') ?? 0, known: rememberedIn(item) };
  memory.buckets.set(nameOf(series, bucket), read);
  return read;
}

/** Writes the bucket's next version; false where somebody else did. */
export async function writeBucket(
  { table, clock, memory }: NovelContext,
  series: NovelSeries,
  name: string,
  before: Bucket,
  known: readonly Remembered[],
  forgetMs: number | null,
): Promise<boolean> {
  const version = before.version + 1;
  const unchanged =
    before.version === 0
      ? { attribute: 'version', is: 'absent' as const }
      : { attribute: 'version', is: '=' as const, value: before.version };
  const expiry = forgetMs === null ? {} : { ttl: expiryOf(clock(), forgetMs) };
  const item: Item = { ...bucketKey(series, name), version, known: known.map(attributesOf), ...expiry };
  const isWritten = await table.put(item, [[unchanged]]);
  // A part of a text keeps the whole of it in memory: what is remembered for long is copied.
  if (isWritten) memory.buckets.set(nameOf(series, name), { version, known: structuredClone(known) });
  return isWritten;
}

/** When (epoch seconds) nothing that was seen now can matter any more, whatever the events' own times. */
function expiryOf(now: number, forgetMs: number): number {
  return Math.ceil((now + forgetMs + LATE_MS_MAX + AHEAD_MS_MAX) / 1000);
}

/** Whether the group was found full not long ago. */
export function isKnownFull({ clock, memory }: NovelContext, series: NovelSeries): boolean {
  return clock() < (memory.fullUntil.get(nameOf(series)) ?? 0);
}

/** Takes places among those of the group; false where there is no room. A crash loses them until the next count. */
export async function takePlaces(
  context: NovelContext,
  series: NovelSeries,
  places: number,
): Promise<boolean> {
  const { table, clock, memory } = context;
  const key = sizeKey(series);
  const hasRoom = [
    [{ attribute: 'size', is: 'absent' as const }],
    [{ attribute: 'size', is: '<=' as const, value: REMEMBERED_MAX - places }],
  ];
  const take = () => table.update(key, { add: { size: places } }, hasRoom);
  if ((await take()) !== undefined) return true;
  if ((await recount(context, series)) && (await take()) !== undefined) return true;
  memory.fullUntil.set(nameOf(series), clock() + FULL_MS);
  return false;
}

/** Gives places back that were taken and not used. */
export async function returnPlaces(
  { table }: NovelContext,
  series: NovelSeries,
  places: number,
): Promise<void> {
  await table.update(sizeKey(series), { add: { size: -places } });
}

/** Counts what is there, since forgotten items vanish by themselves; false where the count changed meanwhile. */
async function recount({ table }: NovelContext, series: NovelSeries): Promise<boolean> {
  const key = sizeKey(series);
  const before = numberIn(await table.get(key), 'size') ?? 0;
  const prefix = `in#${series.fingerprint}#`;
  const items = await table.query({ pk: key.pk, from: prefix, to: `${prefix}~` });
  const size = items.reduce((sum, item) => sum + rememberedIn(item).length, 0);
  const isUnchanged = [[{ attribute: 'size', is: '=' as const, value: before }]];
  return (await table.update(key, { set: { size } }, isUnchanged)) !== undefined;
}

function nameOf(series: NovelSeries, bucket = ''): string {
  return `${partition(series)}#${series.fingerprint}#${bucket}`;
}

function attributesOf({ text, words, at, id, seenAt, state }: Remembered): Value {
  return { text, at, id, seenAt, state, words: words === null ? null : [...words] };
}

function rememberedIn(item: Item | undefined): Remembered[] {
  return Array.isArray(item?.known) ? (item.known as unknown as Remembered[]) : [];
}

function numberIn(item: Item | undefined, attribute: string): number | undefined {
  const value = item?.[attribute];
  return typeof value === 'number' ? value : undefined;
}
