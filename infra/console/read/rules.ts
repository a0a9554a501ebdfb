/** Every rule: whether it works, what it counts, when it last fired. */

import { type Activity, readActivity } from '../../../shared/activity.ts';
import type { Episode } from '../../../shared/alerts/episode.ts';
import { firingEpisodes } from '../../../shared/alerts/firing.ts';
import { digest } from '../../../shared/alerts/identity.ts';
import { isEdited, nameOf, readStanding, type Standing } from '../../../shared/applied/standing.ts';
import { isWorse } from '../../../shared/conditions/clauses.ts';
import { measureTheSame } from '../../../shared/conditions/same-measure.ts';
import type { ItemReader } from '../../../shared/config/items.ts';
import type { Condition, Locale, Rule, Severity } from '../../../shared/config/model.ts';
import { loadItems, type SnapshotItem } from '../../../shared/snapshot/publish.ts';
import { describeCondition, formatValue, thresholdText } from '../../../shared/text/condition.ts';
import { oneLine } from '../../../shared/text/plain.ts';
import { severityWord } from '../../../shared/text/words.ts';
import type { ConsolePlace } from '../place.ts';
import type { Visit } from '../visit.ts';
import { readerOfItems } from './configuration.ts';
import { allGroups } from './groups-counted.ts';
import { peakOf, readWindows, thinned } from './windows.ts';

const HALF_HOUR_MS = 1_800_000;
const POINTS_MAX = 60;
/** Rules beyond are listed without their counts: each costs a read. */
const COUNTED_MAX = 60;
const GROUPS_MAX = 3;

/** A rule that works. */
export interface RuleInForce {
  rule: Rule;
  body: Record<string, unknown>;
}

/** What the two tables say of the rules. */
export interface Rulebook {
  items: SnapshotItem[];
  standing: Map<string, Standing>;
  activity: Activity;
  firing: Episode[];
  reader: ItemReader;
}

/** All that the console tells of rules, read at once. */
export async function readRulebook({
  config,
  state,
}: Pick<ConsolePlace, 'config' | 'state'>): Promise<Rulebook> {
  const [items, standing, activity, firing] = await Promise.all([
    loadItems(state),
    readStanding(config),
    readActivity(state),
    firingEpisodes(state),
  ]);
  const byName = new Map(standing.map((item) => [nameOf(item), item]));
  return { items, standing: byName, activity, firing, reader: readerOfItems() };
}

/** The rule as the functions work by it; null: it never worked. */
export function inForce({ reader }: Pick<Rulebook, 'reader'>, { body }: SnapshotItem): RuleInForce | null {
  if (body === null) return null;
  const parsed = reader.parseItem('rule', body);
  return parsed.ok ? { rule: parsed.value, body } : null;
}

/** Of all its conditions. */
function worstOf({ when, severity }: Rule): Severity {
  const [first = severity, ...others] = when.map((clause) => clause.severity);
  return others.reduce((a, b) => (isWorse(b, a) ? b : a), first);
}

function newestOf(times: readonly (number | undefined)[]): number | null {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? null : Math.max(...known);
}

/** A rule on one line, in the reader's words. */
export function describeRule(book: Rulebook, item: SnapshotItem, { locale }: Visit['reader']) {
  const found = inForce(book, item);
  const standing = book.standing.get(nameOf(item));
  const condition = found?.rule.when[0]?.condition;
  const severity = found === null ? null : worstOf(found.rule);
  const firing = book.firing.filter(({ alert }) => alert.ruleId === item.id);
  return {
    id: item.id,
    title: oneLine(found?.rule.title ?? item.id),
    severity,
    severityWord: severity === null ? null : severityWord(severity, locale),
    enabled: found?.rule.enabled ?? false,
    state: item.problems.length === 0 ? 'ok' : item.body === null ? 'broken' : 'stale',
    problems: item.problems,
    condition: found?.rule.when.map((clause) => describeCondition(clause.condition, locale)) ?? [],
    threshold: condition === undefined ? null : thresholdText(condition, locale),
    groupBy: found?.rule.groupBy.map(({ label }) => label) ?? [],
    firing: firing.length,
    lastMatch: book.activity.match.get(item.id) ?? null,
    lastFired: newestOf([book.activity.fired.get(item.id), ...firing.map(({ alert }) => alert.startsAt)]),
    isEdited: standing !== undefined && standing.owner !== null && isEdited(standing),
    /** Somebody changed it, and the functions take it over within half a minute. */
    isOnItsWay: standing !== undefined && digest(standing.body) !== item.seen,
  };
}

/**
 * Answers `GET /api/rulebook`: every rule with its state and its last windows; items of other kinds that are broken.
 */
export async function getRules({ place, now, reader }: Visit): Promise<unknown> {
  const book = await readRulebook(place);
  const items = book.items.filter(({ kind }) => kind === 'rule');
  const rules = await Promise.all(
    items.map(async (item, index) => ({
      ...describeRule(book, item, reader),
      spark: index < COUNTED_MAX ? await sparkOf(place, book, item, now, reader) : null,
    })),
  );
  const others = book.items
    .filter(({ kind, problems }) => kind !== 'rule' && problems.length > 0)
    .map(({ kind, id, problems }) => ({ kind, id, problems }));
  return { now, rules, others };
}

/** What the values of a condition are compared with, by it and by those that measure the same. */
function limitsOf(
  { when }: Rule,
  measured: Condition,
  locale: Locale,
): { threshold: number; text: string }[] {
  return when.flatMap(({ condition }) => {
    const text = thresholdText(condition, locale);
    if (!('is' in condition) || text === null || !measureTheSame(condition, measured)) return [];
    return [{ threshold: condition.is.threshold, text }];
  });
}

/** What the rule's first condition lately came to, in the group where it was worst. */
async function sparkOf(
  place: ConsolePlace,
  book: Rulebook,
  item: SnapshotItem,
  now: number,
  { locale }: Visit['reader'],
) {
  const found = inForce(book, item);
  const condition = found?.rule.when[0]?.condition;
  if (found === null || condition === undefined || !found.rule.enabled) return null;
  const groups = (await allGroups(place, found.rule, book.firing)).slice(0, GROUPS_MAX);
  const span = { fromMs: now - HALF_HOUR_MS, nowMs: now };
  const read = groups.map(({ fingerprint }) =>
    readWindows(place.state, { rule: found.rule, clause: 0, fingerprint, ...span }, [condition]),
  );
  const windows = (await Promise.all(read)).flatMap((one) => one ?? []);
  const [first, ...others] = windows;
  if (first === undefined) return null;
  const worst = others.reduce(
    (a, b) => (a.question.worse(peakOf(a), peakOf(b)) === peakOf(a) ? a : b),
    first,
  );
  return {
    points: thinned(worst.points, POINTS_MAX, worst.question.worse),
    limits: limitsOf(found.rule, condition, locale),
    latest: formatValue(condition, worst.points.at(-1)?.value ?? 0, locale),
    peak: formatValue(condition, peakOf(worst), locale),
  };
}
