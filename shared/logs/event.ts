/** One log event as CloudWatch Logs delivers it. */
export interface LogEvent {
  /** Unique per event: 56 decimal digits from CloudWatch, never a JavaScript number. */
  id: string;
  /** Event time, ms since the epoch. */
  timestamp: number;
  message: string;
}

/** The events of one delivery, all from one log stream. */
export interface LogBatch {
  account: string;
  region: string;
  logGroup: string;
  logStream: string;
  events: LogEvent[];
}
