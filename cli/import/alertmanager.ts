/** Alertmanager's configuration (prometheus.io/docs/alerting/latest/configuration) in this format. */
import type { Body } from '../../shared/config/items.ts';
import { parseMatcher, printMatcher } from '../../shared/config/matchers.ts';
import type { LabelMatcher } from '../../shared/config/model.ts';
import { translateReceiver } from './alertmanager-receivers.ts';
import { bodiesOf, isBody, listOf, Notes, present, type Translation } from './translation.ts';

const TOP_KEYS = [
  ...['global', 'templates', 'route', 'receivers', 'inhibit_rules'],
  ...['time_intervals', 'mute_time_intervals'],
];
const ROUTE_KEYS = [
  ...['receiver', 'group_by', 'group_wait', 'group_interval', 'repeat_interval', 'continue', 'routes'],
  ...['match', 'match_re', 'matchers', 'mute_time_intervals', 'active_time_intervals'],
];
/** Of `global`: what other parts take up, and what has no meaning here. */
const GLOBAL_KEYS = [
  'smtp_from',
  'slack_api_url',
  'resolve_timeout',
  'http_config',
  'smtp_hello',
  'smtp_require_tls',
];

/** Alertmanager's configuration as a document of ours, with notes of what has no counterpart here. */
export function translateAlertmanager(source: Body): Translation {
  const notes = new Notes();
  notes.unknown('', source, TOP_KEYS);
  const global = isBody(source.global) ? source.global : {};
  notes.unknown(
    'global',
    global,
    GLOBAL_KEYS.concat(Object.keys(global).filter((key) => /^smtp_/.test(key))),
  );
  if (Object.keys(global).some((key) => /^smtp_(?:smarthost|auth)/.test(key)))
    notes.add(
      'global.smtp_smarthost',
      'mails leave by SES here, or by a server with smtp: secret:NAME in a mail channel',
    );
  if (listOf(source.templates).length > 0)
    notes.add('templates', 'are not translated: channels take title and body templates of their own');
  const document = present({
    version: 1,
    receivers: bodiesOf(source.receivers).map((receiver, index) =>
      translateReceiver(receiver, global, `receivers[${index}]`, notes),
    ),
    route: isBody(source.route) ? route(source.route, 'route', notes) : undefined,
    inhibitRules: nonEmpty(
      bodiesOf(source.inhibit_rules).map((rule, index) => inhibitRule(rule, index, notes)),
    ),
    timeIntervals: nonEmpty(
      [...bodiesOf(source.time_intervals), ...bodiesOf(source.mute_time_intervals)].map(timeInterval),
    ),
  });
  return { document, notes: notes.all };
}

function nonEmpty<Entry>(list: Entry[]): Entry[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** The alert's name is the rule's id here. */
function label(name: unknown): string {
  return name === 'alertname' ? 'rule' : String(name);
}

function route(source: Body, path: string, notes: Notes): Body {
  notes.unknown(path, source, ROUTE_KEYS);
  const routes = bodiesOf(source.routes).map((child, index) =>
    route(child, `${path}.routes[${index}]`, notes),
  );
  return present({
    receiver: source.receiver ?? undefined,
    matchers: nonEmpty(matchers(source, '', path, notes)),
    groupBy: source.group_by === undefined ? undefined : listOf(source.group_by).map(label),
    groupWait: source.group_wait,
    groupInterval: source.group_interval,
    repeatInterval: source.repeat_interval,
    continue: source.continue === true && path !== 'route' ? true : undefined,
    muteTimeIntervals: source.mute_time_intervals,
    activeTimeIntervals: source.active_time_intervals,
    routes: nonEmpty(routes),
  });
}

/** `match`, `match_re` and `matchers`, in the older forms and the newer one. */
function matchers(source: Body, prefix: string, path: string, notes: Notes): string[] {
  const pairs = (key: string, operator: LabelMatcher['operator']) => {
    const map = source[`${prefix}${key}`];
    return Object.entries(isBody(map) ? map : {}).map(([name, value]) =>
      printMatcher({ label: label(name), operator, value: String(value) }),
    );
  };
  const written = listOf(source[`${prefix}matchers`]).flatMap((text) => listed(String(text)));
  const parsed = written.flatMap((text) => {
    const matcher = parseMatcher(text);
    if (matcher === null) notes.add(`${path}.${prefix}matchers`, `${text} is no matcher`);
    return matcher === null ? [] : [printMatcher({ ...matcher, label: label(matcher.label) })];
  });
  return [...pairs('match', '='), ...pairs('match_re', '=~'), ...parsed];
}

/** `{foo="bar", baz=~"a,b"}`, also without braces, as single matchers: commas in quotes part nothing. */
function listed(text: string): string[] {
  const inner = text.trim().replace(/^\{([\s\S]*)\}$/, '$1');
  const parts = inner.match(/(?:"(?:[^"\\]|\\.)*"|[^",])+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function inhibitRule(source: Body, index: number, notes: Notes): Body {
  const path = `inhibit_rules[${index}]`;
  const known = ['source', 'target'].flatMap((side) =>
    ['match', 'match_re', 'matchers'].map((key) => `${side}_${key}`),
  );
  notes.unknown(path, source, [...known, 'equal', 'name']);
  return present({
    name: typeof source.name === 'string' ? source.name : `inhibit-${index + 1}`,
    sourceMatchers: matchers(source, 'source_', path, notes),
    targetMatchers: matchers(source, 'target_', path, notes),
    equal: nonEmpty(listOf(source.equal).map(label)),
  });
}

function timeInterval(source: Body): Body {
  const specs = bodiesOf(source.time_intervals).map((spec) =>
    present({
      times: nonEmpty(
        bodiesOf(spec.times).map(({ start_time: startTime, end_time: endTime }) => ({ startTime, endTime })),
      ),
      weekdays: spec.weekdays,
      daysOfMonth: spec.days_of_month,
      months: spec.months,
      years: spec.years,
      location: spec.location,
    }),
  );
  return { name: source.name, timeIntervals: specs };
}
