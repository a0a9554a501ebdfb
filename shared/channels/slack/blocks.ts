import { cutBytes } from '../../text/plain.ts';
import { andMore, word } from '../../text/words.ts';
import { type AlertWords, actionsOf } from '../alert-words.ts';
import { type DigestWords, LINE_TEXT_BYTES, tallyText } from '../digest.ts';
import { headOf } from '../head.ts';
import { lineText } from '../line-text.ts';
import type { Message } from '../message.ts';
import type { Room } from '../shorten.ts';

/** Limits of Block Kit (Slack, "Blocks" and "Composition objects"), in characters. */
const SECTION_LENGTH_MAX = 3000;
const FIELD_LENGTH_MAX = 2000;
const FIELDS_MAX = 10;

/** The three characters that mean something to Slack in any text (Slack, "Formatting text: escaping"). */
export function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Escaped text of so many characters at most, cut between characters and not inside an entity. */
function bounded(text: string, lengthMax: number): string {
  let room = lengthMax;
  let cut = escapeSlack(text);
  while (cut.length > lengthMax) {
    room -= Math.max(1, Math.ceil((cut.length - lengthMax) / 5));
    cut = escapeSlack(cutBytes(text, room));
  }
  return cut === '' ? ' ' : cut;
}

/** Text in which nothing is a link, a mention or a mark. */
export function plain(text: string, lengthMax = SECTION_LENGTH_MAX) {
  return { type: 'plain_text', text: bounded(text, lengthMax), emoji: false };
}

/** An address of ours between angle brackets: `|` and `>` would end it. */
function link(label: string, url: string): string {
  const address = url.replaceAll('|', '%7C').replaceAll('<', '%3C').replaceAll('>', '%3E');
  return `<${address}|${escapeSlack(label)}>`;
}

function linksOf(alert: AlertWords, message: Message, room: Room): object[] {
  const { locale, alerts } = message;
  const places: [string, string | null][] =
    message.alerts.indexOf(alert) < room.linked
      ? [
          [word('openLogs', locale), alert.logsUrl],
          [word('runbook', locale), alert.runbookUrl],
        ]
      : [];
  const links = [
    ...actionsOf(alert, locale, alerts.length > 1).map(({ label, url }) => link(label, url)),
    ...places.flatMap(([label, url]) => (url === null ? [] : [link(label, url)])),
  ];
  let text = '';
  for (const part of links) {
    const longer = text === '' ? part : `${text}  ·  ${part}`;
    if (longer.length <= SECTION_LENGTH_MAX) text = longer;
  }
  // Verbatim: Slack makes no links and mentions of its own.
  return text === '' ? [] : [{ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }];
}

function linesOf(alert: AlertWords, room: Room): object[] {
  const lines = alert.lines.slice(0, room.lines).map((line) => lineText(line, room.lineBytes));
  if (lines.length === 0) return [];
  const elements = [{ type: 'text', text: lines.join('\n') }];
  return [{ type: 'rich_text', elements: [{ type: 'rich_text_preformatted', elements }] }];
}

function blocksOf(alert: AlertWords, message: Message, room: Room): object[] {
  const words = [
    headOf(alert, message),
    ...(alert.summary === null ? [] : [cutBytes(alert.summary, room.textBytes)]),
    ...alert.annotations.map(({ name, text }) => `${name}: ${cutBytes(text, room.textBytes)}`),
    ...alert.notes.map((note) => cutBytes(note, room.textBytes)),
  ];
  const fields = [...alert.facts, ...alert.labels.slice(0, room.labels)]
    .slice(0, FIELDS_MAX)
    .map(({ name, text }) => plain(`${name}\n${cutBytes(text, room.labelBytes)}`, FIELD_LENGTH_MAX));
  return [
    { type: 'section', text: plain(words.join('\n')), ...(fields.length > 0 ? { fields } : {}) },
    ...linesOf(alert, room),
    ...linksOf(alert, message, room),
  ];
}

/** What was folded, rule by rule; the first rules where there is no room for all. */
function digestBlocks(digest: DigestWords, { locale }: Message, room: Room): object[] {
  const left = digest.rules.slice(room.alerts).reduce((sum, { alerts }) => sum + alerts.length, 0);
  const rules = digest.rules.slice(0, room.alerts).map(({ severityWord, title, summary, alerts }) => {
    const shown = alerts.slice(0, room.alerts);
    const more = alerts.length - shown.length;
    const lines = [
      `${severityWord} · ${title}`,
      summary,
      ...shown.map(({ line }) => `• ${cutBytes(line, room.labelBytes + LINE_TEXT_BYTES)}`),
      ...(more > 0 ? [andMore(more, locale)] : []),
    ];
    return { type: 'section', text: plain(lines.join('\n')) };
  });
  return [
    { type: 'section', text: plain(tallyText(digest)) },
    ...rules.flatMap((rule) => [{ type: 'divider' }, rule]),
    ...(left > 0 ? [{ type: 'section', text: plain(andMore(left, locale)) }] : []),
  ];
}

/** The blocks of a message. */
export function renderBlocks(message: Message, room: Room): object[] {
  const shown = message.alerts.slice(0, room.alerts);
  const left = message.alerts.length - shown.length;
  const footer = message.footer.map(({ name, text }) => `${name} ${text}`).join(' · ');
  return [
    ...message.notes.map((note) => ({ type: 'section', text: plain(note) })),
    ...(message.digest === null
      ? shown.flatMap((alert) => blocksOf(alert, message, room))
      : digestBlocks(message.digest, message, room)),
    ...(left > 0 && message.digest === null
      ? [{ type: 'section', text: plain(andMore(left, message.locale)) }]
      : []),
    { type: 'context', elements: [plain(footer, FIELD_LENGTH_MAX)] },
  ];
}
