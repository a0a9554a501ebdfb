/** The rule and the receiver of the heartbeat: a line that must come out as a delivery, else tocsin is blind. */
export const HEARTBEAT = 'tocsin-heartbeat';

/** The rule of the daily message by which people know that they would hear of an alert. */
export const ALIVE = 'tocsin-alive';

/**
 * Whether a rule tells that tocsin works: nothing keeps such a message quiet or late, for its absence is what people
 * and alarms go by, and it keeps nothing else quiet.
 */
export function isSignOfLife(ruleId: string | undefined): boolean {
  return ruleId === HEARTBEAT || ruleId === ALIVE;
}
