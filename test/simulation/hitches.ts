/** What holds calls up at single points, so that whatever can come in between does: by the seed. */
import type { Random } from './random.ts';

export interface Hitches {
  /** Probability that a call that outlives its invocation waits for the next one in its place. */
  freezes: number;
  /** Probability that a call is held up before or after its effect, and for how long at most, ms. */
  drags: number;
  dragMsMax: number;
}

export const NO_HITCHES: Hitches = { freezes: 0, drags: 0, dragMsMax: 0 };

/** Half of the seeds have none. */
export function hitchesOf(random: Random): Hitches {
  if (random.chance(0.5)) return NO_HITCHES;
  return {
    freezes: random.pick([0, 0.5, 1]),
    drags: random.pick([0, 0.02, 0.1]),
    dragMsMax: random.pick([2_000, 12_000, 50_000]),
  };
}
