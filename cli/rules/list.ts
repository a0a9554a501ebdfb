import { type ItemState, itemStates } from '../../infra/console/read/overview.ts';
import { type Activity, readActivity } from '../../shared/activity.ts';
import { loadItems } from '../../shared/snapshot/publish.ts';
import { formatDuration } from '../../shared/text/durations.ts';
import { plainText } from '../../shared/text/plain.ts';
import type { Connection } from '../place/connection.ts';
import type { Io } from '../terminal/io.ts';
import { Progress } from '../terminal/progress.ts';
import { type Coverage, coverageOf, type Reader } from './coverage.ts';

const STATES = {
  ok: 'in force',
  stale: 'broken, last good version in force',
  broken: 'broken, never worked',
} as const;
const NAMED_MAX = 3;

/** Prints every rule, and every other item that is broken. */
export async function listRules(place: Connection, json: boolean, io: Io): Promise<number> {
  const { state } = place;
  const [items, activity, readers] = await Promise.all([
    itemStates(state),
    readActivity(state),
    readersIn(state),
  ]);
  const { coverage, failure } = await coverageOf(place, readers, activity, new Progress(io, json));
  if (failure !== null) io.stderr(`tocsin rules: the subscriptions could not be looked at: ${failure}\n`);
  const now = Date.now();
  for (const item of items) {
    const seen = seenOf(item.id, coverage.get(item.id), activity);
    const line = item.kind === 'rule' ? { ...item, ...inJson(seen) } : item;
    await io.stdout(json ? `${JSON.stringify({ type: 'rule', ...line })}\n` : inWords(item, seen, now));
  }
  return items.every((item) => item.state === 'ok') ? 0 : 1;
}

/** The rules in force that look at logs. */
async function readersIn(state: Connection['state']): Promise<Reader[]> {
  const items = await loadItems(state);
  return items.flatMap(({ kind, id, body }) => {
    if (kind !== 'rule' || body === null || body.enabled === false) return [];
    const globs = Array.isArray(body.logGroups) ? body.logGroups.map(String) : ['*'];
    return [{ id, logGroups: globs }];
  });
}

interface Seen {
  coverage: Coverage | undefined;
  lastEvent: number | undefined;
  lastMatch: number | undefined;
  lastFired: number | undefined;
}

function seenOf(id: string, coverage: Coverage | undefined, { event, match, fired }: Activity): Seen {
  const times = (coverage?.logGroups ?? []).flatMap((logGroup) => event.get(logGroup) ?? []);
  const lastEvent = times.length === 0 ? undefined : Math.max(...times);
  return { coverage, lastEvent, lastMatch: match.get(id), lastFired: fired.get(id) };
}

function inJson({ coverage, lastEvent, lastMatch, lastFired }: Seen) {
  const iso = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString());
  return {
    logGroups: coverage?.logGroups ?? [],
    isReached: coverage?.isReached ?? null,
    lastEvent: iso(lastEvent),
    lastMatch: iso(lastMatch),
    lastFired: iso(lastFired),
  };
}

function inWords({ kind, id, state, problems }: ItemState, seen: Seen, now: number): string {
  const name = kind === 'rule' ? id : `${kind} ${id}`;
  const why = problems.map(({ path, message }) => `    ${path}: ${message}`);
  const activity =
    kind === 'rule' && seen.coverage !== undefined ? activityLines(seen, seen.coverage, now) : [];
  return [`${name}: ${STATES[state]}`, ...why, ...activity].map((line) => `${plainText(line)}\n`).join('');
}

function activityLines({ lastEvent, lastMatch, lastFired }: Seen, coverage: Coverage, now: number): string[] {
  const ago = (at: number | undefined) =>
    at === undefined ? 'never' : `${formatDuration(Math.floor((now - at) / 1000) * 1000, 'en')} ago`;
  const { logGroups, isReached } = coverage;
  if (isReached === false)
    return [
      '    ! NO LOG GROUP IS SUBSCRIBED that this rule looks at: it sees nothing. See tocsin subscribe.',
    ];
  const named = logGroups.slice(0, NAMED_MAX).join(', ');
  const more = logGroups.length > NAMED_MAX ? ` and ${logGroups.length - NAMED_MAX} more` : '';
  const groups =
    logGroups.length === 0 ? 'too many to ask about: see tocsin subscriptions' : `${named}${more}`;
  return [
    `    log groups: ${groups}`,
    `    last event ${ago(lastEvent)}, last match ${ago(lastMatch)}, last fired ${ago(lastFired)}`,
  ];
}
