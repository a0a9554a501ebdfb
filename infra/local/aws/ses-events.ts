/**
 * What real SES says after it took a mail, in front of the embedded inbox, which says nothing: the addresses of SES's
 * mailbox simulator bounce and complain as they do there, all others take their mail ("Using the Amazon SES mailbox
 * simulator", Amazon SES Developer Guide).
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen, type Running } from '../../http/listen.ts';
import { refuseWebPages } from '../../http/web-pages.ts';

/** Puts an event where EventBridge would. */
export type Emit = (event: object) => Promise<void>;

export interface SesEventsOptions {
  /** The inbox's URL. */
  target: string;
  emit: Emit;
  /** ms */
  clock: () => number;
  /** Takes note of an event that could not be put; the mail is taken all the same. */
  failed: (error: unknown) => void;
}

const SEND = '/v2/email/outbound-emails';
const SIMULATOR = /(?:^|<)([a-z]+)(?:\+[^@]*)?@simulator\.amazonses\.com>?$/i;

interface Sent {
  ConfigurationSetName?: string;
  Destination?: { ToAddresses?: string[]; CcAddresses?: string[] };
  EmailTags?: { Name: string; Value: string }[];
}

/** Starts the server in front of the inbox; its `url` is where mails are sent to. */
export async function startSesEvents(options: SesEventsOptions): Promise<Running> {
  const server = createServer((incoming, response) => {
    // Whoever sends a mail hears of a broken connection, and says so.
    pass(options, incoming, response).catch(() => incoming.socket.destroy());
  });
  refuseWebPages(server);
  server.keepAliveTimeout = 0;
  return await listen(server);
}

async function pass(
  options: SesEventsOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await text(incoming);
  const answer = await forward(options.target, incoming, body);
  const answered = await text(answer);
  const isTaken = incoming.url?.startsWith(SEND) === true && answer.statusCode === 200;
  if (isTaken) await tell(options, JSON.parse(body) as Sent, answered);
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  response.end(answered);
}

function forward(target: string, { method, headers, url }: IncomingMessage, body: string) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    // A connection of its own: one that was kept may be closed at the very moment it is used again.
    const path = url?.startsWith('/') === true ? url : '/';
    const options = { ...(method === undefined ? {} : { method }), path, headers, agent: false };
    request(target, options, resolve).once('error', reject).end(body);
  });
}

/** Events come for mails with a configuration set only, as its destinations ask for them. */
async function tell({ emit, clock, failed }: SesEventsOptions, sent: Sent, answered: string): Promise<void> {
  const { ConfigurationSetName: configurationSet, Destination = {}, EmailTags = [] } = sent;
  if (configurationSet === undefined) return;
  const { MessageId: messageId = '' } = JSON.parse(answered) as { MessageId?: string };
  const time = new Date(clock()).toISOString();
  const recipients = [...(Destination.ToAddresses ?? []), ...(Destination.CcAddresses ?? [])];
  const tags = Object.fromEntries(EmailTags.map(({ Name, Value }) => [Name, [Value]]));
  const mail = {
    timestamp: time,
    messageId,
    destination: recipients,
    tags: { 'ses:configuration-set': [configurationSet], ...tags },
  };
  for (const address of recipients) {
    const { type, ...detail } = fateOf(address, time);
    try {
      await emit({ version: '0', source: 'aws.ses', 'detail-type': type, time, detail: { ...detail, mail } });
    } catch (error) {
      failed(error);
    }
  }
}

function fateOf(address: string, timestamp: string): { type: string } & Record<string, unknown> {
  const [, mailbox] = SIMULATOR.exec(address) ?? [];
  const emailAddress = address;
  switch (mailbox?.toLowerCase()) {
    case 'bounce':
      return bounced('Permanent', 'General', timestamp, {
        emailAddress,
        action: 'failed',
        status: '5.1.1',
        diagnosticCode: 'smtp; 550 5.1.1 user unknown',
      });
    case 'suppressionlist':
      return bounced('Permanent', 'Suppressed', timestamp, {
        emailAddress,
        diagnosticCode: 'Amazon SES has suppressed sending to this address',
      });
    case 'ooto':
      return bounced('Transient', 'General', timestamp, { emailAddress });
    case 'complaint':
      return {
        type: 'Email Complaint Received',
        eventType: 'Complaint',
        complaint: {
          complainedRecipients: [{ emailAddress }],
          complaintFeedbackType: 'abuse',
          timestamp,
        },
      };
    default:
      return {
        type: 'Email Delivered',
        eventType: 'Delivery',
        delivery: { recipients: [address], timestamp, smtpResponse: '250 2.6.0 Message received' },
      };
  }
}

function bounced(bounceType: string, bounceSubType: string, timestamp: string, recipient: object) {
  const bounce = { bounceType, bounceSubType, bouncedRecipients: [recipient], timestamp };
  return { type: 'Email Bounced', eventType: 'Bounce', bounce };
}
