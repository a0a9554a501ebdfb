/** Acknowledge and silence, from wherever an alert is shown. */
import { openForm, toast } from './dialog.js';
import { el } from './dom.js';
import { act } from './interface.js';
import { labelList } from './labels.js';
import { t } from './locale.js';

const HOUR = 3_600_000;
const NAME_KEPT_AS = 'tocsin-name';

function nameField(session) {
  const value = localStorage.getItem(NAME_KEPT_AS) ?? session.author;
  return el(
    'label',
    {},
    t('yourName'),
    el('input', { name: 'by', maxlength: 80, autocomplete: 'name', value }),
  );
}

function lengthField(choices) {
  return el(
    'fieldset',
    { class: 'choices' },
    el('legend', {}, t('howLong')),
    choices.map(([name, ms], index) =>
      el(
        'label',
        {},
        el('input', { type: 'radio', name: 'for', value: ms ?? '', checked: index === 0 }),
        t(name),
      ),
    ),
  );
}

const commentField = () => el('label', {}, t('comment'), el('input', { name: 'comment', maxlength: 500 }));

/** The name is kept for the next time. */
function byOf(data) {
  const by = data.get('by').trim();
  if (by !== '') localStorage.setItem(NAME_KEPT_AS, by);
  return by;
}

const lengthOf = (data) => (data.get('for') === '' ? null : Number(data.get('for')));

/** Which alert it is: many may have the same title. */
const about = (card) =>
  el(
    'div',
    { class: 'about' },
    el('p', {}, el('b', {}, card.title)),
    labelList(card.labels),
    card.acknowledgement !== null &&
      el('p', { class: 'note' }, t('acknowledgedBy', { who: card.acknowledgement.by })),
  );

export function acknowledgeForm(card, session, done) {
  openForm({
    title: t('acknowledge'),
    fields: [
      about(card),
      el('p', {}, t('acknowledgeWhat')),
      nameField(session),
      lengthField([
        ['untilEnd', null],
        ['hour1', HOUR],
        ['hour4', 4 * HOUR],
        ['day1', 24 * HOUR],
      ]),
    ],
    submit: t('acknowledge'),
    path: '/api/acknowledge',
    read: (data) => ({ alert: card.id, by: byOf(data), forMs: lengthOf(data) }),
    done: ({ before }) => {
      toast(before === null ? t('acknowledged') : t('acknowledgedAfter', { who: before }));
      done();
    },
  });
}

const SILENCE_LENGTHS = [
  ['hour1', HOUR],
  ['hour4', 4 * HOUR],
  ['day1', 24 * HOUR],
  ['week1', 7 * 24 * HOUR],
];

export function silenceForm(card, session, done) {
  openForm({
    title: t('silence'),
    fields: [
      about(card),
      el('p', {}, t('silenceWhat')),
      lengthField(SILENCE_LENGTHS),
      nameField(session),
      commentField(),
    ],
    submit: t('silence'),
    path: '/api/silence',
    read: (data) => ({ alert: card.id, by: byOf(data), comment: data.get('comment'), forMs: lengthOf(data) }),
    done: () => {
      toast(t('silenced'));
      done();
    },
  });
}

const PAUSE_MS = 200;

const matchersIn = (text) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** A silence of whatever matches what people write, which is counted while they write. */
export function newSilenceForm(session, done) {
  const matching = el('p', { class: 'soft', 'aria-live': 'polite' });
  let latest = 0;
  const count = async (event) => {
    latest += 1;
    const asked = latest;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const matchers = matchersIn(event.target.value);
    if (asked !== latest) return;
    const { matching: n, problem } = await act('/api/matching', { matchers });
    if (asked === latest) matching.textContent = problem ?? t(n === 0 ? 'matchesNone' : 'matchesSome', { n });
  };
  openForm({
    title: t('newSilence'),
    fields: [
      el(
        'label',
        {},
        t('matchers'),
        el('textarea', {
          name: 'matchers',
          rows: 3,
          required: true,
          spellcheck: 'false',
          placeholder: 'rule="errors"\nservice=~"pay.*"',
          oninput: (event) => void count(event).catch((error) => matching.replaceChildren(error.message)),
        }),
      ),
      matching,
      lengthField(SILENCE_LENGTHS),
      nameField(session),
      commentField(),
    ],
    submit: t('silence'),
    path: '/api/silence',
    read: (data) => ({
      matchers: matchersIn(data.get('matchers')),
      by: byOf(data),
      comment: data.get('comment'),
      forMs: lengthOf(data),
    }),
    done: () => {
      toast(t('silenced'));
      done();
    },
  });
}
