import { escapeHtml } from '../../text/html.ts';
import { formatClock } from '../../text/times.ts';
import { alertCount, andMore, word } from '../../text/words.ts';
import type { AlertWords, LineWords, Named } from '../alert-words.ts';
import type { Message } from '../message.ts';
import { digestRows } from './digest-part.ts';
import { BANNERS, FONT, MONO, page, row, table, text, WRAPPED } from './html.ts';
import { buttonsOf } from './html-links.ts';

/** The name by which the HTML asks for the picture of an alert. */
export function pictureId(index: number): string {
  return `chart-${index + 1}`;
}

function factCell({ name, text: value }: Named, large: boolean): string {
  const size = large ? '600 22px/1.35' : '15px/1.5';
  return (
    `<td class="half" width="50%" valign="top" style="width:50%;padding:0 12px 12px 0">${text(name, 12, true)}` +
    `<div class="ink" style="font:${size} ${FONT};color:#1f2328;${WRAPPED}">${escapeHtml(value)}</div></td>`
  );
}

/** Facts in two columns, which phones stack; the first two are what one looks for. */
function factTable(facts: Named[]): string {
  const rows: string[] = [];
  for (let index = 0; index < facts.length; index += 2) {
    const cells = facts.slice(index, index + 2).map((fact) => factCell(fact, index === 0 && isShort(fact)));
    rows.push(`<tr>${cells.join('')}</tr>`);
  }
  return rows.length === 0 ? '' : table(rows.join(''));
}

function isShort({ text: value }: Named): boolean {
  return value.length <= 16;
}

function factLine(facts: Named[]): string {
  return facts.map(({ name, text: value }) => `${name} ${value}`).join(' · ');
}

function labelChips(labels: Named[]): string {
  return labels
    .map(
      ({ name, text: value }) =>
        `<span class="line" style="display:inline-block;margin:0 6px 6px 0;padding:2px 8px;background:#f6f8fa;border:1px solid #d1d9e0;border-radius:6px;font:13px/1.5 ${FONT};color:#1f2328;${WRAPPED}">${escapeHtml(`${name}=${value}`)}</span>`,
    )
    .join('');
}

function lineBox(line: LineWords): string {
  const shown = line.shown.map(({ name, text: value }) => `\n${name}: ${value}`).join('');
  return (
    `<div class="line" style="margin:6px 0 0;padding:8px 10px;background:#f6f8fa;border:1px solid #d1d9e0;border-radius:6px;font:12px/1.5 ${MONO};color:#1f2328;${WRAPPED}">` +
    `${escapeHtml(`${line.at}  ${line.text}${shown}`)}</div>`
  );
}

function noteBox(note: string): string {
  return (
    `<div class="line" style="padding:8px 12px;background:#f6f8fa;border:1px solid #d1d9e0;border-left:4px solid #8c959f;border-radius:4px;font:14px/1.5 ${FONT};color:#1f2328;${WRAPPED}">` +
    `${escapeHtml(note)}</div>`
  );
}

/** The picture, with what it shows in letters around it. */
function chartBlock({ chart }: AlertWords, message: Message, id: string): string {
  if (chart === null) return '';
  const [first, last] = [chart.points[0], chart.points.at(-1)];
  if (first === undefined || last === undefined) return '';
  const limit =
    chart.thresholdText === null ? '' : ` · ${word('threshold', message.locale)} ${chart.thresholdText}`;
  const caption = `${chart.caption}${limit}`;
  const clock = (at: number) => formatClock(at, message.timeZone);
  const span = `<tr><td>${text(clock(first.at), 12, true)}</td><td align="right">${text(clock(last.at), 12, true)}</td></tr>`;
  return (
    text(caption, 12, true) +
    `<img src="cid:${id}" width="552" alt="${escapeHtml(`${caption}: ${chart.topText}`)}" style="display:block;width:100%;max-width:552px;height:auto;border:0">` +
    table(span)
  );
}

