/** Every rule: whether it works, what it counts against its threshold, when it last fired. */
import { sparkline } from '../chart.js';
import { el, memory, renderInto } from '../dom.js';
import { read } from '../interface.js';
import { t } from '../locale.js';
import { enableSwitch } from '../rule-actions.js';
import { ago, now } from '../times.js';

/** How finely it is told how long ago something was, ms. */
const MINUTE = 60_000;

export function rulesView(container, { session }) {
  const isDrawn = memory();

  async function refresh() {
    const { rules, others } = await read('/api/rulebook');
    if (isDrawn([rules, others, Math.floor(now() / MINUTE)])) return;
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
          { class: 'banner mistake other' },
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
          rule.title,
        ),
        ' ',
        badges(rule),
        rule.title !== rule.id && el('div', {}, el('code', {}, rule.id)),
        el('div', { class: 'soft' }, rule.condition.join(' · ')),
        el('div', { class: 'soft' }, lastWords(rule)),
      ),
      rule.spark === null ? el('span', {}) : counts(rule),
      rule.state === 'broken' ? el('span', {}) : enableSwitch(rule, session, refresh),
      rule.problems.map(problem),
    );
  }

  return { concerns: ['rules', 'now'], isTimed: true, refresh };
}

/** What it counted in the last half hour, drawn, and now in figures. */
function counts({ id, spark }) {
  const limit = spark.limits.map(({ text }) => text).join(' · ');
  const words = t('sparkWords', { latest: spark.latest, peak: spark.peak, limit });
  return el(
    'div',
    { class: 'counts' },
    sparkline(spark, `${t('sparkLabel', { id })}: ${words}`),
    el('div', { class: 'soft', 'aria-hidden': 'true' }, words),
  );
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
  const when = (at) => (at === null ? t('never') : ago(at));
  return `${t('lastMatch', { time: when(lastMatch) })} · ${t('lastFired', { time: when(lastFired) })}`;
}
