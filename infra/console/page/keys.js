import { openDialog } from './dialog.js';
import { el } from './dom.js';
import { t } from './locale.js';

const KEYS = [
  ['1 … 6', 'keyViews'],
  ['j · k', 'keyNext'],
  ['Enter', 'keyOpen'],
  ['a', 'acknowledge'],
  ['s', 'silence'],
  ['?', 'keys'],
];

/** Which keys do what. */
export function helpDialog() {
  openDialog(
    t('keys'),
    el(
      'dl',
      { class: 'keys' },
      KEYS.map(([key, name]) => [el('dt', {}, el('kbd', {}, key)), el('dd', {}, t(name))]),
    ),
  );
}
