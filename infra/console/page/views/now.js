/** What fires now, grouped as it is told. */
import { alertCard, alertHref, keyOf } from '../card.js';
import { el, renderInto } from '../dom.js';
import { read } from '../interface.js';
import { labelList } from '../labels.js';
import { t } from '../locale.js';
import { ago, moment, now, span } from '../times.js';

/** More of one group are shown when they are asked for. */
const CARDS_MAX = 6;
const STANDINGS = ['firing', 'acknowledged', 'silenced', 'muted'];

export function nowView(container, { session }) {
  const hidden = new Set();
  const unfolded = new Set();
  let shown = null;
  let drawn = '';

  function draw() {
    const { groups, pending, failing, ended, counts, watching, more } = shown;
    const visible = groups
      .map((group) => ({ ...group, alerts: group.alerts.filter(({ standing }) => !hidden.has(standing)) }))
      .filter(({ alerts }) => alerts.length > 0);
    renderInto(
      container,
      el('h1', { class: 'unseen' }, t('now')),
      failing.length > 0 &&
        el(
          'p',
          { class: 'banner mistake' },
          el('a', { href: '#/deliveries' }, t('mailsReturn', { receivers: failing.join(', ') })),
        ),
      filters(counts, more > 0),
      visible.length > 0 && el('div', { class: 'groups' }, visible.map(groupSection)),
      more > 0 && el('p', { class: 'banner' }, t('moreFire', { n: more })),
      visible.length === 0 &&
        (groups.length === 0 ? calm(watching) : el('p', { class: 'empty' }, t('hidden'))),
      pending.length > 0 && section('pending', pending.map(pendingRow)),
      ended.length > 0 && section('ended', ended.map(endedRow)),
    );
  }

  function filters(counts, isMore) {
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
            class: `filter ${counts[name] > 0 ? name : ''}`,
            'aria-pressed': String(!hidden.has(name)),
            'data-key': `filter-${name}`,
            onclick: () => toggle(name),
          },
          el('b', { class: 'count' }, `${counts[name]}${isMore && name === 'firing' ? '+' : ''}`),
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
        shownOf(id, alerts).map((card) => alertCard(card, session, refresh)),
      ),
      alerts.length > CARDS_MAX && moreButton(id, alerts.length),
    );
  }

  const shownOf = (id, alerts) => (unfolded.has(id) ? alerts : alerts.slice(0, CARDS_MAX));

  function moreButton(id, n) {
    const toggle = () => {
      if (!unfolded.delete(id)) unfolded.add(id);
      draw();
    };
    return el(
      'button',
      {
        type: 'button',
        class: 'plain more',
        'aria-expanded': String(unfolded.has(id)),
        'data-key': `more ${id}`,
        onclick: toggle,
      },
      t(unfolded.has(id) ? 'showLess' : 'showAll', { n }),
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

  return {
    concerns: ['now'],
    /** That events come is announced by nothing else while it is quiet. */
    get isTimed() {
      return shown?.groups.length === 0;
    },
    refresh,
    onKey: (key) => moveAmongCards(container, key),
  };
}

/** Nothing fires; what is listened to all the same. */
function calm({ rules, lastEvent }) {
  const heard = lastEvent === null ? t('noEvents') : t('lastEvent', { time: ago(lastEvent) });
  return el(
    'div',
    { class: 'empty' },
    el('span', { class: 'calm', 'aria-hidden': 'true' }, '✓'),
    el('p', {}, t('quiet')),
    el('p', { class: 'soft' }, rules === 0 ? t('noRules') : `${t('rulesWatch', { n: rules })} · ${heard}`),
  );
}

function section(name, rows) {
  return el('section', {}, el('h2', {}, t(name)), el('ul', { class: 'list' }, rows));
}

function pendingRow({ rule, title, labels, since, firesAt }) {
  return el(
    'li',
    { class: 'row' },
    el(
      'div',
      {},
      el(
        'a',
        {
          class: 'name',
          href: `#/rules/${encodeURIComponent(rule)}`,
          'data-key': `pending ${rule} ${since}`,
        },
        title,
      ),
      labelList(labels),
    ),
    el(
      'span',
      { class: 'soft side' },
      `${t('firesIn')} `,
      el('span', { 'data-until': firesAt }, span(firesAt - now())),
    ),
  );
}

function endedRow({ id, title, labels, endsAt, peak }) {
  return el(
    'li',
    { class: 'row' },
    el(
      'div',
      {},
      el('a', { class: 'name', href: alertHref(id), 'data-key': `ended ${keyOf(id)}` }, title),
      labelList(labels),
    ),
    el(
      'span',
      { class: 'soft side' },
      `${t('peak')} ${peak} · ${moment(endsAt)} · ${span(endsAt - id.startsAt)}`,
    ),
  );
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
