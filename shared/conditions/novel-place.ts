/** Where sightings belong among what is remembered. Pure: what was read goes in, what is to be written comes out. */

import { startWithin } from '../match/references.ts';
import { closest, type Shape, shapeOf, templateText, widened } from '../templates/drain.ts';

const MAX_TEXT_BYTES = 256;
/** A sighting is written down again after this share of the time in which it would be forgotten. */
const REFRESHES = 60;

/** An event, and where its value belongs. */
export interface Sighting {
  id: string;
  /** Event time, ms. */
  at: number;
  /** What it is called, should it be the first. */
  text: string;
  /** The words of its message; null where values are compared as they are. */
  words: readonly string[] | null;
  /** Names the bucket. */
  bucket: string;
}

/** A value or a template, as it was first seen. */
export interface Remembered {
  text: string;
  words: readonly string[] | null;
  /** Of the event that was the first, ms. */
  at: number;
  id: string;
  /** Last sighting that was written down, event time, ms. */
  seenAt: number;
  /** First seen while the rule learned; still to be told; told. */
  state: 'learned' | 'new' | 'told';
}

/** Something that is still to be told, and an event that brought it: the first one, where it is at hand. */
export interface Untold {
  remembered: Remembered;
  seenIn: string;
}

export interface PlaceRules {
  forgetMs: number | null;
  /** What is first seen from here on is new, event time, ms. */
  learnedBy: number;
  /** What is not known may be remembered. */
  mayFound: boolean;
}

export interface Placed {
  known: readonly Remembered[];
  /** How many of `known` are new. */
  founded: number;
  isChanged: boolean;
  untold: Untold[];
  /** For which there was no room. */
  homeless: Sighting[];
}

/** A value that was seen in the event `id` at `at` (ms): each has a bucket of its own. */
export function valueSighting(id: string, at: number, value: string): Sighting {
  return { id, at, text: value, words: null, bucket: `=${value}` };
}

/** A message, redacted, that was seen in the event `id` at `at` (ms): templates of one leaf share a bucket. */
export function templateSighting(id: string, at: number, message: string): Sighting {
  const { leaf, words }: Shape = shapeOf(message);
  return { id, at, text: startWithin(templateText(words), MAX_TEXT_BYTES), words, bucket: `~${leaf}` };
}

/** Places sightings, in order of event time. */
export function place(
  bucket: readonly Remembered[],
  sightings: readonly Sighting[],
  rules: PlaceRules,
): Placed {
  const known = [...bucket];
  const seenIn = new Map<number, string>();
  const homeless: Sighting[] = [];
  for (const sighting of sightings) {
    const found = indexOf(known, sighting);
    const index = found === -1 ? known.length : found;
    const before = known[index];
    if (before === undefined && !rules.mayFound) {
      homeless.push(sighting);
      continue;
    }
    const after = before === undefined ? firstSeen(sighting, rules) : seenAgain(before, sighting, rules);
    known[index] = after;
    if (after.id === sighting.id || !seenIn.has(index)) seenIn.set(index, sighting.id);
  }
  return {
    known,
    founded: known.length - bucket.length,
    isChanged: known.some((remembered, index) => remembered !== bucket[index]),
    untold: [...seenIn].flatMap(([index, id]) => {
      const remembered = known[index];
      return remembered?.state === 'new' ? { remembered, seenIn: id } : [];
    }),
    homeless,
  };
}

/** The event that founded something belongs there, whatever has become similar to it since. */
function indexOf(known: readonly Remembered[], { id, text, words }: Sighting): number {
  const founded = known.findIndex((remembered) => remembered.id === id);
  if (founded !== -1) return founded;
  if (words === null) return known.findIndex((remembered) => remembered.text === text);
  return closest(
    known.map((remembered) => remembered.words ?? []),
    words,
  );
}

function firstSeen({ id, at, text, words }: Sighting, { learnedBy }: PlaceRules): Remembered {
  return { id, at, text, words, seenAt: at, state: at >= learnedBy ? 'new' : 'learned' };
}

/** The very same where nothing is worth writing down. */
function seenAgain(remembered: Remembered, sighting: Sighting, rules: PlaceRules): Remembered {
  const { at, words } = sighting;
  const { forgetMs } = rules;
  const kept =
    remembered.words === null || words === null ? remembered.words : widened(remembered.words, words);
  if (forgetMs !== null && at - remembered.seenAt >= forgetMs) {
    return { ...firstSeen(sighting, rules), text: remembered.text, words: kept };
  }
  const isStale = forgetMs !== null && at - remembered.seenAt >= forgetMs / REFRESHES;
  if (!isStale && kept === remembered.words) return remembered;
  return { ...remembered, words: kept, seenAt: isStale ? at : remembered.seenAt };
}
