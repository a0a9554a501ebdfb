/**
 * Silences: who asked for quiet, about what, and when. They stand in one partition of the state table beside a
 * `version` that every change raises, so that a warm function reads the list only when it changed.
 */
import { intervalsAt, liesIn } from '../config/calendar.ts';
import type { LabelMatcher, TimeInterval, TimeIntervalSpec } from '../config/model.ts';
import { checkRegex } from '../match/regex.ts';
import type { Clock, Item, Key, Table } from '../ports.ts';
import { storedFields } from '../stored.ts';
import { commentWritten, nameWritten } from '../text/written.ts';
import { matchesLabels } from './matchers.ts';

export interface Silence {
  id: string;
  matchers: LabelMatcher[];
  /** Processing time, ms. */
  startsAt: number;
  /** ms, exclusive; null: until it is expired, for one that recurs. */
  endsAt: number | null;
  /** Quiet only within this time interval, by its name or written out; null: from start to end. */
  recurs: { interval: string } | { specs: TimeIntervalSpec[] } | null;
  author: string;
  comment: string;
  createdAt: number;
}

/** `resting`: it recurs, and the time is outside its interval. */
export type SilenceState = 'pending' | 'active' | 'resting' | 'expired';

/** A silence that was asked for and cannot be. */
export class SilenceError extends Error {
  readonly code: 'invalid' | 'exists';

  constructor(code: SilenceError['code'], message: string) {
    super(message);
    this.name = 'SilenceError';
    this.code = code;
  }
}

export const SILENCES_PARTITION = 'silences';
const PREFIX = 'silence#';
const VERSION: Key = { pk: SILENCES_PARTITION, sk: 'version' };
/** Ended silences are shown for so long, ms. */
const ENDED_KEPT_MS = 7 * 86_400_000;
/** Every function that tells anything reads every silence. */
const MATCHERS_MAX = 50;
const MATCHER_LENGTH_MAX = 2000;
/** A list is read again after this (ms), should somebody have failed between a change and its version. */
const CACHED_MS = 60_000;

/** Why a silence cannot be, in one sentence; null where it can. */
export function silenceProblem({ id, matchers, startsAt, endsAt, recurs }: Silence): string | null {
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/.test(id))
    return 'The id of a silence is letters, digits and hyphens.';
  const problem = matchersProblem(matchers);
  if (problem !== null) return problem;
  if (endsAt !== null && endsAt <= startsAt) return 'A silence ends after it starts.';
  if (endsAt === null && recurs === null) return 'A silence that does not recur needs an end.';
  if (recurs !== null && 'specs' in recurs && recurs.specs.length === 0)
    return 'The time interval of a recurring silence is empty.';
  return null;
}

/** Why a silence cannot be of that, in one sentence; null where it can. */
export function matchersProblem(matchers: readonly LabelMatcher[]): string | null {
  if (matchers.length === 0) return 'A silence needs a matcher such as rule="errors".';
  if (matchers.length > MATCHERS_MAX) return `A silence takes ${MATCHERS_MAX} matchers at most.`;
  for (const { label, operator, value } of matchers) {
    if (label.length + value.length > MATCHER_LENGTH_MAX)
      return `A matcher of a silence takes ${MATCHER_LENGTH_MAX} characters at most.`;
    const refused = operator === '=~' || operator === '!~' ? checkRegex(value) : null;
    if (refused !== null) return `The regex of the matcher on ${label} is refused: ${refused}.`;
  }
  // As in Alertmanager: what also matches where no label is there would silence everything.
  if (matchers.every((matcher) => matchesLabels([matcher], {})))
    return 'A silence needs a matcher that does not match an empty label.';
  return null;
}

/** @throws SilenceError where it cannot be, or there is one of that id. */
export async function addSilence(state: Table, silence: Silence): Promise<void> {
  const problem = silenceProblem(silence);
  if (problem !== null) throw new SilenceError('invalid', problem);
  const author = nameWritten(silence.author);
  const comment = commentWritten(silence.comment);
  const added = await state.put(itemOf({ ...silence, author, comment }), [
    [{ attribute: 'pk', is: 'absent' }],
  ]);
  if (!added) throw new SilenceError('exists', `There is a silence ${silence.id} already.`);
  await raiseVersion(state);
}

/** Every silence, those that ended not long ago included, the newest first. */
export async function listSilences(state: Table): Promise<Silence[]> {
  const items = await state.query({ pk: SILENCES_PARTITION, from: PREFIX, to: 'silence$' });
  return items.map(silenceOf).sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
}

/** Ends a silence at `now` (ms); what it was, or undefined where there is none. One that ended is left as it is. */
export async function expireSilence(state: Table, id: string, now: number): Promise<Silence | undefined> {
  const item = await state.get(keyOf(id));
  if (item === undefined) return undefined;
  const silence = silenceOf(item);
  if (silence.endsAt !== null && silence.endsAt <= now) return silence;
  await state.put(itemOf({ ...silence, startsAt: Math.min(silence.startsAt, now), endsAt: now }));
  await raiseVersion(state);
  return silence;
}

/** What a silence does at `now` (ms). `intervals`: the configuration's. */
export function silenceState(
  { startsAt, endsAt, recurs }: Silence,
  intervals: readonly TimeInterval[],
  now: number,
): SilenceState {
  if (endsAt !== null && endsAt <= now) return 'expired';
  if (now < startsAt) return 'pending';
  if (recurs === null) return 'active';
  const inside =
    'specs' in recurs ? liesIn(recurs.specs, now) : intervalsAt([recurs.interval], intervals, now).length > 0;
  return inside ? 'active' : 'resting';
}

/** The silences that keep an alert with these labels quiet at `now` (ms, processing time). */
export function silencedBy(
  silences: readonly Silence[],
  intervals: readonly TimeInterval[],
  labels: Record<string, string>,
  now: number,
): Silence[] {
  return silences.filter(
    (silence) =>
      silenceState(silence, intervals, now) === 'active' && matchesLabels(silence.matchers, labels),
  );
}

/** The silences as a warm function knows them: asked for their version each time, read when it changed. */
export class KnownSilences {
  readonly #state: Table;
  readonly #clock: Clock;
  #known: { version: number; readAt: number; silences: Silence[] } | undefined;

  constructor(state: Table, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
  }

  async get(): Promise<readonly Silence[]> {
    const now = this.#clock();
    const version = Number((await this.#state.get(VERSION))?.version ?? 0);
    const known = this.#known;
    if (known !== undefined && known.version === version && now < known.readAt + CACHED_MS)
      return known.silences;
    // Where there never was a change there is nothing to read.
    const silences = version === 0 ? [] : await listSilences(this.#state);
    this.#known = { version, readAt: now, silences };
    return silences;
  }
}

/** After the change itself, so that whoever reads the new version also finds the change. */
async function raiseVersion(state: Table): Promise<void> {
  await state.update(VERSION, { add: { version: 1 } });
}

function keyOf(id: string): Key {
  return { pk: SILENCES_PARTITION, sk: `${PREFIX}${id}` };
}

function itemOf(silence: Silence): Item {
  const kept = silence.endsAt === null ? {} : { ttl: Math.ceil((silence.endsAt + ENDED_KEPT_MS) / 1000) };
  return { ...keyOf(silence.id), ...storedFields(silence), ...kept };
}

function silenceOf({ pk: _pk, sk: _sk, ttl: _ttl, ...silence }: Item): Silence {
  return silence as unknown as Silence;
}
