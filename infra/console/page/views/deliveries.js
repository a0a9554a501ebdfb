/** What was sent, what is still to be, and what could not be. */
import { toast } from '../dialog.js';
import { el, memory, renderInto } from '../dom.js';
import { act, read } from '../interface.js';
import { t } from '../locale.js';
import { outcomeWords } from '../outcome.js';
import { moment } from '../times.js';

export function deliveriesView(container, { session }) {
  const isDrawn = memory();

  async function refresh() {
    const { attempts, pending, dead, failing } = await read('/api/deliveries');
    if (isDrawn([attempts, pending, dead, failing])) return;
    renderInto(
      container,
      el('h1', {}, t('deliveries')),
      failing.length > 0 && section('failingAddresses', failing, failingRow, 'failingAddresses'),
      dead === null
        ? el('p', { class: 'banner mistake' }, t('deadUnreadable'))
        : section('deadLetters', dead, deadRow, 'noDead'),
      section('pendingDeliveries', pending, pendingRow, 'noPending'),
      attempts !== null && section('attempts', attempts, attemptRow, 'noAttempts'),
    );
  }

  async function redrive(id) {
    try {
      const { result } = await act('/api/redrive', { id });
      toast(t(`redrive-${result}`));
    } catch (error) {
      toast(error.message);
    }
    await refresh();
  }

  function deadRow({ id, queue, sentAt, reason, delivery }) {
    return el(
      'li',
      { class: 'row' },
      el(
        'div',
        {},
        el('span', { class: 'badge failed' }, t('outcome-failed')),
        ' ',
        el(
          'span',
          { class: 'name' },
          delivery === null ? queue : `${delivery.receiver ?? '?'} · ${delivery.delivery}`,
        ),
        ' ',
        delivery?.title,
        el('div', { class: 'soft' }, `${moment(Date.parse(sentAt))} · ${reason}`),
        delivery !== null &&
          el(
            'details',
            { 'data-key': `log ${id}` },
            el('summary', {}, t('attemptsOf', { n: delivery.attempts })),
            attemptLog(delivery.log),
          ),
      ),
      el(
        'button',
        {
          type: 'button',
          disabled: !session.mayAct,
          'data-key': `redrive ${id}`,
          onclick: () => void redrive(id),
        },
        t('redrive'),
      ),
    );
  }

  return { concerns: ['deliveries', 'now'], isTimed: true, refresh };
}

function section(name, rows, row, none) {
  return el(
    'section',
    {},
    el('h2', {}, t(name), ` (${rows.length})`),
    rows.length === 0 ? el('p', { class: 'soft' }, t(none)) : el('ul', { class: 'list' }, rows.map(row)),
  );
}

/** An address that mails come back from. */
function failingRow({ receiver, address, fate, reason, since, at }) {
  return el(
    'li',
    { class: 'row' },
    el(
      'div',
      {},
      el('span', { class: 'badge failed' }, t(`address-${fate}`)),
      ' ',
      el('span', { class: 'name' }, `${receiver} · ${address}`),
      el('div', { class: 'soft' }, reason),
      el('div', { class: 'soft' }, t('failingSince', { since: moment(since), last: moment(at) })),
    ),
  );
}

function attemptLog(log) {
  return el(
    'ol',
    { class: 'timeline' },
    log.map(({ at, outcome, reason }) =>
      el('li', { class: outcome }, el('time', {}, moment(at)), outcomeWords(outcome, reason)),
    ),
  );
}

function pendingRow({ receiver, delivery, title, attempts, notBefore, reason }) {
  return el(
    'li',
    { class: 'row' },
    el(
      'div',
      {},
      el('span', { class: 'badge pending' }, t('outcome-pending')),
      ' ',
      el('span', { class: 'name' }, `${receiver} · ${delivery}`),
      ' ',
      title,
      el(
        'div',
        { class: 'soft' },
        `${t('attemptsOf', { n: attempts })} · ${t('nextTry', { time: moment(notBefore) })}${reason === null ? '' : ` · ${reason}`}`,
      ),
    ),
  );
}

function attemptRow({ at, receiver, channel, status, outcome, reason, groupLabels, alerts }) {
  const labels = Object.entries(groupLabels).map(([name, value]) => `${name}=${value}`);
  return el(
    'li',
    { class: 'row' },
    el(
      'div',
      {},
      el('span', { class: `badge ${outcome}` }, t(`outcome-${outcome}`)),
      ' ',
      el('span', { class: 'name' }, `${receiver} · ${channel}`),
      ' ',
      t(`standing-${status}`),
      el(
        'div',
        { class: 'soft' },
        [moment(at), t('alertsCount', { n: alerts }), ...labels, reason]
          .filter((part) => part !== null)
          .join(' · '),
      ),
    ),
  );
}