/** The labels that alerts of one title differ in, by which they are told apart; none: their titles differ. */
function tellingLabels(alert: AlertWords, { alerts }: Message): Named[] {
  if (alerts.some(({ title }) => title !== alert.title)) return [];
  const isCommon = ({ name, text: value }: Named) =>
    alerts.every(({ labels }) => labels.some((label) => label.name === name && label.text === value));
  return alert.labels.filter((label) => !isCommon(label));
}

function heading(alert: AlertWords, telling: readonly Named[]): string {
  const words = telling.map(({ name, text: value }) => `${name} ${value}`).join(' · ');
  const banner = BANNERS[alert.status === 'resolved' ? 'resolved' : alert.severity];
  return (
    `<span style="display:inline-block;padding:1px 8px;border-radius:10px;background:${banner};color:#ffffff;font:600 12px/18px ${FONT}">` +
    `${escapeHtml(`${alert.severityWord} · ${alert.statusWord}`)}</span> ` +
    `<span class="ink" style="font:600 15px/1.5 ${FONT};color:#1f2328;overflow-wrap:anywhere">${escapeHtml(words || alert.title)}</span>`
  );
}

function alertRows(alert: AlertWords, message: Message, picture: string | null): string {
  const several = message.alerts.length > 1;
  const telling = several ? tellingLabels(alert, message) : [];
  const lines = alert.lines.map(lineBox).join('');
  const parts = [
    several ? heading(alert, telling) : '',
    ...alert.notes.map(noteBox),
    alert.summary === null ? '' : text(alert.summary, 16),
    ...alert.annotations.map(({ name, text: value }) => text(`${name}: ${value}`, 14)),
    several ? text(factLine(alert.facts), 14) : factTable(alert.facts),
    labelChips(alert.labels.filter((label) => !telling.includes(label))),
    buttonsOf(alert, message),
    picture === null ? '' : chartBlock(alert, message, picture),
    lines === '' ? '' : text(word('lines', message.locale), 12, true) + lines,
  ].filter((part) => part !== '');
  const border = several
    ? ` class="rule pad" style="padding:16px 24px 4px;border-top:1px solid #d1d9e0"`
    : ` class="pad" style="padding:20px 24px 4px"`;
  return `<tr><td${border}>${parts.map((part) => `<div style="padding-bottom:12px">${part}</div>`).join('')}</td></tr>`;
}

function bannerRow(message: Message, total: number): string {
  const colour = BANNERS[message.status === 'resolved' ? 'resolved' : message.severity];
  const counted = total > 1 ? ` · ${alertCount(total, message.locale)}` : '';
  return (
    `<tr><td class="pad" bgcolor="${colour}" style="padding:18px 24px;background:${colour}">` +
    `<div style="font:600 13px/1.5 ${FONT};color:#ffffff;letter-spacing:.04em">${escapeHtml(`${message.statusWord} · ${message.severityWord}${counted}`)}</div>` +
    `<div style="font:600 21px/1.35 ${FONT};color:#ffffff;overflow-wrap:anywhere;word-break:break-word">${escapeHtml(message.title)}</div></td></tr>`
  );
}

function alertsRows(message: Message, left: number, pictures: number): string[] {
  return [
    ...message.alerts.map((alert, index) =>
      alertRows(alert, message, index < pictures ? pictureId(index) : null),
    ),
    left > 0 ? row(text(andMore(left, message.locale), 14)) : '',
  ];
}

/**
 * The HTML part; `left` alerts have no room, the first `pictures` show their chart. Log text appears as text only,
 * nothing is loaded from outside.
 */
export function renderHtml(message: Message, preheader: string, left: number, pictures: number): string {
  const footer = message.footer.map(({ name, text: value }) => `${name} ${value}`).join(' · ');
  const rows = [
    bannerRow(message, message.alerts.length + left),
    ...message.notes.map((note) => row(noteBox(note), 'padding:16px 24px 0')),
    ...(message.digest === null
      ? alertsRows(message, left, pictures)
      : digestRows(message.digest, message, message.alerts.length)),
    row(text(footer, 12, true), 'padding:8px 24px 20px'),
  ];
  return page(message.locale, message.title, preheader, rows.join(''));
}
