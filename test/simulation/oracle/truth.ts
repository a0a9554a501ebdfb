/**
 * What is true of the log events, by the contract's words alone (§1.3): which windows hold, worked out the slow way.
 */
import { OVERFLOW_GROUP } from '../../../shared/count/groups.ts';
import type { LogEvent } from '../../../shared/logs/event.ts';
import type { SimulatedRule } from '../users.ts';

/** Slices that hold without a break: event time, ms. */
export interface Span {
  from: number;
  to: number;
}

/** What a rule and a group should have seen. */
export interface Truth {
  rule: SimulatedRule;
  /** Value of the group's label; "" where the rule has none. */
  group: string;
  /** Matches by the number of their slice: surely counted, and counted at most. */
  atLeast: Map<number, number>;
  atMost: Map<number, number>;
  /** Ends of true windows that hold, among surely counted events. */
  crossings: number[];
  /** What holds with one slice more, among all events. */
  spans: Span[];
  sliceMs: number;
  windowSlices: number;
}

/** `certain`: carried out by some function; `possible`: at least tried; `isAdmitted`: the group counts by itself. */
export function truthsOf(
  rule: SimulatedRule,
  certain: ReadonlySet<LogEvent>,
  possible: ReadonlySet<LogEvent>,
  isAdmitted: (group: string) => boolean = () => true,
): Truth[] {
  const groups = new Map<string, LogEvent[]>();
  for (const event of possible) {
    const { w, g } = JSON.parse(event.message) as { w: string; g: string };
    if (!w.includes(rule.word)) continue;
    const own = isAdmitted(g) ? g : OVERFLOW_GROUP;
    const group = rule.grouped ? own : '';
    groups.set(group, [...(groups.get(group) ?? []), event]);
  }
  return [...groups].map(([group, events]) => truthOf(rule, group, events, certain));
}

function truthOf(
  rule: SimulatedRule,
  group: string,
  events: LogEvent[],
  certain: ReadonlySet<LogEvent>,
): Truth {
  const { threshold, withinMs, timed } = rule;
  const sliceMs = Math.max(1000, Math.ceil(withinMs / 60));
  const windowSlices = Math.ceil(withinMs / sliceMs) + (timed ? 0 : 1);
  const sure = events.filter((event) => certain.has(event));
  const times = sure.map(({ timestamp }) => timestamp).sort((a, b) => a - b);
  const atLeast = bySlice(sure, sliceMs);
  const atMost = bySlice(events, sliceMs);
  const truth = { rule, group, atLeast, atMost, sliceMs, windowSlices };
  if (timed) {
    // A window that is judged once it is over holds from its end on.
    const later = ({ from, to }: Span) => ({ from: from + sliceMs, to: to + sliceMs });
    const spans = spansOf(atMost, threshold, sliceMs, windowSlices).map(later);
    const crossings = spansOf(atLeast, threshold, sliceMs, windowSlices).map((span) => later(span).from);
    return { ...truth, crossings, spans };
  }
  const crossings = times.filter((time, index) => {
    const first = times[index - threshold + 1];
    return first !== undefined && time - first < withinMs;
  });
  return { ...truth, crossings, spans: spansOf(atMost, threshold, sliceMs, windowSlices) };
}

function bySlice(events: LogEvent[], sliceMs: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { timestamp } of events) {
    const slice = Math.floor(timestamp / sliceMs);
    counts.set(slice, (counts.get(slice) ?? 0) + 1);
  }
  return counts;
}

function spansOf(
  counts: Map<number, number>,
  threshold: number,
  sliceMs: number,
  windowSlices: number,
): Span[] {
  const ends = [...counts.keys()].flatMap((slice) =>
    Array.from({ length: windowSlices }, (_, more) => slice + more),
  );
  const spans: Span[] = [];
  for (const slice of [...new Set(ends)].sort((a, b) => a - b)) {
    if (windowAt(counts, slice, windowSlices) < threshold) continue;
    const last = spans.at(-1);
    if (last !== undefined && last.to === slice * sliceMs) last.to += sliceMs;
    else spans.push({ from: slice * sliceMs, to: (slice + 1) * sliceMs });
  }
  return spans;
}

/** Matches in the slices of the window that ends with a slice. */
export function windowAt(counts: Map<number, number>, slice: number, windowSlices: number): number {
  let sum = 0;
  for (let back = 0; back < windowSlices; back++) sum += counts.get(slice - back) ?? 0;
  return sum;
}
