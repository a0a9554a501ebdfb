/**
 * The matcher's work on the events of one delivery, as a list of steps: keep what counts, match, count, judge, claim,
 * tell. Every step may be repeated with the same batch and then changes nothing.
 */
import { type AlertDraft, applyBreach, type BreachDeps } from '../../shared/alerts/breach.ts';
import { alertLabels } from '../../shared/alerts/identity.ts';
import type { ExampleLine } from '../../shared/alerts/notification.ts';
import { forEachConcurrently } from '../../shared/concurrency.ts';
import { judgeWritten } from '../../shared/conditions/live.ts';
import type { Rule } from '../../shared/config/model.ts';
import { CountMemory } from '../../shared/count/memory.ts';
import { sliceAt, slicingOf } from '../../shared/count/slices.ts';
import { AHEAD_MS_MAX, expiryOf, LATE_MS_MAX, recordMatches } from '../../shared/count/store.ts';
import type { LogBatch } from '../../shared/logs/event.ts';
import type { Compiled } from './compile.ts';
import { FiringMemory } from './firing-memory.ts';
import { LimitMemory, limitGroups } from './limit-groups.ts';
import { type Matches, matchesBySeries } from './matches.ts';
import { RecentLines } from './recent-lines.ts';

const SERIES_AT_A_TIME = 16;

/** What a warm function remembers between batches, only to do less; losing it changes nothing but cost. */
export class MatcherMemory {
  readonly counts = new CountMemory();
  readonly limits = new LimitMemory();
  readonly firing = new FiringMemory();
  readonly lines = new RecentLines();
}

/** @throws what the ports throw, after every other series was tried: the batch is then to be delivered again. */
export async function matchBatch(
  deps: BreachDeps,
  compiled: Compiled,
  memory: MatcherMemory,
  batch: LogBatch,
): Promise<void> {
  const counted = keepCountable(deps, batch);
  const limited = await limitGroups(deps, memory.limits, matchesBySeries(compiled, counted));
  const { matches } = limited;
  const matched = matches.reduce((sum, { events }) => sum + events.length, 0);
  const { logGroup, logStream } = batch;
  const lagMs = deps.clock() - newestOf(batch);
  deps.happened({ type: 'events', logGroup, logStream, events: batch.events.length, matched, lagMs });
  await forEachConcurrently(matches, SERIES_AT_A_TIME, async (found) => {
    const lines = memory.lines.add(found.series.fingerprint, exampleLines(compiled, counted, found));
    await count(deps, memory, found);
    await judge(deps, memory, counted, found, lines);
  });
  if (limited.failures.length > 0) throw limited.failures[0];
}

function newestOf({ events }: LogBatch): number {
  return events.reduce((newest, { timestamp }) => Math.max(newest, timestamp), 0);
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

async function count(
  { state: table, clock }: BreachDeps,
  { counts: memory }: MatcherMemory,
  { rule, series, events }: Matches,
): Promise<void> {
  const { withinMs } = countCondition(rule);
  const slicing = slicingOf(withinMs);
  const idsBySlice = new Map<number, string[]>();
  for (const { id, timestamp } of events) {
    const slice = sliceAt(timestamp, slicing);
    const ids = idsBySlice.get(slice);
    if (ids === undefined) idsBySlice.set(slice, [id]);
    else ids.push(id);
  }
  const expiresAt = expiryOf(clock(), withinMs);
  await recordMatches({ table, memory, clock }, series, slicing, idsBySlice, expiresAt);
}

async function judge(
  deps: BreachDeps,
  { counts, firing }: MatcherMemory,
  batch: LogBatch,
  { rule, generation, series, groupLabels, events }: Matches,
  lines: ExampleLine[],
): Promise<void> {
  const condition = countCondition(rule);
  const times = events.map(({ timestamp }) => timestamp);
  const from = times.reduce((earliest, time) => Math.min(earliest, time));
  const to = times.reduce((latest, time) => Math.max(latest, time));
  // The clock is asked after the write: what is written later than this may no longer be covered.
  if (firing.covers(series, from, to, deps.clock())) return;
  const context = { table: deps.state, memory: counts, clock: deps.clock };
  const written = { times, sinceMs: firing.firedAt(series, from) };
  const { runs, series: chart } = await judgeWritten(context, series, condition, written);
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
