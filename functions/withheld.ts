import type { Rule } from '../shared/config/model.ts';

/** Why nobody is told of a rule's alerts; null: somebody is. */
export function withheldBy({ action }: Rule): string | null {
  return action === 'record' ? 'the rule only records' : null;
}
