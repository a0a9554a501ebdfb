/** How the whole does: what goes through, how late, and what is in the way. */
import { chart, WIDE } from '../chart.js';
import { el, renderInto, webLink } from '../dom.js';
import { read } from '../interface.js';
import { locale, t } from '../locale.js';
import { moment, now, span } from '../times.js';

export function systemView(container, { session }) {
  async function refresh() {
    const { logGroups, timers, configuration, urls, flow } = await read('/api/system');
    renderInto(
      container,
      el(
        'div',
        { class: 'title-row' },
        el('h1', {}, t('system')),
        el('span', { class: 'soft' }, session.place ?? t('thisMachine')),
      ),
      el('dl', { class: 'numbers' }, numbers(timers, configuration, flow)),
      flow !== null &&
        flow.points.length > 1 &&
        el('section', { class: 'panel' }, el('h2', {}, t('throughput')), flowChart(flow)),
      section(
        'logGroups',
        logGroups.map(({ name, lastEvent }) => row(name, t('lastEvent', { time: span(now() - lastEvent) }))),
      ),
      flow !== null &&
        section(
          'mishaps',
          flow.mishaps.map(({ at, text }) => row(text, moment(at))),
        ),
      section(
        'places',
        Object.entries(urls).map(([name, url]) => row(name, webLink(url, url))),
      ),
    );
  }

  return { concerns: ['rules'], isTimed: true, refresh };
}

function numbers({ standing, overdue, latestMs }, { version, items, broken, checkedAt }, flow) {
  const lag = flow?.points.at(-1)?.lagMs;
  const shown = [
    flow !== null && ['eventsRead', number(flow.totals.events)],
    flow !== null && ['eventsMatched', number(flow.totals.matched)],
    flow !== null && ['uncounted', number(flow.totals.uncounted)],
    lag !== undefined && ['lag', span(lag)],
    ['timers', number(standing)],
    ['overdue', overdue === 0 ? '0' : `${overdue} (${span(latestMs)})`],
    ['configuration', `${items} · v${version}`],
    ['brokenItems', number(broken)],
    checkedAt !== null && ['configChecked', t('ago', { time: span(now() - checkedAt) })],
  ];
  return shown
    .filter((pair) => pair !== false)
    .map(([name, text]) => el('div', {}, el('dt', {}, t(name)), el('dd', {}, text)));
}

function flowChart({ points, everyMs }) {
  const first = points[0].at;
  const known = new Map(points.map((point) => [point.at, point.events]));
  const filled = [];
  for (let at = first; at <= now(); at += everyMs)
    filled.push({ at, value: ((known.get(at) ?? 0) * 1000) / everyMs });
  const top = Math.max(...filled.map(({ value }) => value));
  const drawn = {
    points: filled,
    threshold: null,
    thresholdText: null,
    topText: `${number(top)}/s`,
    caption: t('eventsPerSecond'),
  };
  return chart(drawn, WIDE);
}

const number = (value) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value);

function row(name, side) {
  return el(
    'li',
    { class: 'row' },
    el('span', { class: 'name' }, name),
    el('span', { class: 'soft side' }, side),
  );
}

function section(name, rows) {
  if (rows.length === 0) return null;
  return el('section', {}, el('h2', {}, t(name)), el('ul', { class: 'list' }, rows));
}
