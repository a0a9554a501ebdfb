/** How the whole does: what goes through, how late, and what is in the way. */
import { chart, WIDE } from '../chart.js';
import { el, renderInto, webLink } from '../dom.js';
import { read } from '../interface.js';
import { locale, t } from '../locale.js';
import { moment, now, span } from '../times.js';

/** Less is no sample of a month. */
const SCALED_FROM_MS = 3_600_000;

export function systemView(container, { session }) {
  async function refresh() {
    const { logGroups, timers, configuration, urls, flow, totals, month, mishaps } =
      await read('/api/system');
    renderInto(
      container,
      el(
        'div',
        { class: 'title-row' },
        el('h1', {}, t('system')),
        el('span', { class: 'soft' }, session.place ?? t('thisMachine')),
      ),
      el('dl', { class: 'numbers' }, numbers({ timers, configuration, flow, totals })),
      month !== null && monthPanel(month),
      flow.points.length > 1 &&
        el('section', { class: 'panel' }, el('h2', {}, t('throughput')), flowChart(flow)),
      section(
        'logGroups',
        logGroups.map(({ name, lastEvent }) => row(name, t('lastEvent', { time: span(now() - lastEvent) }))),
      ),
      section(
        'mishaps',
        mishaps.map(({ at, text }) => row(text, moment(at))),
      ),
      section(
        'places',
        Object.entries(urls).map(([name, url]) => row(name, webLink(url, url))),
      ),
    );
  }

  return { concerns: ['rules'], isTimed: true, refresh };
}

function numbers({ timers, configuration, flow, totals }) {
  const { standing, overdue, latestMs } = timers;
  const { version, items, broken, checkedAt } = configuration;
  const lag = flow.points.at(-1)?.lagMs;
  const shown = [
    totals !== null && ['eventsRead', number(totals.events)],
    totals !== null && ['eventsMatched', number(totals.matched)],
    totals !== null && ['uncounted', number(totals.uncounted)],
    lag !== undefined && ['lag', span(lag)],
    ['timers', number(standing)],
    ['overdue', overdue === 0 ? '0' : `${overdue} (${span(latestMs)})`],
    ['configuration', `${items} · v${version}`],
    ['brokenItems', number(broken)],
    checkedAt !== null && ['configChecked', t('ago', { time: span(now() - checkedAt) })],
  ];
  return pairs(shown.filter((pair) => pair !== false));
}

function monthPanel({ since, usage, bill, isOnAws }) {
  const shown = [
    ['eventsRead', number(usage.events)],
    ['eventsMatched', number(usage.matched)],
    ['uncounted', number(usage.uncounted)],
    ['alertsBegun', number(usage.alerts)],
    [isOnAws ? 'costSoFar' : 'costOnAws', dollars(bill.soFar)],
    now() - since > SCALED_FROM_MS && ['costOfMonth', dollars(bill.month)],
  ].filter((pair) => pair !== false);
  return el(
    'section',
    {},
    el('h2', {}, t('thisMonth')),
    el('dl', { class: 'numbers' }, pairs(shown)),
    el('p', { class: 'soft' }, t('costHow', { time: moment(since) })),
  );
}

function pairs(shown) {
  return shown.map(([name, text]) => el('div', {}, el('dt', {}, t(name)), el('dd', {}, text)));
}

const CENT = 0.01;

/** What is less than a cent says so. */
function dollars(value) {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD' });
  return value > 0 && value < CENT ? `< ${format.format(CENT)}` : format.format(value);
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
