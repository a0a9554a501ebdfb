import { named } from '../../../shared/channels/alert-words.ts';
import type { AlertStanding } from '../../../shared/routing/standing.ts';
import { escapeHtml } from '../../../shared/text/html.ts';
import { word } from '../../../shared/text/words.ts';
import { COMMENT_LENGTH_MAX, NAME_LENGTH_MAX } from '../../../shared/text/written.ts';
import { type Action, CHOICES } from '../choices.ts';
import { alertHead, labelList, section } from './alert.ts';
import { frame, paragraph, type Reader } from './frame.ts';
import { onward } from './notice.ts';
import { standing } from './standing.ts';
import { pageWord } from './words.ts';

export interface Confirmation {
  action: Action;
  shown: AlertStanding;
  now: number;
  detailsUrl: string;
  /** The form came back without a name. */
  nameMissing: boolean;
}

/** Asks for what only a person can give before anything is done: mail scanners follow links, and stop here. */
export function confirmPage(confirmation: Confirmation, reader: Reader): string {
  const { action, shown, now, detailsUrl } = confirmation;
  const { alert } = shown;
  const { locale } = reader;
  const title = pageWord(action === 'silence' ? 'confirmSilence' : 'confirmAcknowledge', locale);
  const content =
    alertHead(alert, now, reader) +
    standing(shown, now, reader) +
    section(title, what(confirmation, reader)) +
    section('', form(confirmation, title, reader)) +
    section('', onward(detailsUrl, locale));
  return frame(`${title} · ${word(alert.status, locale)}`, content, locale);
}

/** The alert by the labels that name it, which are also what a silence would be of. */
function what({ action, shown }: Confirmation, { locale }: Reader): string {
  const sentence = pageWord(action === 'silence' ? 'silenceWhat' : 'acknowledgeWhat', locale);
  return paragraph(sentence) + labelList(named(shown.scope));
}

function form({ action, nameMissing }: Confirmation, title: string, { locale }: Reader): string {
  const mistake = nameMissing
    ? `<p class="banner mistake" id="mistake">${escapeHtml(pageWord('nameMissing', locale))}</p>`
    : '';
  const invalid = nameMissing ? ' aria-invalid="true" aria-describedby="mistake"' : '';
  const comment =
    action === 'silence'
      ? `<label>${escapeHtml(pageWord('comment', locale))}<input type="text" name="comment" maxlength="${COMMENT_LENGTH_MAX}" autocomplete="off"></label>`
      : '';
  return (
    `<form method="post">${mistake}` +
    `<div><label>${escapeHtml(pageWord('name', locale))}<input type="text" name="name" required maxlength="${NAME_LENGTH_MAX}" autocomplete="name"${invalid}></label>` +
    `<span class="soft">${escapeHtml(pageWord('nameHint', locale))}</span></div>` +
    `<fieldset><legend>${escapeHtml(pageWord('howLong', locale))}</legend><div class="choices">${choices(action, locale)}</div></fieldset>` +
    `${comment}<button class="button first" type="submit">${escapeHtml(title)}</button></form>`
  );
}

function choices(action: Action, locale: Reader['locale']): string {
  const names = Object.keys(CHOICES[action]) as (keyof (typeof CHOICES)['acknowledge'])[];
  return names
    .map((name, index) => {
      const chosen = index === 0 ? ' checked' : '';
      return `<label><input type="radio" name="for" value="${name}"${chosen}>${escapeHtml(pageWord(name, locale))}</label>`;
    })
    .join('');
}
