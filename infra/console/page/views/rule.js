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

  async function refresh() {
    const { rule } = await read('/api/rule', { id });
    const text = JSON.stringify(rule);
    if (text === drawn) return;
    drawn = text;
    renderInto(
      container,
      el('p', {}, el('a', { href: '#/rules', 'data-key': 'back' }, `← ${t('rules')}`)),
      el(
        'div',
        { class: 'stack' },
        el(
          'section',
          { class: 'panel' },
          el('div', { class: 'title-row' }, el('h1', {}, rule.title), enableSwitch(rule, session, refresh)),
          el('p', {}, el('code', {}, rule.id), ' ', badges(rule)),
          el('p', { class: 'soft' }, lastWords(rule)),
          rule.problems.map(problem),
        ),
        rule.clauses.map((clause, index) => thresholdPanel(clause, index)),
        el(
          'section',
          { class: 'panel' },
          el('h2', {}, t('document')),
          el('pre', { class: 'source', tabindex: 0 }, rule.yaml),
        ),
      ),
    );
  }

  /** A panel stays as it is while somebody writes in it. */
  function thresholdPanel(clause, index) {
    const known = panels.get(index);
    if (known?.threshold === clause.threshold) return known.panel;
    const panel = newPanel(clause, index);
    panels.set(index, { threshold: clause.threshold, panel });
    return panel;
  }

  function newPanel({ condition, severity, severityWord, threshold }, clause) {
    const heading = el('h2', {}, condition, ' ', el('span', { class: `badge ${severity}` }, severityWord));
    if (threshold === null) return el('section', { class: 'panel' }, heading);
    const shown = el('div', { class: 'stack', 'aria-live': 'polite' });
    const input = el('input', {
      name: 'is',
      value: threshold,
      required: true,
      autocomplete: 'off',
      'data-key': `is ${clause}`,
    });
    const hours = el(
      'select',
      { name: 'hours' },
      HOURS.map((n) => el('option', { value: n, selected: n === 6 }, t('hours', { n }))),
    );
    let latest = 0;
    const preview = async () => {
      latest += 1;
      const asked = latest;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
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
        await act('/api/threshold', { id, clause, is: input.value });
        toast(t('saved'));
        await refresh();
      } catch (error) {
        renderInto(shown, el('p', { class: 'banner mistake', role: 'alert' }, error.message));
      }
    };
    const form = el(
      'form',
      { class: 'inline-form', onsubmit: (event) => void save(event), oninput: () => void preview() },
      el('label', {}, t('threshold'), input),
      el('label', {}, t('previewOver'), hours),
      el('button', { type: 'submit', class: 'first', disabled: !session.mayAct }, t('save')),
    );
    void preview();
    return el('section', { class: 'panel' }, heading, form, shown);
  }

  return { concerns: ['rules'], refresh };
}

function told({ episodes, hours, groups, chart: drawn }) {
  if (groups === 0) return el('p', { class: 'soft' }, t('nothingCounted'));
  return [
    el(
      'p',
      {},
      el('b', {}, t('wouldHaveFired', { n: episodes.would })),
      ' ',
      t('firedAsItIs', { n: episodes.was, hours, groups }),
    ),
    drawn !== null && chart(drawn, WIDE),
  ];
}
