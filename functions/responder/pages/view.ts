import { type Acknowledgement, acknowledgementEnd } from '../../../shared/alerts/acknowledgement.ts';
import { escapeHtml } from '../../../shared/text/html.ts';
import { formatTime } from '../../../shared/text/times.ts';
import type { ShownAlert } from '../shown.ts';
import { alertBody, alertHead, section } from './alert.ts';
import { frame, paragraph, type Reader } from './frame.ts';
import { pageWord } from './words.ts';

/** Where the buttons lead; null: there is nothing to act on. */
export interface Buttons {
  acknowledge: string | null;
  silence: string | null;
}

/** Everything about an alert on one page, as of `now` (ms). */
export function viewPage(shown: ShownAlert, buttons: Buttons, now: number, reader: Reader): string {
  const { alert } = shown;
  const content =
    alertHead(alert, now, reader) +
    standing(shown, now, reader) +
    section('', buttonRow(buttons, reader)) +
    alertBody(alert, now, reader) +
    section(pageWord('timeline', reader.locale), timeline(shown, reader));
  return frame(alert.title, content, reader.locale);
}

/** Who is at it, and who asked for quiet, while that holds. */
function standing({ alert, acknowledgement, silences }: ShownAlert, now: number, reader: Reader): string {
  const notes = silences.map(({ author, endsAt }) => silenceNote(author, endsAt, reader));
  if (acknowledgement !== undefined && acknowledgementEnd(acknowledgement, alert, now) === null)
    notes.unshift(acknowledgementNote(acknowledgement, reader));
  return notes.map((text) => paragraph(text, 'banner')).join('');
}

function acknowledgementNote({ by, at, until }: Acknowledgement, { locale, timeZone }: Reader): string {
  const parts = [pageWord('acknowledgedBy', locale, { who: by }), formatTime(at, timeZone)];
  if (until !== null)
    parts.push(pageWord('acknowledgedUntil', locale, { time: formatTime(until, timeZone) }));
  return parts.join(' · ');
}

function silenceNote(who: string, endsAt: number | null, { locale, timeZone }: Reader): string {
  if (endsAt === null) return pageWord('silencedAlways', locale, { who });
  return pageWord('silencedBy', locale, { who, time: formatTime(endsAt, timeZone) });
}

function buttonRow({ acknowledge, silence }: Buttons, { locale }: Reader): string {
  const links = [
    { url: acknowledge, label: pageWord('acknowledge', locale), rank: ' first' },
    { url: silence, label: pageWord('silence', locale), rank: acknowledge === null ? ' first' : '' },
  ];
  const shown = links.flatMap(({ url, label, rank }) =>
    url === null ? [] : [`<a class="button${rank}" href="${escapeHtml(url)}">${escapeHtml(label)}</a>`],
  );
  return shown.length === 0 ? '' : `<div class="actions">${shown.join('')}</div>`;
}

function timeline({ alert, groups, acknowledgement }: ShownAlert, { locale, timeZone }: Reader): string {
  const entries = [{ at: alert.startsAt, text: pageWord('began', locale) }];
  for (const { lastSentAt, nextFlushAt, route } of groups) {
    const who = route.receiver;
    if (lastSentAt !== null) entries.push({ at: lastSentAt, text: pageWord('told', locale, { who }) });
    entries.push({ at: nextFlushAt, text: pageWord('next', locale, { who }) });
  }
  if (acknowledgement !== undefined) {
    const { at, by } = acknowledgement;
    entries.push({ at, text: pageWord('acknowledgedBy', locale, { who: by }) });
  }
  if (alert.endsAt !== null) entries.push({ at: alert.endsAt, text: pageWord('over', locale) });
  const items = entries
    .toSorted((a, b) => a.at - b.at)
    .map(
      ({ at, text }) => `<li><time>${escapeHtml(formatTime(at, timeZone))}</time>${escapeHtml(text)}</li>`,
    );
  return `<ol>${items.join('')}</ol>`;
}
