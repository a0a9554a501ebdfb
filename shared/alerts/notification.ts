import type { ChannelKind, Condition, Severity } from '../config/model.ts';
import type { ExampleLine, LogSource } from '../logs/example.ts';

export type { ExampleLine, LogSource } from '../logs/example.ts';

/** Where the reader of a message can look and act; addresses that are worth as much as what they let one do. */
export interface AlertLinks {
  view: string;
  /** null: there is nothing left to act on. */
  acknowledge: string | null;
  silence: string | null;
}

/** One alert inside a notification. */
export interface NotifiedAlert {
  /** Identity: rule id and groupBy labels. */
  fingerprint: string;
  ruleId: string;
  title: string;
  severity: Severity;
  /** The severity that the receiver was told before; absent: nothing was, or it is still the same. */
  severityBefore?: Severity;
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
  /** What is behind the value, such as both counts of a share, by name; absent: nothing. Texts are redacted. */
  measured?: Record<string, number | string>;
  /**
   * Before and around the breach, in time order: for `count` the matches of a slice that starts at `at` (ms), for the
   * others the value of the window that ends there.
   */
  series: { at: number; value: number }[];
  lines: ExampleLine[];
  source: LogSource;
  /** Why it resolved, where that is more than "the condition no longer holds". */
  endReason: string | null;
  /** Who claims to be at it; times in ms, `until` null: for as long as it fires. Absent or null: nobody does. */
  acknowledged?: { by: string; at: number; until: number | null } | null;
  /** It began and ended so many times within a span; said once for as long as that goes on. */
  flapping?: { transitions: number; withinMs: number };
  /** Made when a message is rendered, and stored nowhere; absent or null: there is no responder. */
  links?: AlertLinks | null;
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
  /** A digest: so many notifications since then (ms) would have exceeded the receiver's limit. */
  folded?: { notifications: number; since: number };
  /** The receiver stands in for another, a channel of which failed for good; `reason` holds no secret. */
  insteadOf?: { receiver: string; channel: ChannelKind; reason: string };
}
