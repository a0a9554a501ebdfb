/** Dialogs: something to read, or a form that does something and says so. */
import { el } from './dom.js';
import { act } from './interface.js';
import { t } from './locale.js';

/** Shows content under a title, with a button that closes. */
export function openDialog(title, ...content) {
  const dialog = el(
    'dialog',
    { 'aria-labelledby': 'dialog-title', onclose: () => dialog.remove() },
    el('h2', { id: 'dialog-title' }, title),
    content,
    el(
      'div',
      { class: 'actions' },
      el('button', { type: 'button', onclick: () => dialog.close() }, t('close')),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
}

/**
 * A form that posts what `read` makes of its fields to `path`; `done` hears the answer. What is refused is said in the
 * form, and nothing that was filled in is lost.
 */
export function openForm({ title, fields, submit, path, read, done }) {
  const mistake = el('p', { class: 'banner mistake', role: 'alert', hidden: true });
  const send = async (event) => {
    event.preventDefault();
    mistake.hidden = true;
    try {
      const answer = await act(path, read(new FormData(form)));
      dialog.close();
      done(answer);
    } catch (error) {
      mistake.textContent = error.message;
      mistake.hidden = false;
    }
  };
  const form = el(
    'form',
    { onsubmit: (event) => void send(event) },
    el('h2', { id: 'dialog-title' }, title),
    fields,
    mistake,
    el(
      'div',
      { class: 'actions' },
      el('button', { type: 'submit', class: 'first' }, submit),
      el('button', { type: 'button', onclick: () => dialog.close() }, t('cancel')),
    ),
  );
  const dialog = el('dialog', { 'aria-labelledby': 'dialog-title', onclose: () => dialog.remove() }, form);
  document.body.append(dialog);
  dialog.showModal();
  // Whoever writes at once replaces what was filled in.
  if (document.activeElement instanceof HTMLInputElement) document.activeElement.select();
}

/** Says for a moment that something was done. */
export function toast(text) {
  const place = document.getElementById('toast');
  place.textContent = text;
  setTimeout(() => {
    if (place.textContent === text) place.textContent = '';
  }, 4000);
}
