/** Every rule: whether it works, what it counts against its threshold, when it last fired. */
import { sparkline } from '../chart.js';
import { el, renderInto } from '../dom.js';
import { read } from '../interface.js';
import { t } from '../locale.js';
import { enableSwitch } from '../rule-actions.js';
import { now, span } from '../times.js';

export function rulesView(container, { session }) {
  async function refresh() {
    const { rules, others } = await read('/api/rulebook');
    renderInto(
      container,
      el(
        'div',
        { class: 'title-row' },
        el('h1', {}, t('rules')),
        el('span', { class: 'soft' }, t('rulesCount', { n: rules.length })),
      ),
      others.map((item) =>
        el(
          'div',
          { class: 'banner mistake' },
          el('b', {}, `${item.kind} ${item.id}`),
          item.problems.map(problem),
        ),
      ),
      rules.length === 0 && el('p', { class: 'empty' }, t('noRules')),
      el('ul', { class: 'list' }, rules.map(row)),
    );
  }

  function row(rule) {
    return el(
      'li',
      { class: 'row rule' },
      el(
        'div',
        {},
        el(
          'a',
          { class: 'name', href: `#/rules/${encodeURIComponent(rule.id)}`, 'data-key': `rule ${rule.id}` },
          rule.id,
        ),
        ' ',
        badges(rule),
        el('div', { class: 'soft' }, rule.condition.join(' · ')),
        el('div', { class: 'soft' }, lastWords(rule)),
      ),
      rule.spark === null ? el('span', {}) : sparkline(rule.spark, t('sparkLabel', { id: rule.id })),
      enableSwitch(rule, session, refresh),
      rule.problems.map(problem),
    );
  }

  return { concerns: ['rules', 'now'], isTimed: true, refresh };
}

export function problem({ path, message }) {
  return el('div', { class: 'problem' }, el('code', {}, path), path === '' ? '' : ': ', message);
}

export function badges({ state, severity, severityWord, firing, isEdited, isOnItsWay }) {
  return [
    severity !== null && el('span', { class: `badge ${severity}` }, severityWord),
    ' ',
    state !== 'ok' && el('span', { class: `badge ${state}` }, t(`state-${state}`)),
    firing > 0 && [' ', el('span', { class: 'badge firing' }, `${firing} ${t('standing-firing')}`)],
    isOnItsWay && [' ', el('span', { class: 'badge' }, t('onItsWay'))],
    isEdited && !isOnItsWay && [' ', el('span', { class: 'badge' }, t('editedByHand'))],
  ];
}

export function lastWords({ lastMatch, lastFired }) {
  const ago = (at) => (at === null ? t('never') : t('ago', { time: span(now() - at) }));
  return `${t('lastMatch')} ${ago(lastMatch)} · ${t('lastFired')} ${ago(lastFired)}`;
}
