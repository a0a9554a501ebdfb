/** What fires now, grouped as it is told. */
import { alertCard, labelList } from '../card.js';
import { el, renderInto } from '../dom.js';
import { read } from '../interface.js';
import { t } from '../locale.js';
import { now, span } from '../times.js';

const STANDINGS = ['firing', 'acknowledged', 'silenced', 'muted'];

export function nowView(container, { session }) {
  const hidden = new Set();
  let shown = null;
  let drawn = '';

  function draw() {
    const { groups, counts } = shown;
    const visible = groups
      .map((group) => ({ ...group, alerts: group.alerts.filter(({ standing }) => !hidden.has(standing)) }))
      .filter(({ alerts }) => alerts.length > 0);
    renderInto(
      container,
      el('h1', { class: 'unseen' }, t('now')),
      filters(counts),
      visible.length > 0 && el('div', { class: 'groups' }, visible.map(groupSection)),
      visible.length === 0 &&
        el('p', { class: 'empty' }, el('span', { class: 'calm', 'aria-hidden': 'true' }, '✓'), t('quiet')),
    );
  }

  function filters(counts) {
    const toggle = (name) => {
      if (!hidden.delete(name)) hidden.add(name);
      draw();
    };
    return el(
      'div',
      { class: 'filters', role: 'group', 'aria-label': t('filter') },
      STANDINGS.map((name) =>
        el(
          'button',
          {
            type: 'button',
            class: `filter ${name}`,
            'aria-pressed': String(!hidden.has(name)),
            'data-key': `filter-${name}`,
            onclick: () => toggle(name),
          },
          el('b', { class: 'count' }, counts[name]),
          ' ',
          t(`standing-${name}`),
        ),
      ),
    );
  }

  function groupSection({ id, receiver, labels, nextAt, alerts }) {
    return el(
      'section',
      { class: alerts.length > 1 ? 'group many' : 'group', 'aria-label': receiver ?? t('nobody') },
      el(
        'div',
        { class: 'group-head' },
        el('h2', {}, receiver === null ? t('nobody') : `→ ${receiver}`),
        labelList(labels),
        nextAt !== null &&
          nextAt > now() &&
          el(
            'span',
            { class: 'soft' },
            `${t('nextLook')} `,
            el('span', { 'data-until': nextAt }, span(nextAt - now())),
          ),
      ),
      el(
        'div',
        { class: 'cards', 'data-group': id },
        alerts.map((card) => alertCard(card, session, refresh)),
      ),
    );
  }

  async function refresh() {
    const { now: _at, ...answer } = await read('/api/now');
    const text = JSON.stringify(answer);
    if (text === drawn) return;
    drawn = text;
    shown = answer;
    draw();
  }

  return { concerns: ['now'], refresh, onKey: (key) => moveAmongCards(container, key) };
}

/** j and k go from card to card; a and s act on the one that has the focus. */
function moveAmongCards(container, key) {
  const cards = [...container.querySelectorAll('[data-alert]')];
  const current = cards.indexOf(document.activeElement?.closest('[data-alert]'));
  const step = { j: 1, k: -1 }[key];
  if (step !== undefined) {
    const next = cards[Math.min(cards.length - 1, Math.max(0, current + step))];
    next?.querySelector('h3 a').focus();
    next?.scrollIntoView({ block: 'nearest' });
    return true;
  }
  const action = { a: 'acknowledge', s: 'silence' }[key];
  const card = cards[current] ?? (cards.length === 1 ? cards[0] : undefined);
  if (action === undefined || card === undefined) return false;
  card.querySelector(`[data-do="${action}"]`)?.click();
  return true;
}
