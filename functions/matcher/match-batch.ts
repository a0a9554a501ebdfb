/**
 * The matcher's work on the events of one delivery, as a list of steps: keep what counts, match, count, judge, claim,
 * tell. Every step may be repeated with the same batch and then changes nothing.
 */
import { type AlertDraft, applyBreach, type BreachDeps } from '../../shared/alerts/breach.ts';
import { alertLabels, fingerprintOf, generationOf } from '../../shared/alerts/identity.ts';
import type { ExampleLine } from '../../shared/alerts/notification.ts';
import { forEachConcurrently } from '../../shared/concurrency.ts';
import { judgeCount } from '../../shared/conditions/count.ts';
import type { Configuration, Rule } from '../../shared/config/model.ts';
import { sliceAt, slicingOf } from '../../shared/count/slices.ts';
import { AHEAD_MS_MAX, LATE_MS_MAX, recordMatches, type Series } from '../../shared/count/store.ts';
import type { LogBatch, LogEvent } from '../../shared/logs/event.ts';
import { groupLabelsOf, type Program } from '../../shared/match/program.ts';
import type { Redactor } from '../../shared/match/redact.ts';
import { FiringMemory } from './firing-memory.ts';
import { RecentLines } from './recent-lines.ts';

const SERIES_AT_A_TIME = 16;

/** What the matcher works by: one version of the configuration, compiled. */
export interface Compiled {
  configuration: Configuration;
  program: Program;
  redactor(rule: Rule): Redactor;
}

/** What a warm function remembers between batches, only to do less; losing it changes nothing but cost. */
export class MatcherMemory {
  readonly firing = new FiringMemory();
  readonly lines = new RecentLines();
}

/** The matched events of one series in this batch. */
interface Matches {
  rule: Rule;
  generation: string;
  series: Series;
  groupLabels: Record<string, string>;
  events: LogEvent[];
}

/** @throws what the ports throw, after every other series was tried: the batch is then to be delivered again. */
export async function matchBatch(
  deps: BreachDeps,
  compiled: Compiled,
  memory: MatcherMemory,
  batch: LogBatch,
): Promise<void> {
  const counted = keepCountable(deps, batch);
  const matches = matchesBySeries(compiled, counted);
  const matched = matches.reduce((sum, { events }) => sum + events.length, 0);
  const { logGroup, logStream } = batch;
  deps.happened({ type: 'events', logGroup, logStream, events: batch.events.length, matched });
  await forEachConcurrently(matches, SERIES_AT_A_TIME, async (found) => {
    const lines = memory.lines.add(found.series.fingerprint, exampleLines(compiled, counted, found));
    await count(deps, found);
    await judge(deps, counted, found, lines, memory.firing);
  });
}

/** Events too late or too far ahead are reported, not counted (contract §1.3, "Clocks"). */
function keepCountable(deps: BreachDeps, batch: LogBatch): LogBatch {
  const now = deps.clock();
  const events = batch.events.filter(
    ({ timestamp }) => timestamp >= now - LATE_MS_MAX && timestamp <= now + AHEAD_MS_MAX,
  );
  const outside = batch.events.length - events.length;
  if (outside > 0) {
    const reason = 'their timestamps lie more than 24 h back or more than 2 h ahead';
    deps.happened({ type: 'uncounted', logGroup: batch.logGroup, events: outside, reason });
  }
  return { ...batch, events };
}

function matchesBySeries(compiled: Compiled, batch: LogBatch): Matches[] {
  const found = new Map<string, Matches>();
  compiled.program.match(batch, (hit) => {
    if (!hit.matched) return;
    const groupLabels = groupLabelsOf(hit, compiled.redactor(hit.rule));
    const fingerprint = fingerprintOf(hit.rule.id, groupLabels);
    const known = found.get(fingerprint);
    if (known !== undefined) known.events.push(hit.event);
    else {
      const { rule } = hit;
      const generation = generationOf(rule);
      const series = { ruleId: rule.id, generation, fingerprint };
      found.set(fingerprint, { rule, generation, series, groupLabels, events: [hit.event] });
    }
  });
  return [...found.values()];
}

async function count(deps: BreachDeps, { rule, series, events }: Matches): Promise<void> {
  const { withinMs } = countCondition(rule);
  const slicing = slicingOf(withinMs);
  const idsBySlice = new Map<number, string[]>();
  for (const { id, timestamp } of events) {
    const slice = sliceAt(timestamp, slicing);
    const ids = idsBySlice.get(slice);
    if (ids === undefined) idsBySlice.set(slice, [id]);
    else ids.push(id);
  }
  const expiresAt = deps.clock() + LATE_MS_MAX + AHEAD_MS_MAX + 2 * withinMs;
  for (const [slice, ids] of idsBySlice) await recordMatches(deps.state, series, slice, ids, expiresAt);
}

async function judge(
  deps: BreachDeps,
  batch: LogBatch,
  { rule, generation, series, groupLabels, events }: Matches,
  lines: ExampleLine[],
  firing: FiringMemory,
): Promise<void> {
  const condition = countCondition(rule);
  const times = events.map(({ timestamp }) => timestamp);
  const [from, to] = [Math.min(...times), Math.max(...times)];
  if (firing.covers(series, from, deps.clock())) return;
  const { runs, series: chart } = await judgeCount(deps.state, series, condition, from, to);
  const draft: AlertDraft = {
    fingerprint: series.fingerprint,
    ruleId: rule.id,
    title: rule.title,
    severity: rule.severity,
    labels: alertLabels(rule, groupLabels),
    annotations: rule.annotations,
    condition,
    series: chart,
    lines,
    source: { account: batch.account, region: batch.region, logGroups: [batch.logGroup] },
  };
  const withheld = rule.action === 'record' ? 'the rule only records' : null;
  for (const run of runs) {
    const { keepFiringMs, receiver } = rule;
    const episode = await applyBreach(deps, {
      run,
      draft,
      groupLabels,
      generation,
      keepFiringMs,
      receiver,
      withheld,
    });
    if (episode !== undefined) firing.note(series, episode);
  }
}

function exampleLines(compiled: Compiled, batch: LogBatch, { rule, events }: Matches): ExampleLine[] {
  const redact = compiled.redactor(rule);
  const { logGroup, logStream } = batch;
  return events
    .slice(-RecentLines.PER_SERIES)
    .map(({ timestamp, message }) => ({ at: timestamp, message: redact(message), logGroup, logStream }));
}

function countCondition(rule: Rule) {
  const [clause] = rule.when;
  if (clause?.condition.kind !== 'count') {
    throw new Error(`Rule ${rule.id}: its condition is not available in this version; count was expected.`);
  }
  return clause.condition;
}
