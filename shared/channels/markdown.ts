import { cutBytes } from '../text/plain.ts';
import { andMore, word } from '../text/words.ts';
import { type AlertWords, actionsOf, type Named } from './alert-words.ts';
import { type DigestRule, type DigestWords, LINE_TEXT_BYTES, tallyText } from './digest.ts';
import { disarmLine, disarmLines } from './disarm.ts';
import { headOf } from './head.ts';
import { lineText } from './line-text.ts';
import type { Message } from './message.ts';
import type { Room } from './shorten.ts';

/** How a provider writes what a message is made of; texts come in disarmed. */
export interface Dialect {
  heading(text: string): string;
  strong(text: string): string;
  /** `url` is the rule's or ours, never a log's. */
  link(label: string, url: string): string;
  quote(line: string): string;
  /** Between two lines of one paragraph. */
  lineBreak: string;
}

/** Brackets would end the address early. */
function safeUrl(url: string): string {
  return url.replaceAll('(', '%28').replaceAll(')', '%29').replaceAll(' ', '%20');
}

function labelled(values: Named[], room: Room): string {
  const shown = values.slice(0, room.labels).map(({ name, text }) => {
    return `${disarmLine(cutBytes(name, room.labelBytes))}=${disarmLine(cutBytes(text, room.labelBytes))}`;
  });
  return shown.join(', ');
}

function linksOf(alert: AlertWords, message: Message, dialect: Dialect, room: Room): string[] {
  const links: [string, string | null][] =
    message.alerts.indexOf(alert) < room.linked
      ? [
          [word('openLogs', message.locale), alert.logsUrl],
          [word('runbook', message.locale), alert.runbookUrl],
        ]
      : [];
  const actions = actionsOf(alert, message.locale, message.alerts.length > 1);
  return [
    ...actions.map(({ label, url }) => dialect.link(label, safeUrl(url))),
    ...links.flatMap(([label, url]) => (url === null ? [] : [dialect.link(label, safeUrl(url))])),
  ];
}

function paragraphOf(alert: AlertWords, message: Message, dialect: Dialect, room: Room): string {
  const labels = labelled(alert.labels, room);
  const links = linksOf(alert, message, dialect, room);
  const text = (words: string) => disarmLines(cutBytes(words, room.textBytes));
  return [
    dialect.strong(disarmLine(headOf(alert, message))),
    ...(alert.summary === null ? [] : text(alert.summary)),
    ...alert.facts.map((fact) => `${disarmLine(fact.name)}: ${disarmLine(fact.text)}`),
    ...(labels === '' ? [] : [`${word('labels', message.locale)}: ${labels}`]),
    ...alert.annotations.flatMap(({ name, text: words }) => text(`${name}: ${words}`)),
    ...alert.notes.flatMap(text),
    ...alert.lines.slice(0, room.lines).flatMap((line) => {
      return disarmLines(lineText(line, room.lineBytes)).map((part) => dialect.quote(part));
    }),
    ...(links.length === 0 ? [] : [links.join(' · ')]),
  ].join(dialect.lineBreak);
}

function ruleParagraph(rule: DigestRule, { locale }: Message, dialect: Dialect, room: Room): string {
  const shown = rule.alerts.slice(0, room.alerts);
  const left = rule.alerts.length - shown.length;
  return [
    dialect.strong(disarmLine(`${rule.severityWord} · ${rule.title}`)),
    disarmLine(rule.summary),
    ...shown.map(({ line }) => dialect.quote(disarmLine(cutBytes(line, room.labelBytes + LINE_TEXT_BYTES)))),
    ...(left > 0 ? [dialect.quote(andMore(left, locale))] : []),
  ].join(dialect.lineBreak);
}

/** What was folded, rule by rule; the first rules where there is no room for all. */
function digestParagraphs(digest: DigestWords, message: Message, dialect: Dialect, room: Room): string[] {
  const left = digest.rules.slice(room.alerts).reduce((sum, { alerts }) => sum + alerts.length, 0);
  return [
    dialect.strong(tallyText(digest)),
    ...digest.rules.slice(0, room.alerts).map((rule) => ruleParagraph(rule, message, dialect, room)),
    ...(left > 0 ? [andMore(left, message.locale)] : []),
  ];
}

/** A message in a markdown dialect, without mentions. */
export function renderMarkdown(message: Message, dialect: Dialect, room: Room): string {
  const shown = message.alerts.slice(0, room.alerts);
  const left = message.alerts.length - shown.length;
  const footer = message.footer.map(({ name, text }) => disarmLine(`${name} ${text}`)).join(' · ');
  return [
    dialect.heading(disarmLine(message.headline)),
    ...message.notes.flatMap((note) => disarmLines(cutBytes(note, 600))),
    ...(message.digest === null
      ? shown.map((alert) => paragraphOf(alert, message, dialect, room))
      : digestParagraphs(message.digest, message, dialect, room)),
    ...(left > 0 && message.digest === null ? [andMore(left, message.locale)] : []),
    footer,
  ].join('\n\n');
}
