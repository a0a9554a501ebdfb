/** What happened to an alert, in order: what it did, what was decided about it, what people did. */
import type { Decision } from '../../../shared/routing/decisions.ts';
import type { ExplainedGroup } from '../../../shared/routing/explain.ts';
import type { AlertStanding } from '../../../shared/routing/standing.ts';
import { formatValue } from '../../../shared/text/condition.ts';
import { formatLasted } from '../../../shared/text/durations.ts';
import { escapeHtml } from '../../../shared/text/html.ts';
import { reasonText } from '../../../shared/text/reasons.ts';
import { formatTime } from '../../../shared/text/times.ts';
import { word } from '../../../shared/text/words.ts';
import type { Reader } from './frame.ts';
import { pageWord } from './words.ts';

export interface Entry {
  /** ms */
  at: number;
  text: string;
}

/** What is still to come at `now` (ms) looks so. */
export function timelineHtml(standing: AlertStanding, now: number, reader: Reader): string {
  const items = timelineOf(standing, reader).map(({ at, text }) => {
    const time = escapeHtml(formatTime(at, reader.timeZone));
    const ahead = at > now ? ' class="ahead"' : '';
    return `<li${ahead}><time>${time}</time>${escapeHtml(text)}</li>`;
  });
  return `<ol>${items.join('')}</ol>`;
}

/** In order of time. */
export function timelineOf(standing: AlertStanding, { locale }: Pick<Reader, 'locale'>): Entry[] {
  const { alert, groups, acknowledgement, silences, withheld } = standing;
  const began = pageWord('began', locale);
  const entries = [
    { at: alert.startsAt, text: withheld === null ? began : `${began} · ${reasonText(withheld, locale)}` },
    ...groups.flatMap((group) => groupEntries(group, locale)),
    ...silences.map(({ startsAt, author }) => ({
      at: startsAt,
      text: pageWord('silenceBegan', locale, { who: author }),
    })),
  ];
  if (acknowledgement !== undefined) {
    const { at, by } = acknowledgement;
    entries.push({ at, text: pageWord('acknowledgedBy', locale, { who: by }) });
  }
  if (alert.endsAt !== null) entries.push({ at: alert.endsAt, text: pageWord('over', locale) });
  return entries.toSorted((a, b) => a.at - b.at);
}

function groupEntries(
  { receiver, at, decisions, nextAt, told }: ExplainedGroup,
  locale: Reader['locale'],
): Entry[] {
  const entries = [
    { at, text: pageWord('routed', locale, { who: receiver }) },
    ...decisions.map((decision) => ({
      at: decision.at,
      text: `${receiver} · ${decisionText(decision, locale)}`,
    })),
  ];
  if (nextAt !== null && told !== 'left')
    entries.push({ at: nextAt, text: pageWord('next', locale, { who: receiver }) });
  return entries;
}

function decisionText({ reason, times }: Decision, locale: Reader['locale']): string {
  const text = reasonText(reason, locale);
  return times === undefined ? text : `${text} ×${times}`;
}

/** How the alert went before: when, how long, how bad. */
export function earlierHtml({ earlier }: AlertStanding, { locale, timeZone }: Reader): string {
  const items = earlier.map(({ startsAt, endsAt, condition, peak }) => {
    const lasted = formatLasted((endsAt ?? startsAt) - startsAt, locale);
    const text = `${lasted} · ${word('peak', locale)} ${formatValue(condition, peak, locale)}`;
    return `<li><time>${escapeHtml(formatTime(startsAt, timeZone))}</time>${escapeHtml(text)}</li>`;
  });
  return items.length === 0 ? '' : `<ol>${items.join('')}</ol>`;
}
