/** One alert: how it stands, what it counted, who was told, and why. */
import { actions, head, lineList, notes } from '../card.js';
import { chart, WIDE } from '../chart.js';
import { el, renderInto, webLink } from '../dom.js';
import { read } from '../interface.js';
import { labelList } from '../labels.js';
import { t } from '../locale.js';
import { outcomeWords } from '../outcome.js';
import { moment, now } from '../times.js';

export function alertView(container, { rest, session }) {
  const [rule, fingerprint, startsAt] = rest;
  let drawn = '';

  async function refresh() {
    const { alert } = await read('/api/alert', { rule, fingerprint, startsAt });
    const text = JSON.stringify(alert);
    if (text === drawn) return;
    drawn = text;
    renderInto(
      container,
      el('p', {}, el('a', { href: '#/now', 'data-key': 'back' }, `← ${t('now')}`)),
      page(alert),
    );
  }

  function page(alert) {
    return el(
      'article',
      {
        class: `card wide ${alert.status === 'resolved' ? 'over' : alert.severity}`,
        'data-alert': fingerprint,
      },
      head(alert, 'h1', false),
      notes(alert),
      actions(alert, session, refresh),
      alert.chart !== null && chart(alert.chart, WIDE),
      el(
        'dl',
        { class: 'facts' },
        alert.facts.map(({ name, text }) => el('div', {}, el('dt', {}, name), el('dd', {}, text))),
      ),
      labelList(alert.labels),
      alert.annotations.map(({ name, text }) => el('p', {}, `${name}: `, webLink(text, text))),
      el('p', { class: 'links' }, links(alert)),
      section('timeline', el('ol', { class: 'timeline' }, alert.timeline.map(entry))),
      alert.lines.length > 0 && section('lines', lineList(alert.lines)),
      alert.earlier.length > 0 &&
        section('earlier', el('ol', { class: 'timeline' }, alert.earlier.map(earlierEntry))),
    );
  }

  return {
    concerns: ['now'],
    // What becomes of deliveries after its end changes nothing of what fires.
    isTimed: true,
    refresh,
    onKey: (key) => {
      const action = { a: 'acknowledge', s: 'silence' }[key];
      container.querySelector(`[data-do="${action}"]`)?.click();
      return action !== undefined;
    },
  };
}

function section(name, ...content) {
  return el('section', {}, el('h2', {}, t(name)), content);
}

function links({ runbookUrl, logsUrl, id }) {
  return [
    runbookUrl !== null && webLink(runbookUrl, t('runbook')),
    logsUrl !== null && webLink(logsUrl, t('openLogs')),
    el('a', { href: `#/rules/${encodeURIComponent(id.rule)}` }, t('openRule')),
  ];
}

/** Clocks differ by less than this, ms. */
const SKEW = 2000;

function entry({ at, kind, ...told }) {
  const time = el('time', { datetime: new Date(at).toISOString() }, moment(at));
  const isAhead = at > now() + SKEW && (kind === undefined || kind === 'pending');
  return el('li', { class: isAhead ? 'ahead' : (kind ?? null) }, time, el('span', {}, words(kind, told)));
}

function words(kind, { text, receiver, delivery, reason }) {
  if (kind === undefined) return text;
  if (kind === 'counted') return t('counted');
  return `${receiver} · ${delivery} · ${outcomeWords(kind, reason)}`;
}

function earlierEntry({ startsAt, lasted, peak }) {
  return el(
    'li',
    {},
    el('time', { datetime: new Date(startsAt).toISOString() }, moment(startsAt)),
    `${lasted} · ${t('peak')} ${peak}`,
  );
}
