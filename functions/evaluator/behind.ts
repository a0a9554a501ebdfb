import { versionOf } from '../../shared/alerts/identity.ts';
import type { Rule } from '../../shared/config/model.ts';
import type { RuleVersion } from '../../shared/revision.ts';
import type { Current } from '../../shared/snapshot/current.ts';

/**
 * Whether what was found is by somebody who knew a newer revision of the rule: it is left to whoever knows that one.
 * `rule`: undefined where this version of the configuration has none of that id.
 */
export function knowsLess(
  { version }: Pick<Current, 'version'>,
  rule: Rule | undefined,
  { revision }: Pick<RuleVersion, 'revision'>,
): boolean {
  return revision > (rule === undefined ? version : versionOf(rule).revision);
}
