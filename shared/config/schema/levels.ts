import type { Level } from '../model.ts';

const WORDS: Record<Level, string[]> = {
  TRACE: ['trace', 'verbose', 'finest', 'finer'],
  DEBUG: ['debug', 'fine'],
  INFO: ['info', 'information', 'notice'],
  WARN: ['warn', 'warning'],
  ERROR: ['error', 'err', 'severe'],
  FATAL: ['fatal', 'critical', 'crit', 'panic', 'alert', 'emerg', 'emergency'],
};

const LEVEL_OF = new Map(
  Object.entries(WORDS).flatMap(([level, words]) => words.map((word) => [word, level as Level] as const)),
);

/** The level that a word means, in whatever case; null where it means none. */
export function parseLevel(word: string): Level | null {
  return LEVEL_OF.get(word.toLowerCase()) ?? null;
}
