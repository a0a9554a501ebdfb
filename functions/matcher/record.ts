/** What a batch brought a series, written down for each clause of its rule, and who is to look at it later. */
import { versionOf } from '../../shared/alerts/identity.ts';
import type { ExampleLine, LogSource } from '../../shared/alerts/notification.ts';
import { notePresence } from '../../shared/conditions/absent.ts';
import { changeEntries, placedValues } from '../../shared/conditions/change.ts';
import { measured, seriesOf, writtenClauses } from '../../shared/conditions/clauses.ts';
import { FOR_LOOK_MS, GRACE_MS } from '../../shared/conditions/compare.ts';
import { type ConsecutiveCondition, consecutiveEntries } from '../../shared/conditions/consecutive.ts';
import type { NovelMemory } from '../../shared/conditions/novel-memory.ts';
import type { Observation } from '../../shared/conditions/observation.ts';
import { windowQuestion } from '../../shared/conditions/question.ts';
import { armWatch, type WatchMemory, watchKey } from '../../shared/conditions/watch.ts';
import type { Condition, Rule } from '../../shared/config/model.ts';
import { hash } from '../../shared/count/entries.ts';
import type { CountMemory } from '../../shared/count/memory.ts';
import { type Slicing, sliceAt, sliceStart } from '../../shared/count/slices.ts';
import { expiryOf, recordEntries, type Series } from '../../shared/count/store.ts';
import type { Redactor } from '../../shared/match/redact.ts';
import type { Clock, Table } from '../../shared/ports.ts';
import type { Matches } from './matches.ts';

export interface RecordContext {
  table: Table;
  clock: Clock;
  counts: CountMemory;
  watches: WatchMemory;
  novelties: NovelMemory;
  redact: Redactor;
  /** The latest lines of the series. */
  lines: () => ExampleLine[];
  source: LogSource;
  logGroup: string;
  logStream: string;
}

/** What a clause has to know of a batch's events. */
export function observationsOf({ events }: Matches, clause: number, logStream: string): Observation[] {
  return events.map(({ id, timestamp, matched, readings }) => {
    const { of = true, until = false, value } = readings[clause] ?? {};
    return { id, at: timestamp, logStream, matched, of, until, value };
  });
}

/** Writes everything down; called again with the same batch it changes nothing. */
export async function recordClauses(context: RecordContext, found: Matches): Promise<void> {
  for (const clause of writtenClauses(found.rule)) await recordClause(context, found, clause);
  for (const [clause, { condition }] of found.rule.when.entries()) {
    if (condition.kind !== 'absent') continue;
    const observed = observationsOf(found, clause, context.logStream);
    const { table, clock } = context;
    const key = watchKey(found.rule.id, found.series.fingerprint, clause);
    await notePresence(
      { table, clock, key, condition },
      {
        ...versionOf(found.rule),
        groupLabels: found.groupLabels,
        source: context.source,
        lines: context.lines(),
        matches: timesOf(observed.filter(({ matched }) => matched)),
        ends: timesOf(observed.filter(({ until }) => until)),
      },
    );
  }
  await arm(context, found);
}

async function recordClause(context: RecordContext, found: Matches, clause: number): Promise<void> {
  const { rule, generation, series } = found;
  const condition = rule.when[clause]?.condition;
  if (condition === undefined) return;
  const observed = observationsOf(found, clause, context.logStream);
  const own = seriesOf(rule, generation, series.fingerprint, clause);
  const to = condition.kind === 'consecutive' ? streamSeries(own, streamOf(context)) : own;
  const entries = entriesOf(condition, observed, context.redact);
  if (entries.size === 0) return;
  const { table, clock, counts: memory } = context;
  await recordEntries({ table, clock, memory }, to, entries, expiryOf(clock(), reachOf(condition)));
}

/** A name for the log stream of a batch: streams of several log groups are often called alike. */
export function streamOf({ source: { account, region }, logGroup, logStream }: RecordContext): string {
  return hash(JSON.stringify([account, region, logGroup, logStream]));
}

/** One log stream of a series; `stream`: its name as `streamOf` gives it. */
export function streamSeries(series: Series, stream: string): Series {
  return { ...series, fingerprint: `${series.fingerprint}@${stream}` };
}

function entriesOf(
  condition: Condition,
  observed: readonly Observation[],
  redact: Redactor,
): Map<number, string[]> {
  if (condition.kind === 'consecutive')
    return consecutiveEntries(condition as ConsecutiveCondition, observed);
  if (condition.kind === 'change') return changeEntries(placedValues(observed, redact));
  const windows = measured(condition);
  if (windows === null) return new Map();
  const entries = new Map<number, string[]>();
  for (const [slice, inSlice] of bySlice(observed, windows.slicing)) {
    const written = windows.measure.entries(inSlice);
    if (written.length > 0) entries.set(slice, written);
  }
  return entries;
}

function bySlice(observed: readonly Observation[], slicing: Slicing): Map<number, Observation[]> {
  const slices = new Map<number, Observation[]>();
  for (const observation of observed) {
    const slice = sliceAt(observation.at, slicing);
    const known = slices.get(slice);
    if (known === undefined) slices.set(slice, [observation]);
    else known.push(observation);
  }
  return slices;
}

/** How far (ms) a judgement of the condition reaches back. */
function reachOf(condition: Condition): number {
  if (condition.kind === 'anomaly') return condition.baselineMs + condition.withinMs;
  if (condition.kind === 'consecutive') return CONSECUTIVE_REACH_MS;
  return 'withinMs' in condition ? condition.withinMs : 0;
}
const CONSECUTIVE_REACH_MS = 3 * 86_400_000;

/** Makes sure that the windows which only time can judge will be judged. */
async function arm(context: RecordContext, { rule, series, groupLabels, events }: Matches): Promise<void> {
  const timed = timedClauses(rule);
  if (timed.length === 0) return;
  const { table, clock, watches: memory, lines, source } = context;
  const from = events.reduce(
    (earliest, { timestamp }) => Math.min(earliest, timestamp),
    Number.POSITIVE_INFINITY,
  );
  const over = timed.map(({ slicing }) => sliceStart(sliceAt(from, slicing) + 1, slicing));
  const mustLast = timed.some(({ isEarly }) => isEarly);
  const dueAt = Math.min(...over, mustLast ? from + FOR_LOOK_MS : Number.POSITIVE_INFINITY) + GRACE_MS;
  await armWatch({ table, clock, memory }, watchKey(rule.id, series.fingerprint), {
    ...versionOf(rule),
    groupLabels,
    source,
    lines,
    from,
    dueAt,
  });
}

/** The clauses that are judged as time goes by; `isEarly`: and with every write, where they need not last. */
function timedClauses({ when }: Rule): { slicing: Slicing; isEarly: boolean }[] {
  return when.flatMap(({ condition, forMs }) => {
    const windows = measured(condition);
    if (windows === null) return [];
    const isEarly = windowQuestion(condition)?.early === true;
    if (isEarly && forMs === 0 && when.length === 1) return [];
    return [{ slicing: windows.slicing, isEarly: isEarly && forMs > 0 }];
  });
}

function timesOf(observed: readonly Observation[]): number[] {
  return observed.map(({ at }) => at).sort((a, b) => a - b);
}
