import { Names, Token } from 'aws-cdk-lib';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { OptionError } from './option-error.ts';

/** What is watched, by the way in which it is subscribed. */
export interface ChosenLogGroups {
  /** References and names in full: a subscription filter of the stack for each. */
  fixed: readonly (ILogGroup | string)[];
  /** Globs and excludes: the subscriber follows them. */
  globs: readonly string[];
}

/** The subscriber may mend each, and the policies of a role hold some 10 KB. */
const FIXED_MAX = 100;
/** A function's environment holds 4 KB. */
const GLOBS_LENGTH_MAX = 2_000;

/**
 * Sorts log groups by how they are subscribed.
 * @param ownPrefix what the names of the product's own log groups start with
 * @throws OptionError where one cannot be subscribed: named wrongly, twice, or the product's own
 */
export function chooseLogGroups(
  logGroups: readonly (ILogGroup | string)[],
  ownPrefix: string,
): ChosenLogGroups {
  const globs = logGroups.filter((group) => typeof group === 'string').filter(isGlob);
  const fixed = logGroups.filter((group) => typeof group !== 'string' || !isGlob(group));
  checkFixed(fixed, ownPrefix);
  checkGlobs(globs);
  return { fixed, globs };
}

/**
 * What the account's subscription policy leaves out.
 * @throws OptionError where the log groups are another choice than every one with exceptions by full names
 */
export function excludedFromAll(logGroups: readonly (ILogGroup | string)[]): string[] {
  const [all, ...excluded] = logGroups.map(nameOf);
  for (const name of excluded)
    if (!/^![\w./#-]{1,512}$/.test(name))
      throw new OptionError(
        `logGroups: "${name}" stands beside "accountPolicy", which takes every log group; expected names in full behind a "!", to exclude them.`,
      );
  if (all !== '*')
    throw new OptionError(
      `logGroups: "${all}" stands beside "accountPolicy", which takes every log group; expected "*", and then "!NAME" for each that is to be left out.`,
    );
  return excluded.map((name) => name.slice(1));
}

/** By name, as the stack knows it: a token where the log group is not made yet. */
export function nameOf(group: ILogGroup | string): string {
  return typeof group === 'string' ? group : group.logGroupName;
}

/** What identifies a log group over deployments, whatever its place in the list. */
export function keyOf(group: ILogGroup | string): string {
  const name = nameOf(group);
  return typeof group === 'string' || !Token.isUnresolved(name) ? name : Names.nodeUniqueId(group.node);
}

function isGlob(name: string): boolean {
  return !Token.isUnresolved(name) && /[*?]|^!/.test(name);
}

function checkFixed(groups: readonly (ILogGroup | string)[], ownPrefix: string): void {
  if (groups.length > FIXED_MAX)
    throw new OptionError(
      `logGroups: ${groups.length} are named one by one; expected at most ${FIXED_MAX}, or a glob such as "/app/*", which takes any number.`,
    );
  const seen = new Set<string>();
  for (const group of groups) {
    const name = nameOf(group);
    if (!Token.isUnresolved(name)) checkName(name, ownPrefix);
    const key = keyOf(group);
    if (seen.has(key))
      throw new OptionError(`logGroups: "${name}" stands there twice; expected each log group once.`);
    seen.add(key);
  }
}

function checkName(name: string, ownPrefix: string): void {
  if (!/^[\w./#-]{1,512}$/.test(name))
    throw new OptionError(
      `logGroups: "${name}" is no name of a log group; expected up to 512 of the characters a-z A-Z 0-9 _ - / . #`,
    );
  if (name.startsWith(ownPrefix))
    throw new OptionError(
      `logGroups: "${name}" is a log group of tocsin itself, which would feed on its own log; expected another one.`,
    );
}

function checkGlobs(globs: readonly string[]): void {
  for (const glob of globs)
    if (!/^!?[\w./#*?-]{1,512}$/.test(glob))
      throw new OptionError(
        `logGroups: "${glob}" is no glob; expected the characters of log groups, "*" for any text, "?" for any character, a leading "!" to exclude.`,
      );
  if (globs.length > 0 && globs.every((glob) => glob.startsWith('!')))
    throw new OptionError(
      `logGroups: "${globs[0]}" excludes from nothing; expected a glob beside it, such as "*".`,
    );
  const length = globs.join(',').length;
  if (length > GLOBS_LENGTH_MAX)
    throw new OptionError(
      `logGroups: the globs are ${length} characters together; expected at most ${GLOBS_LENGTH_MAX}, which wider globs allow.`,
    );
}
