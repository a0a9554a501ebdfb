/** How the whole does: what goes through, how late, and what is in the way. */
import { chart, WIDE } from '../chart.js';
import { el, renderInto, webLink } from '../dom.js';
import { read } from '../interface.js';
import { locale, t } from '../locale.js';
import { ago, moment, now, span } from '../times.js';

/** Less is no sample of a month. */
const SCALED_FROM_MS = 3_600_000;

/** What shows nothing in a browser. */
const FOR_PROGRAMS = new Set(['dynamodb', 'sqs']);

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
      figures('atWork', [...lagOf(flow), ...workOf(timers, configuration)]),
      totals !== null && figures('sinceStart', sumsOf(totals)),
      month !== null && figures('thisMonth', monthOf(month), t('costHow', { time: moment(month.since) })),
      flow.points.length > 1 &&
        el('section', { class: 'panel' }, el('h2', {}, t('throughput')), flowChart(flow), lagChart(flow)),
      section(
        'logGroups',
        logGroups.map(({ name, lastEvent }) => row('name', name, t('lastEvent', { time: ago(lastEvent) }))),
      ),
      section(
        'mishaps',
        mishaps.map(({ at, text, times }) =>
          row('said', text, times > 1 ? `${moment(at)} · ×${times}` : moment(at)),
        ),
      ),
      section(
        'places',
        Object.entries(urls).map(([name, url]) =>
          row('name', t(`place-${name}`), FOR_PROGRAMS.has(name) ? url : webLink(url, url)),
        ),
      ),
    );
  }

  return { concerns: ['rules'], isTimed: true, refresh };
}

function figures(name, shown, note = null) {
  return el(
    'section',
    {},
    el('h2', {}, t(name)),
    el(
      'dl',
      { class: 'numbers' },
      shown.map(([word, text]) => el('div', {}, el('dt', {}, t(word)), el('dd', {}, text))),
    ),
    note !== null && el('p', { class: 'soft' }, note),
  );
}

function lagOf({ points }) {
  const last = points.at(-1);
  return last === undefined ? [] : [['lag', lagText(last.lagMs)]];
}

function workOf({ standing, overdue, latestMs }, { version, items, broken, checkedAt }) {
  return [
    ['timers', number(standing)],
    ['overdue', overdue === 0 ? '0' : `${overdue} (${span(latestMs)})`],
    ['configuration', number(items)],
    ['brokenItems', number(broken)],
    ['configVersion', number(version)],
    ...(checkedAt === null ? [] : [['configChecked', t('ago', { time: span(now() - checkedAt) })]]),
  ];
}

const sumsOf = ({ events, matched, uncounted }) => [
  ['eventsRead', number(events)],
  ['matchesCounted', number(matched)],
  ['uncounted', number(uncounted)],
];

function monthOf({ since, usage, bill, isOnAws }) {
  return [
    ...sumsOf(usage),
    ['alertsBegun', number(usage.alerts)],
    [isOnAws ? 'costSoFar' : 'costOnAws', dollars(bill.soFar)],
    ...(now() - since > SCALED_FROM_MS ? [['costOfMonth', dollars(bill.month)]] : []),
  ];
}

const CENT = 0.01;

/** What is less than a cent says so. */
function dollars(value) {
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
  });
  return value > 0 && value < CENT ? `< ${format.format(CENT)}` : format.format(value);
}

/** Stretches in which nothing came are none in the journal: they are drawn as what they were. */
function flowChart(flow) {
  const points = filled(flow, ({ events }) => (events * 1000) / flow.everyMs);
  const top = Math.max(...points.map(({ value }) => value));
  return chart({ ...PLAIN, points, topText: `${number(top)}/s`, caption: t('eventsPerSecond') }, WIDE);
}

function lagChart(flow) {
  const points = filled(flow, ({ lagMs }) => lagMs);
  const top = Math.max(...points.map(({ value }) => value));
  return top > 0 && chart({ ...PLAIN, points, topText: lagText(top), caption: t('largestLag') }, WIDE);
}

/** No more than can be told apart; of what falls together the largest is drawn. */
const POINTS_MAX = 400;
const PLAIN = { threshold: null, thresholdText: null };

function filled({ everyMs, points }, measure) {
  const first = points[0].at;
  const each = everyMs * Math.ceil((now() - first) / everyMs / POINTS_MAX);
  const all = [];
  for (let at = first; at <= now(); at += each) all.push({ at, value: 0 });
  for (const point of points) {
    const drawn = all[Math.floor((point.at - first) / each)];
    if (drawn !== undefined) drawn.value = Math.max(drawn.value, measure(point));
  }
  return all;
}

const SECOND = 1000;

function lagText(ms) {
  return ms < SECOND ? `${Math.max(0, Math.round(ms))} ms` : span(ms);
}

const number = (value) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value);

function row(kind, name, side) {
  return el(
    'li',
    { class: 'row' },
    el('span', { class: kind }, name),
    el('span', { class: 'soft side' }, side),
  );
}

function section(name, rows) {
  if (rows.length === 0) return null;
  return el('section', {}, el('h2', {}, t(name)), el('ul', { class: 'list' }, rows));
}
