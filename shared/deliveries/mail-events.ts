/**
 * What became of a mail after SES took it, as SES tells it through EventBridge ("Monitoring Amazon SES events using
 * Amazon EventBridge" and "Contents of event data", Amazon SES Developer Guide). Events come late, twice and out of
 * order; the servers of strangers wrote what they say.
 */
import * as z from 'zod/mini';
import { cutBytes, oneLine } from '../text/plain.ts';

/** The detail types that are listened to. */
export const MAIL_EVENT_TYPES = [
  'Email Bounced',
  'Email Complaint Received',
  'Email Rejected',
  'Email Delivery Delayed',
  'Email Delivered',
] as const;

/** The tags by which a mail is known again. */
export const NOTIFICATION_TAG = 'tocsin-notification';
export const DELIVERY_TAG = 'tocsin-delivery';

/**
 * `lost`: it did not reach the address. `complaint`: it did, and was called spam there. `delayed`: SES goes on trying,
 * or an automatic answer came back. `arrived`: the server of the address took it.
 */
export type MailFate = 'lost' | 'complaint' | 'delayed' | 'arrived';

export interface MailEvent {
  notificationId: string;
  /** The delivery's id in the ledger. */
  delivery: string;
  fate: MailFate;
  /** What SES called the mail when it took it. */
  messageId: string;
  /** In lower case. */
  addresses: string[];
  /** What SES or the server of the address said, on one line. */
  reason: string;
  /** ms */
  at: number;
}

const REASON_BYTES_MAX = 300;
/** A delivery's id holds a sign that a tag may not. */
const IN_LEDGER = '#';
const IN_TAG = '-';

const recipient = z.object({
  emailAddress: z.string(),
  status: z.optional(z.string()),
  diagnosticCode: z.optional(z.string()),
});

const mailEvent = z.object({
  source: z.literal('aws.ses'),
  'detail-type': z.enum(MAIL_EVENT_TYPES),
  time: z.string(),
  detail: z.object({
    mail: z.object({
      messageId: z.string(),
      destination: z.array(z.string()),
      tags: z.record(z.string(), z.array(z.string())),
    }),
    bounce: z.optional(
      z.object({
        bounceType: z.string(),
        bounceSubType: z.string(),
        bouncedRecipients: z.array(recipient),
        timestamp: z.optional(z.string()),
      }),
    ),
    complaint: z.optional(
      z.object({
        complainedRecipients: z.array(recipient),
        complaintFeedbackType: z.optional(z.nullable(z.string())),
        timestamp: z.optional(z.string()),
      }),
    ),
    delivery: z.optional(z.object({ recipients: z.array(z.string()), timestamp: z.optional(z.string()) })),
    reject: z.optional(z.object({ reason: z.string() })),
    deliveryDelay: z.optional(
      z.object({
        delayType: z.string(),
        delayedRecipients: z.array(recipient),
        timestamp: z.optional(z.string()),
      }),
    ),
  }),
});

type Detail = z.infer<typeof mailEvent>['detail'];
type Recipient = z.infer<typeof recipient>;

/** What one kind of event says. */
interface Said {
  fate: MailFate;
  addresses: string[];
  words: (string | null | undefined)[];
  timestamp?: string | undefined;
}

/** The value of the tag that names a delivery. */
export function deliveryTag(delivery: string): string {
  return delivery.replace(IN_LEDGER, IN_TAG);
}

/** Whether a message of the deliveries queue comes from EventBridge. */
export function isMailEvent(body: string): boolean {
  return body.includes('"aws.ses"');
}

/**
 * Reads an event as EventBridge puts it into a queue; null where the mail was not sent for a delivery.
 * @throws Error with one sentence where it is no such event
 */
export function parseMailEvent(body: string): MailEvent | null {
  const result = mailEvent.safeParse(JSON.parse(body));
  if (!result.success)
    throw new Error(
      `An event of SES is not understood at ${result.error.issues[0]?.path.join('.') ?? ''}: an event of one of ${MAIL_EVENT_TYPES.join(', ')} was expected.`,
    );
  const { detail, time } = result.data;
  const notificationId = detail.mail.tags[NOTIFICATION_TAG]?.[0];
  const delivery = detail.mail.tags[DELIVERY_TAG]?.[0];
  const said = saidBy(detail);
  if (notificationId === undefined || delivery === undefined || said === null) return null;
  const words = said.words.filter((word) => typeof word === 'string' && word !== '');
  return {
    notificationId,
    delivery: delivery.replace(IN_TAG, IN_LEDGER),
    fate: said.fate,
    messageId: detail.mail.messageId,
    addresses: [...new Set(said.addresses.map(bareAddress))],
    reason: cutBytes(oneLine(words.join(': ')), REASON_BYTES_MAX),
    at: Date.parse(said.timestamp ?? time),
  };
}

function saidBy({ mail, bounce, complaint, delivery, reject, deliveryDelay }: Detail): Said | null {
  if (bounce !== undefined) return saidByBounce(bounce);
  if (complaint !== undefined) {
    const { complainedRecipients: them, complaintFeedbackType: type, timestamp } = complaint;
    return { fate: 'complaint', addresses: addressesOf(them), words: ['complaint', type], timestamp };
  }
  if (reject !== undefined)
    return { fate: 'lost', addresses: mail.destination, words: ['rejected by SES', reject.reason] };
  if (deliveryDelay !== undefined) {
    const { delayedRecipients: them, delayType, timestamp } = deliveryDelay;
    const words = ['delayed', delayType, them[0]?.diagnosticCode];
    return { fate: 'delayed', addresses: addressesOf(them), words, timestamp };
  }
  if (delivery === undefined) return null;
  return { fate: 'arrived', addresses: delivery.recipients, words: [], timestamp: delivery.timestamp };
}

/** A transient bounce of the general kind is as often as not somebody's out-of-office answer. */
function saidByBounce(bounce: NonNullable<Detail['bounce']>): Said {
  const { bounceType, bounceSubType, bouncedRecipients: them, timestamp } = bounce;
  const isAutomatic = bounceType === 'Transient' && bounceSubType === 'General';
  return {
    fate: isAutomatic ? 'delayed' : 'lost',
    addresses: addressesOf(them),
    words: [`bounced (${bounceType}, ${bounceSubType})`, them[0]?.diagnosticCode],
    timestamp,
  };
}

function addressesOf(recipients: readonly Recipient[]): string[] {
  return recipients.map(({ emailAddress }) => emailAddress);
}

/** The mailbox without a name around it, as addresses are compared. */
export function bareAddress(address: string): string {
  return (/<([^<>]+)>\s*$/.exec(address)?.[1] ?? address).trim().toLowerCase();
}
