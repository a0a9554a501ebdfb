/**
 * Why an alert of a group is kept quiet at a time: inhibition, the route's time intervals, a silence; asked in
 * Alertmanager's order (`createReceiverStage` of notify.go). Pure.
 */
import { intervalsAt } from '../config/calendar.ts';
import type { InhibitRule, TimeInterval } from '../config/model.ts';
import { type FiringSource, inhibitedBy } from './inhibition.ts';
import { type Silence, silencedBy } from './silences.ts';
import type { TakenRoute } from './tree.ts';

export interface Quiet {
  kind: 'inhibition' | 'mute' | 'silence';
  /** In words: `silenced by 4f2a (Wei: maintenance)`. */
  reason: string;
  /** What ends with it, in words: `silence 4f2a (Wei: maintenance)`. */
  name: string;
  /** A long silence that ends soon: its id, and when, ms. */
  endsSoon?: { id: string; at: number };
}

/** So long (ms) before the end of a silence whoever waits behind it is reminded; a group that looks less often, earlier. */
const REMINDED_BEFORE_MS = 15 * 60_000;
/** Of silences that last so many times as long at least. */
const REMINDED_OF = 4;

/** What there is to keep alerts quiet by. */
export interface QuietCauses {
  silences: readonly Silence[];
  intervals: readonly TimeInterval[];
  inhibitRules: readonly InhibitRule[];
  sources: readonly FiringSource[];
}

/** Null: the alert may be told. `now`: ms, processing time. */
export function quietOf(
  { silences, intervals, inhibitRules, sources }: QuietCauses,
  route: Pick<TakenRoute, 'muteTimeIntervals' | 'activeTimeIntervals' | 'groupIntervalMs'>,
  labels: Record<string, string>,
  now: number,
): Quiet | null {
  const inhibited = inhibitedBy(inhibitRules, sources, labels);
  if (inhibited !== null) {
    const source = `${inhibited.source.title} (rule ${inhibited.source.ruleId})`;
    const name = `inhibition ${inhibited.rule.name} by ${source}`;
    return {
      kind: 'inhibition',
      name,
      reason: `inhibited by ${source}, inhibit rule ${inhibited.rule.name}`,
    };
  }
  const muted = mutedBy(route, intervals, now);
  const remindedMs = Math.max(REMINDED_BEFORE_MS, route.groupIntervalMs);
  return muted ?? quietBySilence(silencedBy(silences, intervals, labels, now), now, remindedMs);
}

/** Whether a route is quiet as a whole at `now` (ms). */
function mutedBy(
  route: Pick<TakenRoute, 'muteTimeIntervals' | 'activeTimeIntervals'>,
  intervals: readonly TimeInterval[],
  now: number,
): Quiet | null {
  const { activeTimeIntervals, muteTimeIntervals } = route;
  // An interval that was deleted keeps nobody quiet: rather one message too many.
  const isKnown = activeTimeIntervals.every((name) => intervals.some((interval) => interval.name === name));
  const isActive = !isKnown || intervalsAt(activeTimeIntervals, intervals, now).length > 0;
  if (activeTimeIntervals.length > 0 && !isActive) {
    const names = activeTimeIntervals.join(', ');
    return {
      kind: 'mute',
      name: `quiet time outside ${names}`,
      reason: `muted outside time interval ${names}`,
    };
  }
  const [muting] = intervalsAt(muteTimeIntervals, intervals, now);
  if (muting === undefined) return null;
  return { kind: 'mute', name: `mute by ${muting}`, reason: `muted by time interval ${muting}` };
}

/** Of several silences the one that lasts longest says why. */
function quietBySilence(silences: readonly Silence[], now: number, remindedMs: number): Quiet | null {
  const [last] = silences.toSorted((a, b) => endOf(b) - endOf(a));
  if (last === undefined) return null;
  const { id, author, comment, startsAt, endsAt, recurs } = last;
  const about = `${id} (${comment === '' ? author : `${author}: ${comment}`})`;
  const quiet: Quiet = { kind: 'silence', name: `silence ${about}`, reason: `silenced by ${about}` };
  const isLong = endsAt !== null && recurs === null && endsAt - startsAt >= REMINDED_OF * remindedMs;
  return isLong && endsAt - now <= remindedMs ? { ...quiet, endsSoon: { id, at: endsAt } } : quiet;
}

function endOf({ endsAt }: Silence): number {
  return endsAt ?? Number.MAX_SAFE_INTEGER;
}
