import type { AlertStanding } from '../../../shared/routing/standing.ts';
import { escapeHtml } from '../../../shared/text/html.ts';
import { alertBody, alertHead, section } from './alert.ts';
import { frame, type Reader } from './frame.ts';
import { isAcknowledged, standing } from './standing.ts';
import { earlierHtml, timelineHtml } from './timeline.ts';
import { pageWord } from './words.ts';

/** Where the buttons lead; null: there is nothing to act on. */
export interface Buttons {
  acknowledge: string | null;
  silence: string | null;
}

/** Everything about an alert on one page, as of `now` (ms). */
export function viewPage(shown: AlertStanding, buttons: Buttons, now: number, reader: Reader): string {
  const { alert } = shown;
  const content =
    alertHead(alert, now, reader) +
    standing(shown, now, reader) +
    section('', buttonRow(buttons, isAcknowledged(shown, now), reader)) +
    alertBody(alert, now, reader) +
    section(pageWord('timeline', reader.locale), timelineHtml(shown, now, reader)) +
    section(pageWord('earlier', reader.locale), earlierHtml(shown, reader));
  return frame(alert.title, content, reader.locale);
}

/** What is most wanted stands out: to acknowledge, unless somebody has. */
function buttonRow({ acknowledge, silence }: Buttons, acknowledged: boolean, { locale }: Reader): string {
  const links = [
    { url: acknowledge, label: pageWord('acknowledge', locale), rank: acknowledged ? '' : ' first' },
    { url: silence, label: pageWord('silence', locale), rank: '' },
  ];
  const shown = links.flatMap(({ url, label, rank }) =>
    url === null ? [] : [`<a class="button${rank}" href="${escapeHtml(url)}">${escapeHtml(label)}</a>`],
  );
  return shown.length === 0 ? '' : `<div class="actions">${shown.join('')}</div>`;
}
