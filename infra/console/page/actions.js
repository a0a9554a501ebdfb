/** Acknowledge and silence, from wherever an alert is shown. */
import { openForm, toast } from './dialog.js';
import { el } from './dom.js';
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

export function acknowledgeForm(card, session, done) {
  openForm({
    title: t('acknowledge'),
    fields: [
      el('p', { class: 'soft' }, card.title),
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
    done: () => {
      toast(t('acknowledged'));
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
      el('p', { class: 'soft' }, card.title),
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

/** A silence of whatever matches what people write. */
export function newSilenceForm(session, done) {
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
          placeholder: 'rule="errors"\nservice=~"pay.*"',
        }),
      ),
      lengthField(SILENCE_LENGTHS),
      nameField(session),
      commentField(),
    ],
    submit: t('silence'),
    path: '/api/silence',
    read: (data) => ({
      matchers: data
        .get('matchers')
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
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
