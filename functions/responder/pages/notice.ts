import type { Locale } from '../../../shared/config/model.ts';
import { escapeHtml } from '../../../shared/text/html.ts';
import { formatTime } from '../../../shared/text/times.ts';
import type { Action } from '../choices.ts';
import { frame, paragraph, type Reader } from './frame.ts';
import { type PageWord, pageWord } from './words.ts';

/** What stands between a reader and what they wanted; a word each for its title and its text. */
export type Obstacle =
  | 'forged'
  | 'expired'
  | 'used'
  | 'busy'
  | 'enough'
  | 'gone'
  | 'over'
  | 'foreign'
  | 'method'
  | 'body'
  | 'large'
  | 'trouble';

/** A page that says why nothing was done; `detailsUrl` leads on where the link was genuine. */
export function noticePage(
  obstacle: Obstacle,
  locale: Locale,
  fill: { who?: string; time?: string } = {},
  detailsUrl: string | null = null,
): string {
  const title = pageWord(`${obstacle}Title` satisfies PageWord, locale);
  const text = pageWord(`${obstacle}Text` satisfies PageWord, locale, fill);
  return frame(
    title,
    `<header class="plain"><h1>${escapeHtml(title)}</h1></header><section>${paragraph(text)}${onward(detailsUrl, locale)}</section>`,
    locale,
  );
}

/** The way on to the alert's page. */
export function onward(url: string | null, locale: Locale): string {
  if (url === null) return '';
  return `<p class="actions"><a class="button" href="${escapeHtml(url)}">${escapeHtml(pageWord('details', locale))}</a></p>`;
}

/** A page that says that it is done; `until`: ms, null where there is no time. */
export function donePage(
  action: Action,
  who: string,
  until: number | null,
  detailsUrl: string,
  { locale, timeZone }: Reader,
): string {
  const time = until === null ? '' : formatTime(until, timeZone);
  const title = pageWord(action === 'silence' ? 'doneSilence' : 'doneAcknowledge', locale);
  const text = pageWord(action === 'silence' ? 'doneSilenceText' : 'doneAcknowledgeText', locale, {
    who,
    time,
  });
  return frame(
    title,
    `<header class="over"><h1>${escapeHtml(title)}</h1></header><section>${paragraph(text)}${onward(detailsUrl, locale)}</section>`,
    locale,
  );
}
