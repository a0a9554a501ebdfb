/** One rule: its document, its conditions, and what another threshold would have done. */
import { stringify } from 'yaml';
import { firingEpisodes } from '../../../shared/alerts/firing.ts';
import { digest } from '../../../shared/alerts/identity.ts';
import { nameOf } from '../../../shared/applied/standing.ts';
import { captionOf } from '../../../shared/channels/alert-chart.ts';
import type { Body } from '../../../shared/config/items.ts';
import type { Condition, Locale, Rule } from '../../../shared/config/model.ts';
import { describeCondition, formatValue, thresholdText } from '../../../shared/text/condition.ts';
import { severityWord } from '../../../shared/text/words.ts';
import type { ConsolePlace } from '../place.ts';
import { Refusal } from '../refusal.ts';
import type { Visit } from '../visit.ts';
import { allGroups } from './groups-counted.ts';
import { describeRule, inForce, readRulebook } from './rules.ts';
import { thresholdIn, withThreshold } from './threshold.ts';
import { episodesIn, peakOf, readWindows, thinned, type Windows } from './windows.ts';

const HOURS_MAX = 24;
const HOUR_MS = 3_600_000;
const POINTS_MAX = 240;

/** Answers `GET /api/rule`: one rule with its source, and each condition with the threshold that may be changed. */
export async function getRule({ place, query, now, reader }: Visit): Promise<unknown> {
  const { book, item } = await find(place, query.get('id') ?? '');
  const found = inForce(book, item);
  const body = (book.standing.get(nameOf(item))?.body ?? item.body ?? {}) as Body;
  return {
    now,
    rule: {
      ...describeRule(book, item, reader),
      yaml: stringify(body),
      /** Stands for the document as it was shown: who saves says what he saw. */
      seen: digest(body),
      clauses: (found?.rule.when ?? []).map(({ condition, severity }, clause) => ({
        severity,
        severityWord: severityWord(severity, reader.locale),
        condition: describeCondition(condition, reader.locale),
        threshold: thresholdIn(body, clause, condition),
      })),
    },
  };
}

/** What a clause would have done over the last hours with the threshold `is`, beside what it did with its own. */
export async function getPreview({ place, query, now, reader }: Visit): Promise<unknown> {
  const { book, item } = await find(place, query.get('id') ?? '');
  const clause = Number(query.get('clause') ?? 0);
  const hours = Math.min(HOURS_MAX, Math.max(1, Number(query.get('hours')) || 1));
  const found = inForce(book, item);
  const condition = found?.rule.when[clause]?.condition;
  if (found === null || condition === undefined)
    throw new Refusal(404, 'The rule has no such condition.', '规则没有这个条件。');
  const changed = withThreshold(found.body, clause, condition, query.get('is') ?? '');
  const parsed = book.reader.parseItem('rule', changed);
  if (!parsed.ok) throw new Refusal(400, parsed.problems[0]?.message ?? 'This is no threshold.');
  const wanted = parsed.value.when[clause]?.condition ?? condition;
  const span = { fromMs: now - hours * HOUR_MS, nowMs: now };
  const asked = { rule: found.rule, clause, ...span };
  return { now, hours, ...(await compared(place, asked, condition, wanted, reader)) };
}

async function compared(
  place: ConsolePlace,
  asked: { rule: Rule; clause: number; fromMs: number; nowMs: number },
  condition: Condition,
  wanted: Condition,
  { locale }: Visit['reader'],
) {
  const groups = await allGroups(place, asked.rule, await firingEpisodes(place.state));
  const totals = { was: 0, would: 0 };
  let worst: { windows: Windows; labels: Record<string, string> | null } | null = null;
  for (const { fingerprint, labels } of groups) {
    const series = { ...asked, fingerprint };
    const [windows, after] = (await readWindows(place.state, series, [condition, wanted])) ?? [];
    if (windows === undefined || after === undefined)
      throw new Refusal(400, 'This condition looks at no windows.', '该条件不按窗口计数。');
    totals.was += episodesIn(windows.runs, asked.rule.keepFiringMs);
    totals.would += episodesIn(after.runs, asked.rule.keepFiringMs);
    const { worse } = windows.question;
    if (worst === null || worse(peakOf(worst.windows), peakOf(windows)) !== peakOf(worst.windows))
      worst = { windows, labels };
  }
  return {
    episodes: totals,
    groups: groups.length,
    chart: worst === null ? null : drawn(worst.windows, wanted, locale),
    worst: worst === null || groups.length < 2 ? null : Object.values(worst.labels ?? {}).join(' · '),
  };
}

function drawn({ points, question }: Windows, condition: Condition, locale: Locale) {
  const threshold = 'is' in condition ? condition.is.threshold : null;
  const top = Math.max(threshold ?? 0, ...points.map(({ value }) => value));
  return {
    points: thinned(points, POINTS_MAX, question.worse),
    threshold,
    thresholdText: thresholdText(condition, locale),
    topText: formatValue(condition, top, locale),
    caption: captionOf(condition, locale),
  };
}

async function find(place: ConsolePlace, id: string) {
  const book = await readRulebook(place);
  const item = book.items.find((one) => one.kind === 'rule' && one.id === id);
  if (item === undefined) throw new Refusal(404, `There is no rule ${id}.`, `没有规则 ${id}。`);
  return { book, item };
}
