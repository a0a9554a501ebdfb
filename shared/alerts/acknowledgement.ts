/**
 * "Somebody is at it": an acknowledgement of an episode, kept beside it. It quiets repeats and escalation until the
 * alert gets worse, its time passes, or the episode ends.
 */
import { SEVERITIES, type Severity } from '../config/model.ts';
import type { Item, Key, Table } from '../ports.ts';
import { nameWritten } from '../text/written.ts';
import type { Episode } from './episode.ts';
import type { NotifiedAlert } from './notification.ts';
import { alertPartition, headKey, loadEpisode, pastKey } from './store.ts';

export interface Acknowledgement {
  /** The name that somebody gave: claimed, not proven. */
  by: string;
  /** Processing time, ms. */
  at: number;
  /** ms; null: until the episode ends, a year at most. */
  until: number | null;
  /** What was acknowledged: a worse one is another matter. */
  severity: Severity;
  /** The transition of the episode that was acknowledged. */
  seq: number;
}

/** Names an episode. */
export type EpisodeName = Pick<NotifiedAlert, 'ruleId' | 'fingerprint' | 'startsAt'>;

/** `ended`, `unknown`: nothing was written. */
export type AcknowledgeOutcome =
  | { outcome: 'acknowledged'; acknowledgement: Acknowledgement }
  | { outcome: 'ended' }
  | { outcome: 'unknown' };

/** One without a time is forgotten after this, ms. */
const LONGEST_MS = 366 * 86_400_000;
/** Shown for so long (ms) after its time. */
const KEPT_MS = 30 * 86_400_000;

/** Acknowledges an episode that fires; a later acknowledgement replaces an earlier one. `now`, `until`: ms. */
export async function acknowledge(
  state: Table,
  name: EpisodeName,
  { by, until }: { by: string; until: number | null },
  now: number,
): Promise<AcknowledgeOutcome> {
  const episode = await loadNamed(state, name);
  if (episode === undefined) return { outcome: 'unknown' };
  if (episode.alert.status === 'resolved') return { outcome: 'ended' };
  const acknowledgement = {
    by: nameWritten(by),
    at: now,
    until,
    severity: episode.alert.severity,
    seq: episode.seq,
  };
  const ttl = Math.ceil(((until ?? now + LONGEST_MS) + KEPT_MS) / 1000);
  await state.put({ ...keyOf(name), ...acknowledgement, ttl });
  return { outcome: 'acknowledged', acknowledgement };
}

/** The last acknowledgement of an episode, whether or not it still holds. */
export async function acknowledgementOf(
  state: Table,
  name: EpisodeName,
): Promise<Acknowledgement | undefined> {
  const item = await state.get(keyOf(name));
  return item === undefined ? undefined : read(item);
}

/** Why an acknowledgement holds no longer at `now` (ms); null: it does. */
export function acknowledgementEnd(
  { until, severity }: Acknowledgement,
  alert: Pick<NotifiedAlert, 'status' | 'severity'>,
  now: number,
): 'the episode ended' | 'the alert got worse' | 'its time passed' | null {
  if (alert.status === 'resolved') return 'the episode ended';
  if (SEVERITIES.indexOf(alert.severity) > SEVERITIES.indexOf(severity)) return 'the alert got worse';
  return until !== null && until <= now ? 'its time passed' : null;
}

/** The episode of that name; undefined where it is not kept any more. */
export async function loadNamed(
  state: Table,
  { ruleId, fingerprint, startsAt }: EpisodeName,
): Promise<Episode | undefined> {
  const head = await loadEpisode(state, headKey(ruleId, fingerprint));
  if (head?.alert.startsAt === startsAt) return head;
  return await loadEpisode(state, pastKey(ruleId, fingerprint, startsAt));
}

function keyOf({ ruleId, fingerprint, startsAt }: EpisodeName): Key {
  return { pk: alertPartition(ruleId, fingerprint), sk: `ack#${String(startsAt).padStart(15, '0')}` };
}

function read({ by, at, until, severity, seq }: Item): Acknowledgement {
  return { by, at, until, severity, seq } as Acknowledgement;
}
