/** An alert as a card. */
import { acknowledgeForm, silenceForm } from './actions.js';
import { chart } from './chart.js';
import { el } from './dom.js';
import { labelList } from './labels.js';
import { t } from './locale.js';
import { moment, now, span } from './times.js';

export function alertHref({ rule, fingerprint, startsAt }) {
  return `#/alert/${[rule, fingerprint, startsAt].map(encodeURIComponent).join('/')}`;
}

export const keyOf = ({ rule, fingerprint, startsAt }) => `${rule} ${fingerprint} ${startsAt}`;

export function lineList(lines) {
  return lines.map(({ at, text, origin, shown }) =>
    el(
      'figure',
      { class: 'line' },
      el('figcaption', {}, `${at} · ${origin}`),
      el('pre', { tabindex: 0 }, text),
      labelList(shown ?? []),
    ),
  );
}

/** Who is at it, and what keeps it quiet. */
export function notes({ acknowledgement, silences, why, notes: others }) {
  const until = (ms) => (ms === null ? '' : ` · ${t('until', { time: moment(ms) })}`);
  const texts = [
    acknowledgement !== null &&
      `${t('acknowledgedBy', { who: acknowledgement.by })}${until(acknowledgement.until)}`,
    ...silences.map(
      ({ author, comment, endsAt }) =>
        `${t('silencedBy', { who: author })}${comment === '' ? '' : ` (${comment})`}${until(endsAt)}`,
    ),
    why,
    ...others.filter((text) => acknowledgement === null || !text.includes(acknowledgement.by)),
  ];
  return texts.filter((text) => text).map((text) => el('p', { class: 'note' }, text));
}

export function head(card, level, linked) {
  const title = linked
    ? el('a', { class: 'card-link', href: alertHref(card.id), 'data-key': keyOf(card.id) }, card.title)
    : card.title;
  const lasting =
    card.endsAt === null
      ? el('span', { 'data-since': card.startsAt }, span(now() - card.startsAt))
      : span(card.endsAt - card.startsAt);
  return el(
    'header',
    {},
    el(
      'p',
      { class: 'status' },
      el(
        'span',
        { class: `badge ${card.status === 'resolved' ? 'over' : card.severity}` },
        card.severityWord,
      ),
      el('span', { class: `badge outline ${card.standing}` }, t(`standing-${card.standing}`)),
      el('span', { class: 'soft' }, moment(card.startsAt), ' · ', lasting),
    ),
    el(level, {}, title),
    el('p', { class: 'soft' }, card.summary ?? card.condition),
  );
}

export function actions(card, session, done) {
  if (card.status === 'resolved') return null;
  const disabled = !session.mayAct;
  return el(
    'div',
    { class: 'actions' },
    el(
      'button',
      {
        type: 'button',
        class: card.acknowledgement === null ? 'first' : null,
        disabled,
        'data-do': 'acknowledge',
        'data-key': `ack ${keyOf(card.id)}`,
        onclick: () => acknowledgeForm(card, session, done),
      },
      t('acknowledge'),
    ),
    el(
      'button',
      {
        type: 'button',
        disabled,
        'data-do': 'silence',
        'data-key': `silence ${keyOf(card.id)}`,
        onclick: () => silenceForm(card, session, done),
      },
      t('silence'),
    ),
  );
}

export function alertCard(card, session, done) {
  return el(
    'article',
    {
      class: `card ${card.status === 'resolved' ? 'over' : card.severity} ${card.standing}`,
      'data-alert': keyOf(card.id),
    },
    head(card, 'h3', true),
    notes(card),
    labelList(card.labels),
    card.chart !== null && chart(card.chart),
    lineList(card.lines),
    actions(card, session, done),
  );
}
