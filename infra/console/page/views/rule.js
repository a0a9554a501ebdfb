/** One rule: how it does, its thresholds with what another would have done, and its document. */
import { chart, WIDE } from '../chart.js';
import { toast } from '../dialog.js';
import { el, renderInto } from '../dom.js';
import { act, read } from '../interface.js';
import { t } from '../locale.js';
import { enableSwitch } from '../rule-actions.js';
import { badges, lastWords, problem } from './rules.js';

const HOURS = [1, 6, 24];
const PAUSE_MS = 250;

export function ruleView(container, { rest: [id], session }) {
  const panels = new Map();
  let drawn = '';
  let latestSeen = '';

  async function refresh() {
    const { rule } = await read('/api/rule', { id });
    const text = JSON.stringify(rule);
    if (text === drawn) return;
    drawn = text;
    latestSeen = rule.seen;
    renderInto(
      container,
      el('p', {}, el('a', { href: '#/rules', 'data-key': 'back' }, `← ${t('rules')}`)),
      el(
        'div',
        { class: 'stack' },
        el(
          'section',
          { class: 'panel' },
          el(
            'div',
            { class: 'title-row' },
            el('h1', {}, rule.title),
            rule.state !== 'broken' && enableSwitch(rule, session, refresh),
          ),
          el('p', {}, el('code', {}, rule.id), ' ', badges(rule)),
          el('p', { class: 'soft' }, lastWords(rule)),
          rule.problems.map(problem),
        ),
        rule.clauses.map((clause, index) => thresholdPanel(clause, index, rule.seen)),
        el(
          'section',
          { class: 'panel' },
          el('h2', {}, t('document')),
          el('pre', { class: 'source', tabindex: 0 }, rule.yaml),
        ),
      ),
    );
  }

  /** A panel stays as it is while somebody writes in it; what he saves is judged by what he saw. */
  function thresholdPanel(clause, index, seen) {
    const known = panels.get(index);
    if (known !== undefined && (known.isTouched() || known.threshold === clause.threshold)) {
      if (!known.isTouched()) known.see(seen);
      return known.panel;
    }
    const made = newPanel(clause, index, seen);
    panels.set(index, { threshold: clause.threshold, ...made });
    return made.panel;
  }

  function newPanel({ condition, severity, severityWord, threshold }, clause, seenFirst) {
    let seen = seenFirst;
    const heading = el('h2', {}, condition, ' ', el('span', { class: `badge ${severity}` }, severityWord));
    const see = (shownNow) => {
      seen = shownNow;
    };
    if (threshold === null)
      return { panel: el('section', { class: 'panel' }, heading), see, isTouched: () => false };
    const shown = el('div', { class: 'stack preview', 'aria-live': 'polite' });
    const input = el('input', {
      name: 'is',
      value: threshold,
      required: true,
      autocomplete: 'off',
      spellcheck: 'false',
      'data-key': `is ${clause}`,
    });
    const hours = el(
      'select',
      { name: 'hours', 'data-key': `hours ${clause}` },
      HOURS.map((n) => el('option', { value: n, selected: n === 6 }, t('hours', { n }))),
    );
    let latest = 0;
    const preview = async (pauseMs) => {
      latest += 1;
      const asked = latest;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      if (asked !== latest) return;
      try {
        const answer = await read('/api/preview', { id, clause, is: input.value, hours: hours.value });
        if (asked === latest) renderInto(shown, told(answer));
      } catch (error) {
        if (asked === latest) renderInto(shown, el('p', { class: 'banner mistake' }, error.message));
      }
    };
    const save = async (event) => {
      event.preventDefault();
      try {
        await act('/api/threshold', { id, clause, is: input.value, seen });
        panels.delete(clause);
        toast(t('saved'));
        await refresh();
      } catch (error) {
        await refresh();
        renderInto(shown, el('p', { class: 'banner mistake', role: 'alert' }, error.message));
        seen = latestSeen;
      }
    };
    const form = el(
      'form',
      {
        class: 'inline-form',
        onsubmit: (event) => void save(event),
        oninput: () => void preview(PAUSE_MS),
      },
      el('label', {}, t('threshold'), input),
      el('label', {}, t('previewOver'), hours),
      el('button', { type: 'submit', class: 'first', disabled: !session.mayAct }, t('save')),
    );
    void preview(0);
    const panel = el('section', { class: 'panel' }, heading, form, shown);
    return { panel, see, isTouched: () => input.value !== threshold };
  }

  return { concerns: ['rules', 'now'], isTimed: true, refresh };
}

function told({ episodes, hours, groups, chart: drawn, worst }) {
  if (groups === 0) return el('p', { class: 'soft' }, t('nothingCounted'));
  return [
    el(
      'p',
      {},
      el('b', {}, t('wouldHaveFired', { n: episodes.would, hours })),
      t('firedAsItIs', { n: episodes.was }),
      t('inGroups', { n: groups }),
    ),
    drawn !== null && chart(drawn, WIDE),
    worst !== null && worst !== '' && el('p', { class: 'soft' }, t('worstGroup', { name: worst })),
    el('p', { class: 'soft' }, t('countsAnew')),
  ];
}
