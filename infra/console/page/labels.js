/** Names and values, as an alert, a line or a group has them. */
import { el } from './dom.js';

export function labelList(labels) {
  if (labels.length === 0) return null;
  return el(
    'ul',
    { class: 'labels' },
    labels.map(({ name, text }) =>
      el('li', {}, el('span', { class: 'label-name' }, name), ' ', text === '' ? '""' : text),
    ),
  );
}
