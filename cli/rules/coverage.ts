/** Which log groups reach which rules: one that none reaches is blind. */
import type { Activity } from '../../shared/activity.ts';
import { compileGlobs } from '../../shared/match/globs.ts';
import type { Connection } from '../connection.ts';
import type { Progress } from '../progress.ts';
import { isSubscribed, meant, type Watching, watchingOf } from '../subscriptions/watching.ts';

/** Log groups that are asked about for one rule, some five a second. */
const ASKED_MAX = 25;

export interface Coverage {
  /** Log groups that are handed over and that the rule looks at, as far as they are known. */
  logGroups: string[];
  /** Whether any is; null: there are more log groups than could be asked about. */
  isReached: boolean | null;
}

export interface Reader {
  id: string;
  /** Its globs. */
  logGroups: string[];
}

/** For each rule. Log groups that logged lately are known; on AWS the filters of others are looked at where none did. */
export async function coverageOf(
  place: Connection,
  rules: readonly Reader[],
  activity: Activity,
  progress: Progress,
): Promise<Map<string, Coverage>> {
  const watching = place.local === null ? await watchingOf(place) : null;
  const answers = new Map<string, boolean>();
  const coverage = new Map<string, Coverage>();
  for (const rule of rules) {
    progress.say(() => `looking at the log groups of ${rule.id}`);
    const takes = compileGlobs(rule.logGroups);
    const logGroups = [...activity.event.keys()].filter(takes).sort();
    const known = { logGroups, isReached: logGroups.length > 0 };
    const isKnown = known.isReached || watching === null;
    coverage.set(rule.id, isKnown ? known : await asked(watching, rule, answers));
  }
  progress.clear();
  return coverage;
}

async function asked(watching: Watching, rule: Reader, answers: Map<string, boolean>): Promise<Coverage> {
  const excludesOnly = rule.logGroups.every((glob) => glob.startsWith('!'));
  const globs = excludesOnly ? ['*', ...rule.logGroups] : rule.logGroups;
  let left = ASKED_MAX;
  for await (const logGroup of meant(watching.logGroups, { names: [], globs, own: watching.own })) {
    if (left === 0) return { logGroups: [], isReached: null };
    if (!answers.has(logGroup)) left -= 1;
    const stands = answers.get(logGroup) ?? (await isSubscribed(watching, logGroup));
    answers.set(logGroup, stands);
    if (stands) return { logGroups: [logGroup], isReached: true };
  }
  return { logGroups: [], isReached: false };
}
