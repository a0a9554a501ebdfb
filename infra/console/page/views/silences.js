/** Who asked for quiet, for what, until when. */
import { newSilenceForm } from '../actions.js';
import { toast } from '../dialog.js';
import { el, memory, renderInto } from '../dom.js';
import { act, read } from '../interface.js';
import { t } from '../locale.js';
import { moment } from '../times.js';

export function silencesView(container, { session }) {
  const disabled = !session.mayAct;
  const isDrawn = memory();

  async function refresh() {
    const { silences } = await read('/api/silences');
    if (isDrawn(silences)) return;
    renderInto(
      container,
      el(
        'div',
        { class: 'title-row' },
        el('h1', {}, t('silences')),
        el(
          'button',
          {
            type: 'button',
            class: 'first',
            disabled,
            'data-key': 'new',
            onclick: () => newSilenceForm(session, refresh),
          },
          t('newSilence'),
        ),
      ),
      silences.length === 0 && el('p', { class: 'empty' }, t('noSilences')),
      el('ul', { class: 'list' }, silences.map(row)),
    );
  }

  async function expire(id) {
    try {
      await act('/api/expire', { id });
      toast(t('expired'));
    } catch (error) {
      toast(error.message);
    }
    await refresh();
  }

  function row({ id, matchers, startsAt, endsAt, recurs, author, comment, state, matching }) {
    const span = [moment(startsAt), endsAt === null ? '…' : moment(endsAt)].join(' → ');
    return el(
      'li',
      { class: 'row' },
      el(
        'div',
        {},
        el('span', { class: `badge ${state}` }, t(`silence-${state}`)),
        ' ',
        matchers.map((matcher) => [el('code', {}, matcher), ' ']),
        el(
          'div',
          { class: 'soft' },
          [author, comment, recurs === null ? span : `${span} · ${recurs}`]
            .filter((part) => part !== '')
            .join(' · '),
        ),
        state !== 'expired' && el('div', { class: 'soft' }, quietWords(state, matching)),
      ),
      state === 'expired'
        ? el('span', {})
        : el(
            'button',
            { type: 'button', disabled, 'data-key': `expire ${id}`, onclick: () => void expire(id) },
            t('expire'),
          ),
    );
  }

  return { concerns: ['silences', 'now'], isTimed: true, refresh };
}

function quietWords(state, n) {
  if (n === 0) return t('matchesNone');
  return t(state === 'active' ? 'keepsQuiet' : 'matchesSome', { n });
}
