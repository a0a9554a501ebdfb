import type { Condition, Severity } from '../config/model.ts';

/** A line that took part in the breach, redacted, at most 2 KB. */
export interface ExampleLine {
  /** Event time, ms. */
  at: number;
  message: string;
  logGroup: string;
  logStream: string;
}

/** Where in the log the alert's lines can be found. */
export interface LogSource {
  account: string;
  region: string;
  logGroups: string[];
}

/** One alert inside a notification. */
export interface NotifiedAlert {
  /** Identity: rule id and groupBy labels. */
  fingerprint: string;
  ruleId: string;
  title: string;
  severity: Severity;
  status: 'firing' | 'resolved';
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Event time, ms. */
  startsAt: number;
  /** Event time, ms; null while firing. */
  endsAt: number | null;
  /** The breach was over before anybody could be told: no resolved message follows. */
  alreadyOver: boolean;
  condition: Condition;
  /** What was counted or computed when the alert was last judged, in the condition's base unit. */
  value: number;
  /** The worst value of the episode. */
  peak: number;
  /** Counts per slice before and around the breach, in time order; `at` is the slice's start, ms. */
  series: { at: number; value: number }[];
  lines: ExampleLine[];
  source: LogSource;
  /** Why it resolved, where that is more than "the condition no longer holds". */
  endReason: string | null;
}

/** What is told to one receiver, whatever the channel. */
export interface Notification {
  version: 1;
  /** The same on every copy and every channel. */
  id: string;
  receiver: string;
  status: 'firing' | 'resolved';
  /** Why it is sent now, in words: `first notification of the group`, `new alerts`, … */
  reason: string;
  groupKey: string;
  /**
   * The same from the group's first notification until everything in it has resolved, so that channels can keep one
   * conversation per incident; the receiver and the group's key stand in where it is absent.
   */
  incident?: string;
  groupLabels: Record<string, string>;
  alerts: NotifiedAlert[];
  /** Processing time of the decision, ms. */
  at: number;
}
