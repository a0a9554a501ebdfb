/** A line that took part in the breach, redacted, at most 2 KB. */
export interface ExampleLine {
  /** Event time, ms. */
  at: number;
  message: string;
  logGroup: string;
  logStream: string;
  /** The fields that the rule shows, redacted; absent: none. */
  shown?: readonly { label: string; value: string }[];
}

/** Where in the log the alert's lines can be found. */
export interface LogSource {
  account: string;
  region: string;
  logGroups: string[];
  /** What narrows Logs Insights to the rule's lines, from the rule's own text; absent: nothing does. */
  filter?: string;
}
