import type { FunctionShape } from './functions.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** Functions that keep a deployment going and are on no alert's way; the local stack has no use for them. */
export type UpkeepName = 'subscriber' | 'applier' | 'heartbeat';

function shape(
  name: UpkeepName,
  { memoryMb, timeoutMs }: Pick<FunctionShape, 'memoryMb' | 'timeoutMs'>,
): FunctionShape {
  return {
    entry: `functions/${name}/handler.ts`,
    handler: 'handler',
    memoryMb,
    timeoutMs,
    queueSources: [],
    readsSecrets: false,
    allowRecursion: false,
  };
}

export const UPKEEP: Readonly<Record<UpkeepName, FunctionShape>> = {
  /** Applies the document that a deployment brings. */
  applier: shape('applier', { memoryMb: 256, timeoutMs: 5 * MINUTE_MS }),
  /** Writes the line that must come out as a delivery. */
  heartbeat: shape('heartbeat', { memoryMb: 128, timeoutMs: 10 * SECOND_MS }),
  /** CloudWatch Logs takes some five calls a second: thousands of log groups take minutes. */
  subscriber: shape('subscriber', { memoryMb: 256, timeoutMs: 15 * MINUTE_MS }),
};
