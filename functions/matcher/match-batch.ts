/**
 * The matcher's work on the events of one delivery, as a list of steps: keep what counts, match, count, judge, claim,
 * tell. Every step may be repeated with the same batch and then changes nothing.
 */
import { applyBreach, type BreachDeps } from '../../shared/alerts/breach.ts';
import { draftOf } from '../../shared/alerts/draft.ts';
import type { LogSource } from '../../shared/alerts/notification.ts';
import { forEachConcurrently } from '../../shared/concurrency.ts';
import { type CountCondition, onlyCount } from '../../shared/conditions/count.ts';
import { judgeWritten } from '../../shared/conditions/live.ts';
import { NovelMemory } from '../../shared/conditions/novel-memory.ts';
import { WatchMemory } from '../../shared/conditions/watch.ts';
import { CountMemory } from '../../shared/count/memory.ts';
import { sliceAt, slicingOf } from '../../shared/count/slices.ts';
import { AHEAD_MS_MAX, expiryOf, LATE_MS_MAX, recordMatches } from '../../shared/count/store.ts';
import type { LogBatch } from '../../shared/logs/event.ts';
import { windowOf } from '../../shared/text/condition.ts';
import { withheldBy } from '../withheld.ts';
import type { Compiled } from './compile.ts';
import { FiringMemory } from './firing-memory.ts';
import { judgeClauses } from './judge-clauses.ts';
import { LimitMemory, limitGroups } from './limit-groups.ts';
import { earliestOf, type FoundEvent, type Matches, matchesBySeries } from './matches.ts';
import { RecentLine, RecentLines } from './recent-lines.ts';
import { type RecordContext, recordClauses } from './record.ts';

const SERIES_AT_A_TIME = 16;

/** What a warm function remembers between batches, only to do less; losing it changes nothing but cost. */
export class MatcherMemory {
  readonly counts: CountMemory;
  readonly limits = new LimitMemory();
  readonly firing = new FiringMemory();
  readonly lines = new RecentLines();
  readonly watches = new WatchMemory();
  readonly novelties = new NovelMemory();

  constructor(counts = new CountMemory()) {
    this.counts = counts;
  }
}

/**
 * Answers the rules that matched.
 * @throws what the ports throw, after every other series was tried: the batch is then to be delivered again.
 */
export async function matchBatch(
  deps: BreachDeps,
  compiled: Compiled,
  memory: MatcherMemory,
  batch: LogBatch,
): Promise<ReadonlySet<string>> {
  const counted = keepCountable(deps, batch);
  const limited = await limitGroups(deps, memory.limits, matchesBySeries(compiled, counted));
  const { matches } = limited;
  const matched = matches.reduce((sum, { events }) => sum + events.filter(isMatch).length, 0);
  const { logGroup, logStream } = batch;
  const now = deps.clock();
  const lagMs = now - newestOf(batch, now);
  const went = { events: batch.events.length, matched, touched: matches.length, lagMs };
  deps.happened({ type: 'events', logGroup, logStream, ...went });
  await forEachConcurrently(matches, SERIES_AT_A_TIME, async (found) => {
    const added = recentLines(compiled, counted, found);
    const recent = memory.lines.add(found.series.fingerprint, added, reachedFrom(found));
    const lines = () => recent.map((line) => line.show());
    const source = sourceOf(batch, compiled.insightsFilter(found.rule));
    const condition = onlyCount(found.rule);
    if (condition !== null) {
      await count(deps, memory, condition, found);
      return await judge(deps, memory, condition, found, { lines, source });
    }
    const { state: table, clock } = deps;
    const { counts, watches, novelties } = memory;
    const redact = compiled.redactor(found.rule);
    const context = { table, clock, counts, watches, novelties, redact, lines, source, logGroup, logStream };
    await recordClauses(context, found);
    await judgeClauses(deps, context, found);
  });
  if (limited.failures.length > 0) throw limited.failures[0];
  return new Set(matches.filter(({ events }) => events.some(isMatch)).map(({ rule }) => rule.id));
}

function isMatch({ matched }: FoundEvent): boolean {
  return matched;
}

function sourceOf({ account, region, logGroup }: LogBatch, filter: string | null): LogSource {
  const source = { account, region, logGroups: [logGroup] };
  return filter === null ? source : { ...source, filter };
}

/** Time of the newest event, ms; one that is ahead of `now` counts as of now, however far it is ahead. */
export function newestOf({ events }: LogBatch, now: number): number {
  return events.reduce((newest, { timestamp }) => Math.max(newest, Math.min(timestamp, now)), 0);
}

/** Events too late or too far ahead are reported, not counted (contract §1.3, "Clocks"). */
function keepCountable(deps: BreachDeps, batch: LogBatch): LogBatch {
  const now = deps.clock();
  const events = batch.events.filter(
    ({ timestamp }) => timestamp >= now - LATE_MS_MAX && timestamp <= now + AHEAD_MS_MAX,
  );
  const outside = batch.events.length - events.length;
  if (outside === 0) return batch;
  const reason = 'their timestamps lie more than 24 h back or more than 2 h ahead';
  deps.happened({ type: 'uncounted', logGroup: batch.logGroup, events: outside, reason });
  return { ...batch, events };
}

async function count(
  { state: table, clock }: BreachDeps,
  { counts: memory }: MatcherMemory,
  { withinMs }: CountCondition,
  { series, events }: Matches,
): Promise<void> {
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
  condition: CountCondition,
  found: Matches,
  { lines, source }: Pick<RecordContext, 'lines' | 'source'>,
): Promise<void> {
  const { rule, generation, series, groupLabels, events } = found;
  const times = events.map(({ timestamp }) => timestamp);
  const from = earliestOf(found);
  const to = times.reduce((latest, time) => Math.max(latest, time));
  // The clock is asked after the write: what is written later than this may no longer be covered.
  if (firing.covers(series, from, to, deps.clock())) return;
  const context = { table: deps.state, memory: counts, clock: deps.clock };
  const written = { times, sinceMs: firing.firedAt(series, from) };
  const { runs, chart } = await judgeWritten(context, series, condition, written);
  if (runs.length === 0) return;
  const severity = rule.when[0]?.severity ?? rule.severity;
  const seen = { series: chart(), lines: lines(), source };
  const draft = draftOf(rule, groupLabels, series.fingerprint, { severity, condition }, seen);
  const withheld = withheldBy(rule);
  for (const run of runs) {
    const breach = { rule, run, draft, groupLabels, generation, withheld };
    const episode = await applyBreach(deps, breach);
    if (episode !== undefined) firing.note(series, episode);
  }
}

/** What is older than every window that holds one of these events is no example of what they are about, ms. */
function reachedFrom(found: Matches): number {
  const windows = found.rule.when.map(({ condition }) => windowOf(condition) ?? Number.POSITIVE_INFINITY);
  return earliestOf(found) - Math.max(...windows);
}

function recentLines(compiled: Compiled, batch: LogBatch, { rule, events }: Matches): RecentLine[] {
  const redact = compiled.redactor(rule);
  return events
    .filter(isMatch)
    .slice(-RecentLines.PER_SERIES)
    .map((event) => new RecentLine(event, batch, redact));
}
