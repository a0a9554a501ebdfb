import { cutBytes } from '../../text/plain.ts';
import { andMore } from '../../text/words.ts';
import { type DigestRule, type DigestWords, LINE_TEXT_BYTES, type Tally } from '../digest.ts';
import type { Message } from '../message.ts';
import { COLOURS } from './card-alert.ts';
import { buttons } from './card-parts.ts';
import type { Detail } from './detail.ts';
import { type CardElement, plain } from './elements.ts';
import { escapeMarkdown } from './escape.ts';

function tallyText({ kind, word, count }: Tally): string {
  const colour = kind === 'resolved' ? 'green' : COLOURS[kind];
  return `<font color='${colour}'>${escapeMarkdown(word)}</font>\n**${count}**`;
}

/** How much there is of what, side by side. */
function tallies(digest: DigestWords, rich: boolean): CardElement {
  if (!rich) {
    const text = digest.tallies.map(({ word, count }) => `${word} ${count}`).join(' · ');
    return { tag: 'div', text: plain(text) };
  }
  return {
    tag: 'column_set',
    flex_mode: 'flow',
    horizontal_spacing: '16px',
    columns: digest.tallies.map((tally) => ({
      tag: 'column',
      width: 'auto',
      elements: [{ tag: 'markdown', content: tallyText(tally) }],
    })),
  };
}

function ruleTitle(rule: DigestRule, rich: boolean): CardElement {
  if (!rich) return { tag: 'div', text: plain(`${rule.severityWord} · ${rule.title}`) };
  const colour = rule.isOver ? 'green' : COLOURS[rule.severity];
  return {
    tag: 'markdown',
    content: `<font color='${colour}'>${escapeMarkdown(rule.severityWord)}</font> **${escapeMarkdown(rule.title)}**`,
  };
}

function ruleElements(rule: DigestRule, message: Message, detail: Detail, rich: boolean): CardElement[] {
  const shown = rule.alerts.slice(0, detail.alerts);
  const left = rule.alerts.length - shown.length;
  const lines = shown.map(({ line }) => `• ${cutBytes(line, detail.labelBytes + LINE_TEXT_BYTES)}`);
  if (left > 0) lines.push(andMore(left, message.locale));
  const [only, ...others] = rule.alerts;
  const summary = plain(rule.summary, { text_size: 'notation', text_color: 'grey' });
  return [
    { tag: 'hr' },
    ruleTitle(rule, rich),
    { tag: 'div', text: summary },
    { tag: 'div', text: plain(lines.join('\n')) },
    ...(only === undefined || others.length > 0 ? [] : buttons(only.words, message)),
  ];
}

/** What was folded, rule by rule; the first rules where there is no room for all. */
export function digestElements(
  digest: DigestWords,
  message: Message,
  detail: Detail,
  rich: boolean,
): CardElement[] {
  const shown = digest.rules.slice(0, detail.alerts);
  const left = digest.rules.slice(detail.alerts).reduce((sum, { alerts }) => sum + alerts.length, 0);
  return [
    tallies(digest, rich),
    ...shown.flatMap((rule) => ruleElements(rule, message, detail, rich)),
    ...(left > 0
      ? [{ tag: 'hr' as const }, { tag: 'div' as const, text: plain(andMore(left, message.locale)) }]
      : []),
  ];
}
