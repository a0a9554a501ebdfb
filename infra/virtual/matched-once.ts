import type { LogBatch } from '../../shared/logs/event.ts';
import type { Hit, Program } from '../../shared/match/program.ts';

/** A program that remembers what it said of the latest batch: whoever asks again of the same one is told the same. */
export function matchedOnce({ broken, match }: Program): Program {
  let latest: LogBatch | undefined;
  const hits: Hit[] = [];
  const remember = (hit: Hit) => void hits.push(hit);
  return {
    broken,
    match: (batch, emit) => {
      if (batch !== latest) {
        latest = batch;
        hits.length = 0;
        match(batch, remember);
      }
      for (const hit of hits) emit(hit);
    },
  };
}
