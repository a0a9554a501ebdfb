import { type Acknowledgement, acknowledgementEnd } from '../../../shared/alerts/acknowledgement.ts';
import type { AlertStanding } from '../../../shared/routing/standing.ts';
import { escapeHtml } from '../../../shared/text/html.ts';
import { formatTime } from '../../../shared/text/times.ts';
import type { Reader } from './frame.ts';
import { pageWord } from './words.ts';

/** Whether somebody is at it, as of `now` (ms). */
export function isAcknowledged({ alert, acknowledgement }: AlertStanding, now: number): boolean {
  return acknowledgement !== undefined && acknowledgementEnd(acknowledgement, alert, now) === null;
}

/** Who is at it, and who asked for quiet, while that holds. */
export function standing(shown: AlertStanding, now: number, reader: Reader): string {
  const { acknowledgement, silences } = shown;
  const notes = silences.map(({ author, endsAt }) => silenceNote(author, endsAt, reader));
  if (acknowledgement !== undefined && isAcknowledged(shown, now))
    notes.unshift(acknowledgementNote(acknowledgement, reader));
  return notes.map((html) => `<p class="banner">${html}</p>`).join('');
}

function acknowledgementNote({ by, at, until }: Acknowledgement, { locale, timeZone }: Reader): string {
  const began = formatTime(at, timeZone);
  const parts = [escapeHtml(pageWord('acknowledgedBy', locale, { who: by })), whole(began, began)];
  if (until !== null) {
    const time = formatTime(until, timeZone);
    parts.push(whole(pageWord('acknowledgedUntil', locale, { time }), time));
  }
  return parts.join(' · ');
}

function silenceNote(who: string, endsAt: number | null, { locale, timeZone }: Reader): string {
  if (endsAt === null) return escapeHtml(pageWord('silencedAlways', locale, { who }));
  const time = formatTime(endsAt, timeZone);
  return whole(pageWord('silencedBy', locale, { who, time }), time);
}

/** A sentence as HTML whose time stays on one line: it would break at its hyphens. */
function whole(sentence: string, time: string): string {
  return escapeHtml(sentence).replace(escapeHtml(time), `<span class="whole">${escapeHtml(time)}</span>`);
}
