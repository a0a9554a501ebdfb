/** What can be changed in a rule from the page. */
import { toast } from './dialog.js';
import { el } from './dom.js';
import { act } from './interface.js';
import { t } from './locale.js';

/** The switch that puts a rule in force or not. */
export function enableSwitch({ id, enabled }, session, done) {
  const change = async (event) => {
    try {
      await act('/api/enable', { id, enabled: event.target.checked });
      toast(t('saved'));
    } catch (error) {
      toast(error.message);
      event.target.checked = enabled;
    }
    await done();
  };
  const input = el('input', {
    type: 'checkbox',
    checked: enabled,
    disabled: !session.mayAct,
    'data-key': `enable ${id}`,
    'aria-label': t('enabledOf', { id }),
    onchange: (event) => void change(event),
  });
  return el('label', { class: 'switch' }, input, t('enabled'));
}
