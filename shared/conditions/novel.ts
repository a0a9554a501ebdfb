/**
 * `novel`: a value, or the kind of a message, never seen before, told once (contract §1.3).
 *
 * An event is judged by what arrived before it. What is first seen while the rule still learns, in event time from the
 * earliest event of the rule that has arrived, is remembered and not told. Later it is a novelty: its own alert, named
 * by what it was called at first sight, so that a template that is widened afterwards keeps its identity.
 *
 * Layout, one partition per rule and question: `start` holds the rule's first event; a bucket holds what was first seen
 * of one value, or of one leaf of the template tree (`templates/drain.ts`), with the event that was the first. A bucket
 * only changes by a conditional write of its next version, placed on what was read strongly: so functions that see the
 * same novelty at once agree on one first event, and on one template for messages that are alike. A known value costs
 * nothing while a warm function remembers its bucket; a new one 2 write units (a place among the 10,000 of its group,
 * and its bucket), a sighting that keeps it from being forgotten 1, a template that is widened 1.
 *
 * Exactness: whether something is told follows from its first event's id, not from who wrote it down. A batch delivered
 * again, also after a crash between remembering and telling, finds its own event as the first and tells it again, which
 * the alert's identity makes one. `start` is read after the bucket was written, so that a rule that learns from earlier
 * on by then is judged by that.
 * Forgetting: a sighting is written down again only after a 60th of `forget`. A value that was not seen for that long is
 * always new again, and none is that was seen within 59 sixtieths of it.
 */
import { forEachConcurrently } from '../concurrency.ts';
import type { Condition } from '../config/model.ts';
import { OVERFLOW_GROUP } from '../count/groups.ts';
import { PortError } from '../ports.ts';
import {
  type Placed,
  place,
  type Remembered,
  type Sighting,
  templateSighting,
  valueSighting,
} from './novel-place.ts';
import {
  isKnownFull,
  type NovelContext,
  type NovelSeries,
  readBucket,
  readStart,
  recallBucket,
  returnPlaces,
  startNoLaterThan,
  takePlaces,
  writeBucket,
} from './novel-store.ts';

type NovelCondition = Extract<Condition, { kind: 'novel' }>;

export interface NovelQuestion {
  ruleId: string;
  /** Names the group. */
  fingerprint: string;
  condition: NovelCondition;
}

/** An event, and the value or the message that it brings, redacted; an empty one is none. */
export interface NovelEvent {
  id: string;
  /** Event time, ms. */
  at: number;
  value: string;
}

export interface Novelty {
  /** The value; of a template its text at first sight, at most 256 bytes. `__overflow__`: all beyond 10,000. */
  value: string;
  /** Event time, ms. */
  firstSeenAt: number;
  eventId: string;
}

const BUCKETS_AT_A_TIME = 16;
const ATTEMPTS = 32;

/**
 * What is new in some events of one rule and group, remembered from now on; the same again for the same events.
 * @throws what the table throws, after everything else was tried: the events are then to be delivered again.
 */
export async function novelIn(
  context: NovelContext,
  { ruleId, fingerprint, condition }: NovelQuestion,
  events: readonly NovelEvent[],
): Promise<Novelty[]> {
  const series = { ruleId, fingerprint, of: condition.of === 'template' ? 'template' : condition.of.text };
  const sightings = inOrder(events).map((event) => sightingOf(condition, event));
  const [first] = sightings;
  if (first === undefined) return [];
  await startNoLaterThan(context, series, first.at);
  const seen: Remembered[] = [];
  const homeless: Sighting[] = [];
  await forEachConcurrently(byBucket(sightings), BUCKETS_AT_A_TIME, async ([bucket, together]) => {
    const remembered = await remember(context, series, bucket, together, condition.forgetMs);
    seen.push(...remembered.own);
    homeless.push(...remembered.homeless);
  });
  seen.push(...(await overflow(context, series, condition, homeless)));
  if (seen.length === 0) return [];
  const learnedBy = (await readStart(context, series)) + condition.learnMs;
  return seen
    .filter(({ at }) => at >= learnedBy)
    .map(({ text, at, id }) => ({ value: text, firstSeenAt: at, eventId: id }))
    .sort((a, b) => a.firstSeenAt - b.firstSeenAt || (a.value < b.value ? -1 : 1));
}

function inOrder(events: readonly NovelEvent[]): NovelEvent[] {
  return [...events].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

function sightingOf({ of }: NovelCondition, { id, at, value }: NovelEvent): Sighting {
  return of === 'template' ? templateSighting(id, at, value) : valueSighting(id, at, value);
}

function byBucket(sightings: readonly Sighting[]): Map<string, Sighting[]> {
  const buckets = new Map<string, Sighting[]>();
  for (const sighting of sightings) {
    if (sighting.text === '') continue;
    const together = buckets.get(sighting.bucket);
    if (together === undefined) buckets.set(sighting.bucket, [sighting]);
    else together.push(sighting);
  }
  return buckets;
}

/** Remembers sightings of one bucket. `own`: what was first seen in one of them; `homeless`: no room was left. */
async function remember(
  context: NovelContext,
  series: NovelSeries,
  name: string,
  sightings: readonly Sighting[],
  forgetMs: number | null,
): Promise<Pick<Placed, 'own' | 'homeless'>> {
  const isOverflow = name === OVERFLOW_BUCKET;
  let mayFound = isOverflow || !isKnownFull(context, series);
  const recalled = recallBucket(context, series, name);
  if (recalled !== undefined) {
    const placed = place(recalled.known, sightings, forgetMs, mayFound);
    if (!placed.isChanged) return placed;
  }
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const bucket = await readBucket(context, series, name);
    const placed = place(bucket.known, sightings, forgetMs, mayFound);
    if (!placed.isChanged) return placed;
    const places = isOverflow ? 0 : placed.founded;
    if (places > 0 && !(await takePlaces(context, series, places))) {
      mayFound = false;
      continue;
    }
    if (await writeBucket(context, series, name, bucket, placed, forgetMs)) return placed;
    if (places > 0) await returnPlaces(context, series, places);
  }
  throw new PortError(
    'Contended',
    `What rule ${series.ruleId} remembers changed ${ATTEMPTS} times while an event was added.`,
    { transient: true },
  );
}

const OVERFLOW_BUCKET = valueSighting('', 0, OVERFLOW_GROUP).bucket;

/**
 * What a full group cannot remember counts as one value: the first is told, and that there are more. None of it is
 * learned, or nobody would hear that the rule has gone blind.
 */
async function overflow(
  context: NovelContext,
  series: NovelSeries,
  { learnMs, forgetMs }: NovelCondition,
  homeless: readonly Sighting[],
): Promise<Remembered[]> {
  if (homeless.length === 0) return [];
  const learnedBy = (await readStart(context, series)) + learnMs;
  const sightings = homeless
    .filter(({ at }) => at >= learnedBy)
    .map(({ id, at }) => valueSighting(id, at, OVERFLOW_GROUP))
    .sort((a, b) => a.at - b.at);
  if (sightings.length === 0) return [];
  return (await remember(context, series, OVERFLOW_BUCKET, sightings, forgetMs)).own;
}
