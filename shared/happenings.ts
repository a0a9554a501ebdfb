/**
 * What the functions have to say about their work: one vocabulary for the log, the metrics, the page and the terminal.
 * Never holds a secret; log text in it is redacted.
 */
import type { NotifiedAlert } from './alerts/notification.ts';
import type { ChannelKind } from './config/model.ts';

export interface DeliveryAttempt {
  type: 'delivery';
  /** The notification's id: the same on every channel and copy. */
  id: string;
  /** Processing time, ms. */
  at: number;
  receiver: string;
  channel: ChannelKind;
  status: 'firing' | 'resolved';
  outcome: 'delivered' | 'retry' | 'failed';
  reason: string | null;
  /** From the log event that began the newest alert to its delivery, ms; null where nothing new was delivered. */
  lagMs: number | null;
  groupLabels: Record<string, string>;
  alerts: Pick<NotifiedAlert, 'status' | 'labels' | 'value'>[];
}

/** A notification was decided on; deliveries through its receiver's channels follow. Times in ms. */
export interface Notified {
  type: 'notification';
  id: string;
  at: number;
  receiver: string;
  status: 'firing' | 'resolved';
  reason: string;
  groupLabels: Record<string, string>;
  alerts: Pick<NotifiedAlert, 'status' | 'labels' | 'startsAt' | 'endsAt' | 'value'>[];
}

/** `withheld`: there was something to tell, and nobody to tell it to. `folded`: a digest tells it. */
export type FlushResult = 'sent' | 'nothing to tell' | 'withheld' | 'folded';

export type Happening =
  /** Log events went through the rules. */
  | {
      type: 'events';
      logGroup: string;
      logStream: string;
      events: number;
      matched: number;
      /** Groups of rules for which they had something. */
      touched?: number;
      /** The age of the newest of them, ms. */
      lagMs: number;
    }
  /** Events that do not count, and why. */
  | { type: 'uncounted'; logGroup: string; events: number; reason: string }
  /** A rule met more groups than it counts by themselves; said once a day. */
  | { type: 'groups-exceeded'; ruleId: string; maxGroups: number }
  /** Something seems absent, while logs are known not to arrive: it is asked again later. */
  | { type: 'absence-suspended'; ruleId: string; labels: Record<string, string> }
  /** A transition of an alert; `withheld` says why nobody is told. */
  | { type: 'alert'; status: 'firing' | 'resolved'; alert: NotifiedAlert; withheld: string | null }
  /** A group was looked at when its timer rang: what was decided, and why. */
  | {
      type: 'flush';
      receiver: string;
      groupLabels: Record<string, string>;
      result: FlushResult;
      reason: string;
    }
  | Notified
  | DeliveryAttempt
  /** What became of a mail after it had been taken; `lost` and `complaint` mark the address as failing. */
  | {
      type: 'returned';
      receiver: string;
      address: string;
      fate: 'lost' | 'complaint' | 'delayed';
      reason: string;
    }
  /**
   * Somebody acted on an alert from its page; `by` is a name that they claimed, `receiver` whose message led there.
   * `until` in ms; null: until the alert ends.
   */
  | {
      type: 'acted';
      action: 'acknowledge' | 'silence';
      by: string;
      receiver: string;
      until: number | null;
      ruleId: string;
      labels: Record<string, string>;
    }
  /** Something in the configuration does not work; the last good version stays in force. */
  | { type: 'configuration'; kind: string; id: string; path: string; reason: string }
  /** A log group's events are handed to tocsin from now on, or no longer, or cannot be. */
  | { type: 'subscription'; logGroup: string; change: 'begun' | 'ended' | 'refused'; reason: string | null }
  /** An item of the configuration does not stand as the deployed document says, and stays so. */
  | { type: 'drift'; kind: string; id: string; reason: string }
  /** The evaluator finished what somebody else had begun. */
  | { type: 'recovered'; what: string };

/** Takes note of a happening; must not throw and not take time. */
export type Happened = (happening: Happening) => void;
