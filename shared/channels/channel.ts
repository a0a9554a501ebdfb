import type { z } from 'zod';
import type { Notification } from '../alerts/notification.ts';
import type { ChannelKind, ChannelOptions } from '../config/model.ts';
import type {
  Clock,
  EventBus,
  HttpTransport,
  Mailer,
  Pace,
  Secrets,
  SmtpSender,
  TextMessages,
} from '../ports.ts';

/** What became of one attempt; drives the queue and the ledger. */
export type Outcome =
  | { outcome: 'delivered'; reference: string | null }
  /**
   * `afterMs`: the provider asked for this wait; null: the usual backoff. `unsent`: nothing was sent, for it is not its
   * turn yet; that is no attempt.
   */
  | { outcome: 'retry'; afterMs: number | null; reason: string; unsent?: true }
  | { outcome: 'failed'; reason: string };

export interface ChannelContext {
  clock: Clock;
  transport: HttpTransport;
  mailer: Mailer;
  /** Absent: mail goes through `mailer` alone. */
  smtp?: SmtpSender;
  secrets: Secrets;
  /** Absent: nobody counts what is sent where. */
  pace?: Pace;
  /** Absent: no text message can be sent from here. */
  texts?: TextMessages;
  /** Absent: there is no event bus here. */
  events?: EventBus;
  /** The document's zone, where the channel names none. */
  timeZone: string;
  /** The sender of mails, where the channel names none. */
  defaultFrom?: string;
  /** The delivery's id in the ledger, by which its provider's later words are known again. Absent: there is none. */
  delivery?: string;
}

/** One way to tell people. A new channel is one folder with this in it and one line in the registry. */
export interface Channel<Settings extends ChannelOptions = ChannelOptions & Record<string, unknown>> {
  kind: ChannelKind;
  /** One entry under the receiver's key of this channel; its output is `Settings`. */
  schema: z.ZodType<Settings>;
  /** Sends the notification once. Throws nothing: whatever happens is an outcome, and no reason holds a secret. */
  deliver(notification: Notification, settings: Settings, context: ChannelContext): Promise<Outcome>;
}
