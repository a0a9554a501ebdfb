/** What goes wrong, how often, and when: chosen by the seed. */
import { type Hitches, NO_HITCHES } from './hitches.ts';
import type { Random } from './random.ts';
import { isSpot, NO_TROUBLES, type Trouble, type Troubles } from './troubles.ts';

/** `read` has no effect, `write` and `send` have one; `outside` is a request to a receiver of notifications. */
export type CallKind = 'read' | 'write' | 'send' | 'outside';

/** What becomes of one call to the outside. */
export interface Fate {
  /** Until the effect, and from there until the answer, ms. */
  effectAfterMs: number;
  answerAfterMs: number;
  /** From the first effect to the second, where there are two, ms. */
  echoAfterMs: number;
  outcome:
    | 'done'
    /** An error without an effect. */
    | 'fails before'
    | 'throttled'
    /** An error, though it took effect. */
    | 'fails after'
    /** The client library tried twice, both took effect, and the second answer is given. */
    | 'done twice'
    /** The function dies. */
    | 'crash before'
    | 'crash after';
}

export interface Weather {
  /** Probability that a call fails in one way or another. */
  faults: number;
  crashes: number;
  /** Probability that a call takes seconds, or longer than its function may run. */
  stalls: number;
  /** Probability that a message is delivered twice, or lost in a queue where that is survivable. */
  duplicates: number;
  losses: number;
  /** Probability that a warm function is forgotten after an invocation. */
  colds: number;
  /** The clocks of functions differ by up to this, ms. */
  skewMs: number;
  /** How far the due index lags behind, at most, ms. */
  indexLagMs: number;
  /** When hardly any call succeeds, ms. */
  storms: { from: number; to: number }[];
}

export const CALM: Weather = {
  faults: 0,
  crashes: 0,
  stalls: 0,
  duplicates: 0,
  losses: 0,
  colds: 0.05,
  skewMs: 0,
  indexLagMs: 200,
  storms: [],
};

/** One seed in ten has fair weather; the others have some of everything. */
export function weatherOf(random: Random, start: number): Weather {
  if (random.chance(0.1)) return CALM;
  const level = random.pick([0.2, 1, 2, 4]);
  return {
    faults: 0.02 * level * random.next(),
    crashes: 0.008 * level * random.next(),
    stalls: 0.01 * level * random.next(),
    duplicates: 0.1 * random.next(),
    losses: random.chance(0.5) ? 0.1 * random.next() : 0,
    colds: random.pick([0.02, 0.2, 0.6]),
    skewMs: random.pick([0, 0, 500, 2000]),
    indexLagMs: random.pick([0, 200, 3000]),
    storms: random.chance(0.1) ? [stormOf(random, start)] : [],
  };
}

function stormOf(random: Random, start: number): { from: number; to: number } {
  const from = start + random.between(0, 15 * 60_000);
  return { from, to: from + random.between(10_000, 6 * 60_000) };
}

const STORM_FAULTS = 0.8;
/** Share of calls that fail where something does not work. */
const STUCK = 0.95;

const FAULTS: Record<CallKind, Fate['outcome'][]> = {
  read: ['fails before', 'throttled'],
  write: ['fails before', 'throttled', 'fails after', 'done twice'],
  send: ['fails before', 'throttled', 'fails after', 'done twice'],
  outside: ['fails before', 'fails after'],
};

const STALL_MS = 70_000;

export class Chaos {
  readonly #random: Random;
  /** For troubles alone: without them a seed's run is the same. */
  readonly #troubled: Random;
  /** Everything works in between, ms. */
  lull: { from: number; to: number } | null = null;
  /** For hitches alone, as for troubles. */
  readonly #hitched: Random;
  #hitches: Hitches;
  #weather: Weather;
  #troubles: Troubles;

  constructor(
    random: Random,
    weather: Weather,
    troubled: Random,
    troubles: Troubles,
    hitched: Random,
    hitches: Hitches,
  ) {
    this.#random = random;
    this.#weather = weather;
    this.#troubled = troubled;
    this.#troubles = troubles;
    this.#hitched = hitched;
    this.#hitches = hitches;
  }

  get weather(): Weather {
    return this.#weather;
  }

