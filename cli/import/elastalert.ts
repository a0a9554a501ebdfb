/** Rules of ElastAlert (elastalert2.readthedocs.io/en/latest/ruletypes.html) in this format. */
import type { Body } from '../../shared/config/items.ts';
import { receiverOf } from './elastalert-alerts.ts';
import { selectorOf } from './elastalert-filters.ts';
import { all, any, equals, reference, type WrittenSelector } from './selectors.ts';
import { isBody, listOf, Notes, present, slug, type Translation } from './translation.ts';

/** Of Elasticsearch, or of how ElastAlert runs: without a meaning here. */
const OWN_KEYS =
  /^(?:es_|use_ssl|use_ssh|verify_certs|aws_|kibana|doc_type|use_count_query|use_terms_query|terms_size|run_every|buffer_time|query_delay|timestamp_|index|use_strftime_index|owner|generate_kibana|import$|scan_|max_scrolling|alert_text_type|use_run_every_query_size|sync_bucket_interval|allow_buffer_time_overlap|bucket_interval$|description$|priority$|category$|ignore_null$)/;
/** What this translation looks at somewhere. */
const KNOWN_KEYS = new Set([
  ...[
    'name',
    'type',
    'filter',
    'query_key',
    'include',
    'alert',
    'is_enabled',
    'timeframe',
    'num_events',
    'threshold',
  ],
  ...[
    'spike_height',
    'spike_type',
    'threshold_cur',
    'compare_key',
    'fields',
    'terms_window_size',
    'cardinality_field',
  ],
  ...[
    'max_cardinality',
    'min_cardinality',
    'match_bucket_filter',
    'min_percentage',
    'max_percentage',
    'min_denominator',
  ],
  ...[
    'metric_agg_key',
    'metric_agg_type',
    'min_threshold',
    'max_threshold',
    'blacklist',
    'whitelist',
    'percentile_range',
  ],
  ...['realert', 'aggregation', 'alert_subject', 'alert_text'],
]);

interface Place {
  source: Body;
  path: string;
  notes: Notes;
}

/** One document of all the rules. `sources`: the parsed files and what to call each. */
export function translateElastAlert(sources: readonly { file: string; source: Body }[]): Translation {
  const notes = new Notes();
  const ids = new Set<string>();
  const receivers: Body[] = [];
  const rules = sources.flatMap(({ file, source }) => {
    const id = freeId(slug(String(source.name ?? ''), 'rule'), ids);
    const place = { source, path: file, notes };
    const { receiver, known } = receiverOf(source, id, file, notes);
    const rule = ruleOf(place, id);
    tellUnknown(place, known);
    if (rule === null) return [];
    if (receiver !== null) receivers.push(receiver);
    return [present({ ...rule, receiver: receiver?.name, action: receiver === null ? 'record' : undefined })];
  });
  return { document: { version: 1, rules, receivers }, notes: notes.all };
}

function freeId(id: string, taken: Set<string>): string {
  let free = id;
  for (let number = 2; taken.has(free); number += 1) free = `${id.slice(0, 60)}-${number}`;
  taken.add(free);
  return free;
}

function tellUnknown({ source, path, notes }: Place, known: ReadonlySet<string>): void {
  if (source.index !== undefined)
    notes.add(`${path}: index`, `name the log groups that hold ${JSON.stringify(source.index)} as logGroups`);
  for (const key of Object.keys(source))
    if (!KNOWN_KEYS.has(key) && !known.has(key) && !OWN_KEYS.test(key))
      notes.add(`${path}: ${key}`, 'is not translated');
  if (source.realert !== undefined)
    notes.add(`${path}: realert`, "an incident is told once and repeated after the route's repeatInterval");
  if (source.aggregation !== undefined)
    notes.add(`${path}: aggregation`, "the route's groupWait and groupInterval gather what is told together");
  for (const key of ['alert_subject', 'alert_text'])
    if (source[key] !== undefined)
      notes.add(
        `${path}: ${key}`,
        'is not translated: annotations and the title and body of a channel take templates',
      );
}

/** null where the rule cannot be said here. */
function ruleOf(place: Place, id: string): Body | null {
  const { source, path, notes } = place;
  const type = String(source.type);
  const form = Object.hasOwn(FORMS, type) ? FORMS[type] : undefined;
  if (form === undefined) {
    notes.add(`${path}: type`, `${type} is not translated, and the rule is left out`);
    return null;
  }
  const match = selectorOf(source.filter, `${path}: filter`, notes);
  const said = form(place, match);
  if (said === null) return null;
  const groupBy = listOf(source.query_key).map((key) => reference(String(key)));
  return present({
    id,
    title: source.name,
    enabled: source.is_enabled === false ? false : undefined,
    match: match ?? undefined,
    groupBy: groupBy.length === 0 ? undefined : groupBy,
    show: shown(source),
    ...said,
  });
}

function shown({ include }: Body): string[] | undefined {
  const fields = listOf(include).map((field) => reference(String(field)));
  return fields.length === 0 ? undefined : fields;
}

/** What a type says beside the filter: `when`, or another `match`. */
type Form = (place: Place, match: WrittenSelector | null) => Body | null;

const FORMS: Record<string, Form> = {
  any: () => ({}),
  frequency: (place) => ({
    when: { count: `>= ${number(place, 'num_events')}`, within: duration(place, 'timeframe') },
  }),
  flatline: (place) => ({
    when: { count: `< ${number(place, 'threshold')}`, within: duration(place, 'timeframe') },
  }),
  spike,
  change: (place) => {
    const [first, ...others] = listOf(place.source.compare_key ?? place.source.compound_compare_key);
    if (others.length > 0)
      place.notes.add(`${place.path}: compare_key`, 'only the first of its fields is watched');
    return { when: { change: reference(String(first)) } };
  },
  new_term: newTerm,
  cardinality,
  percentage_match: percentage,
  metric_aggregation: metric,
  blacklist: (place, match) => ({
    match: all([...listOf(match), ...listed(place, 'blacklist')] as WrittenSelector[]),
  }),
  whitelist: (place, match) => {
    const others = listed(place, 'whitelist').map((selector) => ({ not: selector }));
    return { match: all([...listOf(match), ...others] as WrittenSelector[]) };
  },
};

