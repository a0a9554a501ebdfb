import { createHash } from 'node:crypto';
import type { Notification } from '../../alerts/notification.ts';
import { DELIVERY_TAG, deliveryTag, NOTIFICATION_TAG } from '../../deliveries/mail-events.ts';
import type { Mail } from '../../ports.ts';
import { cutLine } from '../../text/example-line.ts';
import { byteLength, cutBytes, oneLine } from '../../text/plain.ts';
import { saysAlive } from '../alive.ts';
import { type Message, messageFor } from '../message.ts';
import { chartPicture } from './chart-picture.ts';
import { pictureId, renderHtml } from './html-part.ts';
import type { EmailSettings } from './settings.ts';
import { renderMailText } from './text-part.ts';

/** Gmail clips mails beyond about 102 KB, and with them whatever comes last. */
const HTML_BYTES_MAX = 100_000;

/** Alerts, lines of each, bytes of a line: the first that fits is taken. */
const SIZES = [
  { alerts: 30, lines: 5, lineBytes: 2048 },
  { alerts: 30, lines: 2, lineBytes: 400 },
  { alerts: 15, lines: 2, lineBytes: 400 },
  { alerts: 8, lines: 1, lineBytes: 300 },
  { alerts: 3, lines: 1, lineBytes: 300 },
] as const;

/** Alerts whose chart is shown. */
const PICTURES_MAX = 3;
const SUBJECT_BYTES_MAX = 200;
/** SES: tag names and values. */
const TAG_MAX = 256;

function domainOf(from: string): string {
  const domain = /@([A-Za-z0-9.-]+)>?$/.exec(from)?.[1];
  return domain ?? 'tocsin.invalid';
}

/** The id that all mails of one incident refer to, so that clients show them as one conversation. */
function conversationId(notification: Notification, from: string): string {
  const incident = notification.incident ?? `${notification.receiver}\n${notification.groupKey}`;
  return `<${createHash('sha256').update(incident).digest('hex').slice(0, 32)}@${domainOf(from)}>`;
}

/** Constant for an incident: neither the status nor a count nor the severity, which may change, stands in it. */
function subjectOf(notification: Notification, { headline }: Message): string {
  const labels = Object.entries(notification.groupLabels)
    .filter(([name]) => name !== 'rule' && name !== 'severity')
    .map(([name, value]) => `${name}=${value}`);
  const rule = notification.groupLabels.rule;
  const title =
    rule === undefined ? null : (notification.alerts.find((alert) => alert.ruleId === rule)?.title ?? rule);
  const parts = [title, ...labels].filter((part) => part !== null);
  const usual = parts.length === 0 ? notification.receiver : parts.join(' · ');
  const subject = saysAlive(notification) ? headline : usual;
  return cutBytes(oneLine(`[tocsin] ${subject}`), SUBJECT_BYTES_MAX);
}

/** RFC 2047: words with other than ASCII, in chunks that keep each encoded word under 75 characters. */
function encodedWords(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const words: string[] = [];
  let chunk = '';
  for (const char of text) {
    if (Buffer.byteLength(chunk + char) > 42) {
      words.push(chunk);
      chunk = '';
    }
    chunk += char;
  }
  return [...words, chunk].map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join(' ');
}

/** A mailbox with its display name in ASCII, as SES wants addresses. */
function mailbox(address: string): string {
  const named = /^([^<]+) (<[^>]+>)$/.exec(oneLine(address));
  return named === null ? oneLine(address) : `${encodedWords(named[1] ?? '')} ${named[2]}`;
}

function tag(name: string, value: string): { name: string; value: string } {
  return { name, value: value.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, TAG_MAX) || '_' };
}

function header(name: string, value: string): { name: string; value: string } {
  return { name, value: encodedWords(oneLine(value)).slice(0, 900) };
}

/** RFC 2369, where somebody reads the answers; a sender alone is often a mailbox that nobody has. */
function unsubscribe([first]: readonly string[]): { name: string; value: string }[] {
  if (first === undefined) return [];
  const bare = /<([^>]+)>$/.exec(first)?.[1] ?? first;
  const address = encodeURIComponent(bare.trim()).replace('%40', '@');
  return [header('List-Unsubscribe', `<mailto:${address}?subject=unsubscribe>`)];
}

function shorten(message: Message, size: (typeof SIZES)[number]): Message {
  const alerts = message.alerts.slice(0, size.alerts).map((alert) => ({
    ...alert,
    lines: alert.lines
      .slice(0, size.lines)
      .map((line) => ({ ...line, text: cutLine(line.text, size.lineBytes) })),
  }));
  return { ...message, alerts };
}

type Bodies = Pick<Mail, 'text' | 'html' | 'pictures'>;

/** Charts of the first alerts that have one; each is shown where its alert is. */
function picturesOf(message: Message): Mail['pictures'] {
  if (message.digest !== null) return [];
  return message.alerts.slice(0, PICTURES_MAX).flatMap(({ chart }, index) => {
    const id = pictureId(index);
    return chart === null ? [] : [{ id, fileName: `${id}.png`, png: chartPicture(chart) }];
  });
}

function bodies(whole: Message): Bodies {
  const pictures = picturesOf(whole);
  let result: Bodies = { text: '', html: '', pictures };
  for (const size of SIZES) {
    const message = shorten(whole, size);
    const left = whole.alerts.length - message.alerts.length;
    const html = renderHtml(message, preheaderOf(whole), left, PICTURES_MAX);
    result = { text: renderMailText(message, left), html, pictures };
    if (byteLength(result.html) <= HTML_BYTES_MAX) return result;
  }
  return result;
}

function preheaderOf(message: Message): string {
  const [first] = message.alerts;
  const facts = first?.facts.slice(0, 2).map(({ name, text }) => `${name} ${text}`) ?? [];
  return [message.statusWord, message.severityWord, ...facts].join(' · ');
}

/**
 * Lays a notification out as a mail. Pure; `timeZone` is the zone of the times shown, `delivery` the delivery's id in
 * the ledger.
 */
export function renderMail(
  notification: Notification,
  settings: EmailSettings,
  from: string,
  timeZone: string,
  delivery?: string,
): Mail {
  const message = messageFor(notification, settings, timeZone);
  const conversation = conversationId(notification, from);
  return {
    from: mailbox(from),
    to: settings.to.map(mailbox),
    cc: settings.cc.map(mailbox),
    replyTo: settings.replyTo.map(mailbox),
    subject: subjectOf(notification, message),
    ...bodies(message),
    headers: [
      header('In-Reply-To', conversation),
      header('References', conversation),
      // RFC 3834: keeps out-of-office replies away.
      header('Auto-Submitted', 'auto-generated'),
      header('X-Auto-Response-Suppress', 'All'),
      header('X-Tocsin-Notification', notification.id),
      header('X-Tocsin-Status', notification.status),
      ...unsubscribe(settings.replyTo),
    ],
    tags: [
      tag('receiver', notification.receiver),
      tag('status', notification.status),
      tag(NOTIFICATION_TAG, notification.id),
      ...(delivery === undefined ? [] : [tag(DELIVERY_TAG, deliveryTag(delivery))]),
    ],
  };
}