  /** From here on everything works; clocks stay as they are. */
  end(): void {
    this.#weather = { ...CALM, skewMs: this.#weather.skewMs };
    this.#troubles = NO_TROUBLES;
    this.#hitches = NO_HITCHES;
  }

  /** Whether a trouble of some probability strikes now. */
  strikes(trouble: Trouble): boolean {
    const probability = this.#troubles[trouble];
    return probability > 0 && this.#troubled.chance(probability);
  }

  /** How late (ms) a message is. */
  lateMs(): number {
    return this.strikes('lateMessages') ? this.#troubled.between(0, this.#troubles.lateMsMax) : 0;
  }

  /** How far (ms) the due index lags behind with a change. */
  indexLagMs(): number {
    const { indexLagMs } = this.#troubles;
    const more = indexLagMs > 0 ? this.#troubled.between(0, indexLagMs) : 0;
    return this.#random.between(0, this.#weather.indexLagMs) + more;
  }

  /** Whether a call that outlives its invocation waits for the next one in its place. */
  freezes(): boolean {
    return this.#hitches.freezes > 0 && this.#hitched.chance(this.#hitches.freezes);
  }

  /** How long (ms) after the next invocation begins such a call takes effect. */
  thawMs(): number {
    return this.#hitched.between(0, 50);
  }

  /** Where a clock that is set anew stands, against the world's, ms. */
  skewAnew(): number {
    const { skewMs } = this.#weather;
    return this.#troubled.between(-skewMs, skewMs);
  }

  /** How many of the messages of a failing batch are taken all the same. */
  takenOf(messages: number): number {
    return this.strikes('partialSends') ? this.#troubled.between(0, messages - 1) : 0;
  }

  /** `now`: ms. `partition`: of a table, null elsewhere. */
  fate(kind: CallKind, partition: string | null, now: number): Fate {
    const random = this.#random;
    const isLull = this.lull !== null && this.lull.from <= now && now < this.lull.to;
    const weather = isLull ? CALM : this.#weather;
    const { crashes, stalls, storms } = weather;
    const isStormy = storms.some(({ from, to }) => from <= now && now < to);
    const faults = isStormy ? STORM_FAULTS : weather.faults;
    const slow = random.chance(stalls) ? random.between(100, STALL_MS) : 0;
    const planned = random.chance(0.5)
      ? { effectAfterMs: random.between(1, 20) + slow, answerAfterMs: random.between(0, 5) }
      : { effectAfterMs: random.between(1, 5), answerAfterMs: random.between(0, 20) + slow };
    const timing = isLull ? planned : this.#heldUp(planned);
    if (random.chance(crashes)) {
      return { ...timing, echoAfterMs: 0, outcome: random.pick(['crash before', 'crash after'] as const) };
    }
    const outcome = random.chance(faults) ? random.pick(FAULTS[kind]) : 'done';
    return { ...timing, ...this.#troubledFate(outcome, kind, partition, now) };
  }

  #heldUp<Timing extends Pick<Fate, 'effectAfterMs' | 'answerAfterMs'>>(timing: Timing): Timing {
    const { drags, dragMsMax } = this.#hitches;
    if (drags === 0 || !this.#hitched.chance(drags)) return timing;
    const heldMs = this.#hitched.between(0, dragMsMax);
    return this.#hitched.chance(0.5)
      ? { ...timing, effectAfterMs: timing.effectAfterMs + heldMs }
      : { ...timing, answerAfterMs: timing.answerAfterMs + heldMs };
  }

  #troubledFate(
    outcome: Fate['outcome'],
    kind: CallKind,
    partition: string | null,
    now: number,
  ): Pick<Fate, 'outcome' | 'echoAfterMs'> {
    const { spots, echoMsMax } = this.#troubles;
    const isStuck = spots.some((spot) => isSpot(spot, kind, partition, now));
    if (isStuck && this.#troubled.chance(STUCK)) return { outcome: 'throttled', echoAfterMs: 0 };
    const isWritten = kind === 'write' || kind === 'send';
    const isTwice = outcome === 'done twice' || (outcome === 'done' && isWritten && this.strikes('echoes'));
    if (!isTwice) return { outcome, echoAfterMs: 0 };
    return { outcome: 'done twice', echoAfterMs: this.#troubled.between(0, echoMsMax) };
  }
}
