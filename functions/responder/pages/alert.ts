/** An alert as its pages show it. Everything in it may come from a log: every text is escaped where it is laid out. */
import type { NotifiedAlert } from '../../../shared/alerts/notification.ts';
import { type AlertWords, alertWords, type Named } from '../../../shared/channels/alert-words.ts';
import { escapeHtml } from '../../../shared/text/html.ts';
import { word } from '../../../shared/text/words.ts';
import { chartSvg } from './chart.ts';
import { paragraph, type Reader } from './frame.ts';

/** The band with status and title. */
export function alertHead(alert: NotifiedAlert, now: number, reader: Reader): string {
  const words = alertWords(alert, now, reader);
  const colour = alert.status === 'resolved' ? 'over' : alert.severity;
  const status = `${words.statusWord} · ${words.severityWord}`;
  const summary = words.summary === null ? '' : paragraph(words.summary);
  return (
    `<header class="${colour}"><p>${escapeHtml(status)}</p><h1>${escapeHtml(words.title)}</h1></header>` +
    `${summary === '' ? '' : `<section>${summary}</section>`}`
  );
}

/** Facts, labels, chart, example lines, where to read on. */
export function alertBody(alert: NotifiedAlert, now: number, reader: Reader): string {
  const words = alertWords(alert, now, reader);
  const chart = words.chart === null ? '' : chartSvg(words.chart, reader);
  return [
    section('', factList(words.facts)),
    section(
      '',
      [...words.notes, ...words.annotations.map(({ name, text }) => `${name}: ${text}`)]
        .map((text) => paragraph(text))
        .join(''),
    ),
    section(word('labels', reader.locale), labelList(words.labels)),
    section('', chart),
    section(word('lines', reader.locale), lineBoxes(words)),
    section('', linksOut(words, reader)),
  ].join('');
}

export function section(title: string, content: string): string {
  if (content === '') return '';
  return `<section>${title === '' ? '' : `<h2>${escapeHtml(title)}</h2>`}${content}</section>`;
}

/** Labels as `name value`. */
export function labelList(labels: readonly Named[]): string {
  if (labels.length === 0) return '';
  const items = labels.map(
    ({ name, text }) => `<li><b>${escapeHtml(name)}</b> ${escapeHtml(text === '' ? '""' : text)}</li>`,
  );
  return `<ul class="labels">${items.join('')}</ul>`;
}

function factList(facts: readonly Named[]): string {
  const items = facts.map(
    ({ name, text }) => `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(text)}</dd></div>`,
  );
  return `<dl>${items.join('')}</dl>`;
}

function lineBoxes({ lines }: AlertWords): string {
  return lines
    .map(({ at, text, origin, shown }) => {
      const place = `<p class="soft">${escapeHtml(`${at} · ${origin}`)}</p>`;
      return `${place}<pre>${escapeHtml(text)}</pre>${labelList(shown)}`;
    })
    .join('');
}

function linksOut({ logsUrl, runbookUrl }: AlertWords, { locale }: Reader): string {
  const link = (label: string, url: string | null) =>
    url === null
      ? ''
      : `<p><a href="${escapeHtml(url)}" rel="noopener noreferrer">${escapeHtml(label)}</a></p>`;
  return link(word('runbook', locale), runbookUrl) + link(word('openLogs', locale), logsUrl);
}
