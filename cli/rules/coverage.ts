/** Which log groups reach which rules: one that none reaches is blind. */
import type { Activity } from '../../shared/activity.ts';
import { compileGlobs } from '../../shared/match/globs.ts';
import type { Connection } from '../place/connection.ts';
import { type Means, meansOf, meant, type Watching, watchingOf } from '../subscriptions/watching.ts';
import { outsideFailure } from '../terminal/outside-failure.ts';
import type { Progress } from '../terminal/progress.ts';
import { EnvironmentError } from '../terminal/usage-error.ts';

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

/** What is known of each rule, and why no more is, where it could not be asked. */
export interface Known {
  coverage: Map<string, Coverage>;
  failure: string | null;
}

/** Log groups that logged lately are known; on AWS the filters of others are looked at where none did. */
export async function coverageOf(
  place: Connection,
  rules: readonly Reader[],
  activity: Activity,
  progress: Progress,
): Promise<Known> {
  const coverage = new Map<string, Coverage>();
  for (const { id, logGroups: globs } of rules) {
    const logGroups = [...activity.event.keys()].filter(compileGlobs(globs)).sort();
    const isSilent = logGroups.length === 0;
    coverage.set(id, { logGroups, isReached: isSilent && place.local === null ? null : !isSilent });
  }
  const silent = rules.filter(({ id }) => coverage.get(id)?.isReached === null);
  try {
    if (silent.length > 0) await askAll(await watchingOf(place), silent, coverage, progress);
    return { coverage, failure: null };
  } catch (error) {
    const failure = error instanceof EnvironmentError ? error.message : outsideFailure(error);
    if (failure === null) throw error;
    return { coverage, failure };
  } finally {
    progress.clear();
  }
}

async function askAll(
  watching: Watching,
  rules: readonly Reader[],
  coverage: Map<string, Coverage>,
  progress: Progress,
): Promise<void> {
  const means = await meansOf(watching);
  const answers = new Map<string, Means>();
  for (const rule of rules) {
    progress.say(() => `looking at the log groups of ${rule.id}`);
    coverage.set(rule.id, await asked(watching, rule, means.of, answers));
  }
}

async function asked(
  watching: Watching,
  rule: Reader,
  meansFor: (logGroup: string) => Promise<Means>,
  answers: Map<string, Means>,
): Promise<Coverage> {
  const excludesOnly = rule.logGroups.every((glob) => glob.startsWith('!'));
  const globs = excludesOnly ? ['*', ...rule.logGroups] : rule.logGroups;
  let left = ASKED_MAX;
  // Only the product's own rules look at its own log groups, and at nothing else.
  const own = globs.every(compileGlobs(watching.own)) ? [] : watching.own;
  for await (const logGroup of meant(watching.logGroups, { names: [], globs, own })) {
    if (left === 0) return { logGroups: [], isReached: null };
    if (!answers.has(logGroup)) left -= 1;
    const by = answers.get(logGroup) ?? (await meansFor(logGroup));
    answers.set(logGroup, by);
    if (by !== null) return { logGroups: [logGroup], isReached: true };
  }
  return { logGroups: [], isReached: false };
}
