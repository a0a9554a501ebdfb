import { type Acknowledgement, acknowledgementEnd } from '../../../shared/alerts/acknowledgement.ts';
import type { AlertStanding } from '../../../shared/routing/standing.ts';
import { formatTime } from '../../../shared/text/times.ts';
import { paragraph, type Reader } from './frame.ts';
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
