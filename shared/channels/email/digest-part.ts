import { escapeHtml } from '../../text/html.ts';
import { andMore } from '../../text/words.ts';
import { type DigestAlert, type DigestRule, type DigestWords, tallyText } from '../digest.ts';
import type { Message } from '../message.ts';
import { BANNERS, FONT, table, text } from './html.ts';
import { buttonsOf } from './html-links.ts';

/** Each count in a cell of its own, large and in the colour of what it counts. */
function tallyRow({ tallies }: DigestWords): string {
  const cells = tallies.map(
    ({ kind, word, count }) =>
      `<td valign="top" style="padding:0 28px 0 0">${text(word, 12, true)}` +
      `<div style="display:inline-block;min-width:22px;padding:1px 8px;border-radius:6px;background:${BANNERS[kind]};color:#ffffff;font:600 20px/30px ${FONT};text-align:center">${count}</div></td>`,
  );
  return `<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>${cells.join('')}</tr></table>`;
}

function alertRow({ name, text: words, isOver }: DigestAlert): string {
  if (name === '')
    return `<tr><td class="rule" colspan="2" style="padding:6px 0;border-top:1px solid #d1d9e0">${text(words, 14, isOver)}</td></tr>`;
  return (
    `<tr><td class="half rule" width="45%" valign="top" style="width:45%;padding:6px 12px 6px 0;border-top:1px solid #d1d9e0">${text(name, 14, isOver)}</td>` +
    `<td class="half rule tail" width="55%" valign="top" style="width:55%;padding:6px 0;border-top:1px solid #d1d9e0">${text(words, 14, isOver)}</td></tr>`
  );
}

function heading(rule: DigestRule): string {
  const banner = BANNERS[rule.isOver ? 'resolved' : rule.severity];
  return (
    `<span style="display:inline-block;padding:1px 8px;border-radius:10px;background:${banner};color:#ffffff;font:600 12px/18px ${FONT}">${escapeHtml(rule.severityWord)}</span> ` +
    `<span class="ink" style="font:600 15px/1.5 ${FONT};color:#1f2328;overflow-wrap:anywhere">${escapeHtml(rule.title)}</span>`
  );
}

function ruleRow(rule: DigestRule, message: Message, room: number): string {
  const shown = rule.alerts.slice(0, room);
  const left = rule.alerts.length - shown.length;
  const rows = shown.map(alertRow).join('');
  const [only, ...others] = rule.alerts;
  const parts = [
    heading(rule),
    text(rule.summary, 13, true),
    table(rows),
    left > 0 ? text(andMore(left, message.locale), 13, true) : '',
    only === undefined || others.length > 0 ? '' : buttonsOf(only.words, message),
  ].filter((part) => part !== '');
  return `<tr><td class="rule pad" style="padding:16px 24px 8px;border-top:1px solid #d1d9e0">${parts
    .map((part) => `<div style="padding-bottom:8px">${part}</div>`)
    .join('')}</td></tr>`;
}

/** The rows of a digest in the mail's single column; `room`: rules, and alerts of each, that are listed. */
export function digestRows(digest: DigestWords, message: Message, room: number): string[] {
  const left = digest.rules.slice(room).reduce((sum, { alerts }) => sum + alerts.length, 0);
  return [
    `<tr><td class="pad" style="padding:20px 24px 16px">${tallyRow(digest)}</td></tr>`,
    ...digest.rules.slice(0, room).map((rule) => ruleRow(rule, message, room)),
    left > 0
      ? `<tr><td class="pad" style="padding:0 24px 16px">${text(andMore(left, message.locale), 14)}</td></tr>`
      : '',
  ];
}

/** The same for the text part. */
export function digestText(digest: DigestWords, message: Message, room: number): string[][] {
  const left = digest.rules.slice(room).reduce((sum, { alerts }) => sum + alerts.length, 0);
  return [
    [tallyText(digest)],
    ...digest.rules.slice(0, room).map((rule) => {
      const shown = rule.alerts.slice(0, room);
      const more = rule.alerts.length - shown.length;
      return [
        `${rule.severityWord} · ${rule.title}`,
        rule.summary,
        ...shown.map(({ line }) => `  ${line}`),
        ...(more > 0 ? [`  ${andMore(more, message.locale)}`] : []),
      ];
    }),
    ...(left > 0 ? [[andMore(left, message.locale)]] : []),
  ];
}
