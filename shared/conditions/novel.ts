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
 * same novelty at once agree on one first event, and on one template for messages that are alike.
 *
 * Exactness: a novelty is written down as new before it is told, and as told afterwards. Until then whoever sees it
 * again tells it, as of its first event: the batch that was delivered again after a crash, or the next event that brings
 * it, should that batch never get through. The alert's identity makes all of it one.
 * Forgetting: a sighting is written down again only after a 60th of `forget`. A value that was not seen for that long is
 * always new again, and none is that was seen within 59 sixtieths of it.
 *
 * Cost: a known value nothing, while a warm function remembers its bucket; one that is learned 2 write units (a place
 * among the 10,000 of its group, and its bucket), a new one 3 beside its alert, a template that is widened 1, a
 * sighting that keeps it from being forgotten 1.
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
  type Untold,
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
  /** The event that was the first. */
  eventId: string;
  /** Of the events at hand the first one, or else one that brought it again. */
  seenIn: string;
}

const BUCKETS_AT_A_TIME = 16;
const NOVELTIES_AT_A_TIME = 16;
const ATTEMPTS = 32;

/** Something to be told, and where it is remembered. */
interface News extends Untold {
  bucket: string;
}

/**
 * Remembers what some events of one rule and group bring, and calls `tell` for what is new and was not told yet.
 * @throws what the table or `tell` throws, after everything else was tried: the events are then to be delivered again.
 */
export async function forEachNovelty(
  context: NovelContext,
  { ruleId, fingerprint, condition }: NovelQuestion,
  events: readonly NovelEvent[],
  tell: (novelty: Novelty) => Promise<void>,
): Promise<void> {
  const series = { ruleId, fingerprint, of: condition.of === 'template' ? 'template' : condition.of.text };
  const sightings = inOrder(events).map((event) => sightingOf(condition, event));
  const [first] = sightings;
  if (first === undefined) return;
  await startNoLaterThan(context, series, first.at);
  const news = await rememberAll({ ...context, series, condition }, sightings);
  await forEachConcurrently(news, NOVELTIES_AT_A_TIME, ({ remembered: { text, at, id }, seenIn }) =>
    tell({ value: text, firstSeenAt: at, eventId: id, seenIn }),
  );
  await forEachConcurrently(byBucket(news), BUCKETS_AT_A_TIME, ([bucket, together]) =>
    noteTold(
      { ...context, series, condition },
      bucket,
      new Set(together.map(({ remembered }) => remembered.id)),
    ),
  );
}

function inOrder(events: readonly NovelEvent[]): NovelEvent[] {
  return [...events].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

function sightingOf({ of }: NovelCondition, { id, at, value }: NovelEvent): Sighting {
  return of === 'template' ? templateSighting(id, at, value) : valueSighting(id, at, value);
}

function byBucket<One extends { bucket: string }>(all: readonly One[]): Map<string, One[]> {
  const buckets = new Map<string, One[]>();
  for (const one of all) {
    const together = buckets.get(one.bucket);
    if (together === undefined) buckets.set(one.bucket, [one]);
    else together.push(one);
  }
  return buckets;
}

interface Scope extends NovelContext {
  series: NovelSeries;
  condition: NovelCondition;
}

/** Remembers sightings, in order of event time; answers what is still to be told of them, earliest first. */
async function rememberAll(scope: Scope, sightings: readonly Sighting[]): Promise<News[]> {
  const news: News[] = [];
  const homeless: Sighting[] = [];
  const settle = async (bucket: string, together: readonly Sighting[]) => {
    const placed = await remember(scope, bucket, together);
    news.push(...placed.untold.map((untold) => ({ ...untold, bucket })));
    homeless.push(...placed.homeless);
  };
  const named = sightings.filter(({ text }) => text !== '');
  await forEachConcurrently(byBucket(named), BUCKETS_AT_A_TIME, ([bucket, together]) =>
    settle(bucket, together),
  );
  const excess = await excessOf(scope, homeless);
  if (excess.length > 0) await settle(OVERFLOW_BUCKET, excess);
  return news.sort((a, b) => a.remembered.at - b.remembered.at || (a.bucket < b.bucket ? -1 : 1));
}

/** Remembers sightings of one bucket. */
async function remember(
  scope: Scope,
  name: string,
  sightings: readonly Sighting[],
): Promise<Pick<Placed, 'untold' | 'homeless'>> {
  const { series } = scope;
  const { forgetMs } = scope.condition;
  const isOverflow = name === OVERFLOW_BUCKET;
  let mayFound = isOverflow || !isKnownFull(scope, series);
  const recalled = recallBucket(scope, series, name);
  if (recalled !== undefined) {
    const placed = place(recalled.known, sightings, { forgetMs, learnedBy: 0, mayFound });
    if (!placed.isChanged && placed.untold.length === 0) return placed;
  }
  const learnedBy = await learnedByNow(scope);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const bucket = await readBucket(scope, series, name);
    const placed = place(bucket.known, sightings, { forgetMs, learnedBy, mayFound });
    if (!placed.isChanged) return placed;
    const places = isOverflow ? 0 : placed.founded;
    if (places > 0 && !(await takePlaces(scope, series, places))) {
      mayFound = false;
      continue;
    }
    if (await writeBucket(scope, series, name, bucket, placed.known, forgetMs)) return placed;
    if (places > 0) await returnPlaces(scope, series, places);
  }
  throw contended(series);
}

async function noteTold(scope: Scope, name: string, ids: ReadonlySet<string>): Promise<void> {
  const { series, condition } = scope;
  let bucket = recallBucket(scope, series, name) ?? (await readBucket(scope, series, name));
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const isNews = ({ id, state }: Remembered) => state === 'new' && ids.has(id);
    if (!bucket.known.some(isNews)) return;
    const known = bucket.known.map(
      (remembered): Remembered => (isNews(remembered) ? { ...remembered, state: 'told' } : remembered),
    );
    if (await writeBucket(scope, series, name, bucket, known, condition.forgetMs)) return;
    bucket = await readBucket(scope, series, name);
  }
  throw contended(series);
}

function contended({ ruleId }: NovelSeries): PortError {
  const message = `What rule ${ruleId} remembers changed ${ATTEMPTS} times while it was written down.`;
  return new PortError('Contended', message, { transient: true });
}

/** What is first seen from here on is new, event time, ms. */
async function learnedByNow(scope: Scope): Promise<number> {
  return (await readStart(scope, scope.series)) + scope.condition.learnMs;
}

const OVERFLOW_BUCKET = valueSighting('', 0, OVERFLOW_GROUP).bucket;

/**
 * What a full group cannot remember counts as one value: the first is told, and that there are more. None of it is
 * learned, or nobody would hear that the rule has gone blind.
 */
async function excessOf(scope: Scope, homeless: readonly Sighting[]): Promise<Sighting[]> {
  if (homeless.length === 0) return [];
  const learnedBy = await learnedByNow(scope);
  return homeless
    .filter(({ at }) => at >= learnedBy)
    .map(({ id, at }) => valueSighting(id, at, OVERFLOW_GROUP))
    .sort((a, b) => a.at - b.at);
}
