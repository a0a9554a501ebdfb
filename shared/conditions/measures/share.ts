/** How many events of `of` there were, and how many of them matched. */
import { hash, LIGHT_MAX } from '../../count/entries.ts';
import type { Observation } from '../observation.ts';
import type { Measure } from './measure.ts';

export interface Share {
  of: number;
  matched: number;
}

const MATCHED = '+';
const OTHER = '-';
const MANY = '*';

export const SHARE: Measure<Share> = { entries, fold, combine };

/** A hash and a sign for each event; `HASH*OF:MATCHED` for a batch that brings many. */
function entries(observations: readonly Observation[]): string[] {
  const signs = new Map<string, string>();
  for (const { id, of, matched } of observations) if (of) signs.set(hash(id), matched ? MATCHED : OTHER);
  const each = [...signs].map(([id, sign]) => `${id}${sign}`).sort();
  if (each.length <= LIGHT_MAX) return each;
  const matched = each.filter((entry) => entry.endsWith(MATCHED)).length;
  return [`${hash(each.join())}${MANY}${each.length}:${matched}`];
}

function fold(sets: readonly ReadonlySet<string>[]): Share {
  const union = new Set(sets.flatMap((set) => [...set]));
  return combine([...union].map(shareOf));
}

function shareOf(entry: string): Share {
  const many = entry.indexOf(MANY);
  if (many === -1) return { of: 1, matched: entry.endsWith(MATCHED) ? 1 : 0 };
  const [of, matched] = entry.slice(many + 1).split(':');
  return { of: Number(of), matched: Number(matched) };
}

function combine(slices: readonly Share[]): Share {
  const total = { of: 0, matched: 0 };
  for (const { of, matched } of slices) {
    total.of += of;
    total.matched += matched;
  }
  return total;
}
