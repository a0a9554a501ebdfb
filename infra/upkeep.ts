import type { FunctionShape } from './functions.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** Functions that keep a deployment going and are on no alert's way; the local stack has no use for them. */
export type UpkeepName = 'subscriber' | 'applier' | 'heartbeat';

function shape(memoryMb: number, timeoutMs: number): FunctionShape {
  return { memoryMb, timeoutMs, queueSources: [], readsSecrets: false, allowRecursion: false };
}

export const UPKEEP: Readonly<Record<UpkeepName, FunctionShape>> = {
  /** Applies the document that a deployment brings. */
  applier: shape(256, 5 * MINUTE_MS),
  /** Writes the line that must come out as a delivery. */
  heartbeat: shape(128, 10 * SECOND_MS),
  /** CloudWatch Logs takes some five calls a second: thousands of log groups take minutes. */
  subscriber: shape(256, 15 * MINUTE_MS),
};
