/** The rule and the receiver of the heartbeat: a line that must come out as a delivery, else tocsin is blind. */
export const HEARTBEAT = 'tocsin-heartbeat';
