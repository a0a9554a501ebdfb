import type { FunctionShape } from './functions.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** Functions that keep a deployment going and are on no alert's way; the local stack has no use for them. */
export type UpkeepName = 'subscriber';

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
  /** CloudWatch Logs takes some five calls a second: thousands of log groups take minutes. */
  subscriber: shape('subscriber', { memoryMb: 256, timeoutMs: 15 * MINUTE_MS }),
};