function spike(place: Place): Body | null {
  const { source, path, notes } = place;
  if (source.spike_type !== undefined && source.spike_type !== 'up') {
    notes.add(
      `${path}: spike_type`,
      `${String(source.spike_type)} is not translated: anomaly has direction: down and both`,
    );
    return null;
  }
  const atLeast = source.threshold_cur === undefined ? {} : { atLeast: number(place, 'threshold_cur') };
  return {
    when: { spike: `>= ${number(place, 'spike_height')}x`, within: duration(place, 'timeframe'), ...atLeast },
  };
}

function newTerm(place: Place): Body {
  const { source, path, notes } = place;
  const [first, ...others] = listOf(source.fields ?? source.query_key);
  if (others.length > 0)
    notes.add(`${path}: fields`, 'only the first of its fields is watched: repeat the rule for others');
  notes.add(
    `${path}: terms_window_size`,
    'values are learned for 24 h from the first event on, and not read from the past',
  );
  const forget = source.terms_window_size === undefined ? '30d' : duration(place, 'terms_window_size');
  return { when: { novel: reference(String(first)), learn: '24h', forget } };
}

function cardinality(place: Place): Body {
  const { source } = place;
  const field = reference(String(source.cardinality_field));
  const within = duration(place, 'timeframe');
  return bounds(place, 'min_cardinality', 'max_cardinality', (is) => ({ distinct: field, is, within }));
}

function percentage(place: Place, match: WrittenSelector | null): Body {
  const { source, path, notes } = place;
  const bucket = selectorOf(source.match_bucket_filter, `${path}: match_bucket_filter`, notes);
  const within = duration(place, source.bucket_interval === undefined ? 'buffer_time' : 'bucket_interval');
  const of = match === null ? {} : { of: match };
  const atLeast = source.min_denominator === undefined ? {} : { atLeast: number(place, 'min_denominator') };
  const said = bounds(place, 'min_percentage', 'max_percentage', (ratio) => ({
    ratio: `${ratio}%`,
    ...of,
    within,
    ...atLeast,
  }));
  return { ...said, match: all([...listOf(match), ...listOf(bucket)] as WrittenSelector[]) };
}

const STATISTICS: Record<string, string> = { avg: 'avg', min: 'min', max: 'max', sum: 'sum' };

function metric(place: Place): Body | null {
  const { source, path, notes } = place;
  const kind = String(source.metric_agg_type);
  const within = duration(place, source.bucket_interval === undefined ? 'buffer_time' : 'bucket_interval');
  const field = reference(String(source.metric_agg_key));
  const limits = (when: (is: string) => Body) => bounds(place, 'min_threshold', 'max_threshold', when);
  if (kind === 'cardinality') return limits((is) => ({ distinct: field, is, within }));
  if (kind === 'value_count') return limits((is) => ({ count: is, within }));
  const percentile = kind === 'percentiles' ? `p${String(source.percentile_range)}` : undefined;
  const stat = STATISTICS[kind] ?? (/^p(?:50|90|95|99)$/.test(percentile ?? '') ? percentile : undefined);
  if (stat === undefined) {
    notes.add(`${path}: metric_agg_type`, `${kind} is not translated, and the rule is left out`);
    return null;
  }
  return limits((is) => ({ value: field, stat, is, within }));
}

/** A condition for the lower bound, the upper, or both. */
function bounds(place: Place, lower: string, upper: string, when: (is: string) => Body): Body {
  const { source } = place;
  const clauses = [
    ...(source[upper] === undefined ? [] : [when(`> ${number(place, upper)}`)]),
    ...(source[lower] === undefined ? [] : [when(`< ${number(place, lower)}`)]),
  ];
  return { when: clauses.length === 1 ? clauses[0] : clauses };
}

/** Values of `compare_key` that a list names. */
function listed({ source, path, notes }: Place, key: string): WrittenSelector[] {
  const values = listOf(source[key]).filter((value) => {
    const isFile = String(value).startsWith('!file');
    if (isFile) notes.add(`${path}: ${key}`, `${String(value)} is not read: write its values out`);
    return !isFile;
  });
  return any(values.map((value) => equals(String(source.compare_key), value)));
}

function number({ source, path, notes }: Place, key: string): number {
  const value = Number(source[key]);
  if (source[key] !== undefined && Number.isFinite(value)) return value;
  notes.add(`${path}: ${key}`, 'is missing or no number: 1 stands in');
  return 1;
}

const UNITS: Record<string, string> = { weeks: 'w', days: 'd', hours: 'h', minutes: 'm', seconds: 's' };

/** `{ hours: 4, minutes: 30 }` to `4h30m`. */
function duration({ source, path, notes }: Place, key: string): string {
  const written = source[key];
  const parts = Object.entries(UNITS).flatMap(([unit, sign]) => {
    const amount = isBody(written) ? written[unit] : undefined;
    if (typeof amount !== 'number' || amount === 0) return [];
    return [unit === 'weeks' ? `${amount * 7}d` : `${amount}${sign}`];
  });
  if (parts.length > 0) return parts.join('');
  notes.add(`${path}: ${key}`, 'is missing: 5m stands in');
  return '5m';
}
