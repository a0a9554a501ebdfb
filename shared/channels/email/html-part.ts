import type { Severity } from '../../config/model.ts';
import { escapeHtml } from '../../text/html.ts';
import { alertCount, andMore, word } from '../../text/words.ts';
import { type AlertWords, actionsOf, type LineWords, type Named } from '../alert-words.ts';
import type { Message } from '../message.ts';
import { button, FONT, MONO, page, row, table } from './html.ts';

/** Background and ink of the banner; every pair has a contrast of at least 4.5 : 1. */
const BANNERS: Record<Severity | 'resolved', string> = {
  critical: '#b42318',
  error: '#b54708',
  warning: '#8a6100',
  info: '#175cd3',
  resolved: '#067647',
};

function text(content: string, size: number, soft = false): string {
  const colour = soft ? '#59636e' : '#1f2328';
  return `<div class="${soft ? 'soft' : 'ink'}" style="font:${size}px/1.5 ${FONT};color:${colour};white-space:pre-wrap;overflow-wrap:anywhere;word-break:break-word">${escapeHtml(content)}</div>`;
}

function factCell({ name, text: value }: Named): string {
  return `<td class="half" width="50%" valign="top" style="width:50%;padding:0 12px 8px 0">${text(name, 12, true)}${text(value, 15)}</td>`;
}

function factTable(facts: Named[]): string {
  const rows: string[] = [];
  for (let index = 0; index < facts.length; index += 2) {
    rows.push(
      `<tr>${facts
        .slice(index, index + 2)
        .map(factCell)
        .join('')}</tr>`,
    );
  }
  return rows.length === 0 ? '' : table(rows.join(''));
}

function factLine(facts: Named[]): string {
  return facts.map(({ name, text: value }) => `${name} ${value}`).join(' · ');
}

function labelText(labels: Named[]): string {
  return labels.map(({ name, text: value }) => `${name}=${value}`).join('   ');
}

function lineBox(line: LineWords): string {
  return (
    `<div class="line" style="margin:6px 0 0;padding:8px 10px;background:#f6f8fa;border:1px solid #d1d9e0;border-radius:6px;font:12px/1.5 ${MONO};color:#1f2328;white-space:pre-wrap;overflow-wrap:anywhere;word-break:break-word">` +
    `${escapeHtml(`${line.at}  ${line.text}`)}</div>`
  );
}

function buttons(alert: AlertWords, message: Message): string {
  const { locale } = message;
  const links = actionsOf(alert, locale, message.alerts.length > 1);
  if (alert.logsUrl !== null) links.push({ label: word('openLogs', locale), url: alert.logsUrl });
  if (alert.runbookUrl !== null) links.push({ label: word('runbook', locale), url: alert.runbookUrl });
  return links.map(({ label, url }, index) => button(label, url, index === 0)).join('');
}

function heading(alert: AlertWords): string {
  const banner = BANNERS[alert.status === 'resolved' ? 'resolved' : alert.severity];
  return (
    `<span style="display:inline-block;padding:1px 8px;border-radius:10px;background:${banner};color:#ffffff;font:600 12px/18px ${FONT}">` +
    `${escapeHtml(`${alert.severityWord} · ${alert.statusWord}`)}</span> ` +
    `<span class="ink" style="font:600 15px/1.5 ${FONT};color:#1f2328;overflow-wrap:anywhere">${escapeHtml(alert.title)}</span>`
  );
}

function alertRows(alert: AlertWords, message: Message): string {
  const several = message.alerts.length > 1;
  const lines = alert.lines.map(lineBox).join('');
  const parts = [
    several ? heading(alert) : '',
    alert.summary === null ? '' : text(alert.summary, 15),
    ...alert.annotations.map(({ name, text: value }) => text(`${name}: ${value}`, 14)),
    ...alert.notes.map((note) => text(note, 14)),
    several ? text(factLine(alert.facts), 14) : factTable(alert.facts),
    alert.labels.length === 0 ? '' : text(labelText(alert.labels), 13, true),
    lines === '' ? '' : text(word('lines', message.locale), 12, true) + lines,
    buttons(alert, message),
  ].filter((part) => part !== '');
  const border = several
    ? ` class="rule" style="padding:16px 24px 4px;border-top:1px solid #d1d9e0"`
    : ` style="padding:16px 24px 4px"`;
  return `<tr><td${border}>${parts.map((part) => `<div style="padding-bottom:12px">${part}</div>`).join('')}</td></tr>`;
}

function bannerRow(message: Message, total: number): string {
  const colour = BANNERS[message.status === 'resolved' ? 'resolved' : message.severity];
  const counted = total > 1 ? ` · ${alertCount(total, message.locale)}` : '';
  return (
    `<tr><td bgcolor="${colour}" style="padding:18px 24px;background:${colour}">` +
    `<div style="font:600 12px/1.5 ${FONT};color:#ffffff;letter-spacing:.04em">${escapeHtml(`${message.statusWord} · ${message.severityWord}${counted}`)}</div>` +
    `<div style="font:600 20px/1.35 ${FONT};color:#ffffff;overflow-wrap:anywhere;word-break:break-word">${escapeHtml(message.title)}</div></td></tr>`
  );
}

/** The HTML part; `left` alerts have no room. Log text appears as text only, nothing is loaded from outside. */
export function renderHtml(message: Message, preheader: string, left: number): string {
  const footer = message.footer.map(({ name, text: value }) => `${name} ${value}`).join(' · ');
  const rows = [
    bannerRow(message, message.alerts.length + left),
    ...message.alerts.map((alert) => alertRows(alert, message)),
    left > 0 ? row(text(andMore(left, message.locale), 14)) : '',
    row(text(footer, 12, true), 'padding:4px 24px 20px'),
  ];
  return page(message.locale, message.title, preheader, rows.join(''));
}
