import type { Random } from './random.ts';
import type { SimulatedRule } from './scenario.ts';

/** Somebody edits an item of the config table by hand; a body of null deletes it. */
export interface Edit {
  at: number;
  kind: 'rule';
  id: string;
  body: Record<string, unknown> | null;
}

/** Edits of one rule, the last of which may leave it deleted or disabled. */
export function editsOf(random: Random, rules: SimulatedRule[], start: number, durationMs: number): Edit[] {
  const { id, body } = random.pick(rules);
  const times = Array.from({ length: random.between(1, 3) }, () => start + random.between(0, durationMs));
  return times
    .sort((a, b) => a - b)
    .map((at) => {
      const edited = random.pick([
        null,
        body,
        { ...body, enabled: false },
        { ...body, severity: 'critical' },
        { ...body, when: { count: random.between(1, 6), within: '1m' } },
        { ...body, match: '{ $.w = "broken' },
      ]);
      return { at, kind: 'rule', id, body: edited };
    });
}
