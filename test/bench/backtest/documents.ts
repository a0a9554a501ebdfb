/** Documents to play logs to: many rules that seldom match, and single ones that read every event. */
import type { Selector } from '../../../shared/config/model.ts';
import { benchRules } from '../match/rules.ts';
import type { Shape } from '../match/service-logs.ts';

const REST = {
  version: 1,
  receivers: [{ name: 'ops', email: [{ to: ['ops@example.com'] }] }],
  route: { receiver: 'ops' },
};

/** The hundred rules of the matcher's bench, as a document; YAML takes JSON as it is. */
export function sparseDocument(shape: Shape): string {
  const rules = benchRules(shape, 100).map(({ selector }, index) => ({
    id: `rule-${index}`,
    match: written(selector),
    when: { count: 10, within: '5m' },
  }));
  return JSON.stringify({ ...REST, rules });
}

function written(selector: Selector): unknown {
  if (selector.kind === 'keyword') return { keyword: selector.words };
  if (selector.kind === 'regex') return { regex: selector.source };
  if (selector.kind === 'pattern') return selector.pattern;
  throw new Error(`The bench has no rules of kind ${selector.kind}.`);
}

/** Conditions for which every event counts; none of them ever holds. */
export const DENSE: Record<string, unknown> = {
  count: { match: '{ $.latency >= 0 }', when: { count: 1e9, within: '5m' } },
  ratio: { match: { level: 'error' }, when: { ratio: '> 90%', within: '5m' } },
  'value, p95': { when: { value: '$.latency', stat: 'p95', is: '> 1e6', within: '5m' } },
  distinct: { when: { distinct: '$.path', is: '>= 900', within: '5m' } },
  'ratio by service': {
    match: { level: 'error' },
    groupBy: ['$.service'],
    when: { ratio: '> 90%', within: '5m' },
  },
};

/** Conditions that say something about a silence. */
export const SILENT: Record<string, unknown> = {
  'count < 2': { when: { count: '< 2', within: '5m' } },
  'count < 5 for 10m': { when: { count: '< 5', within: '1m' }, for: '10m' },
  'count < 5 for 2h': { when: { count: '< 5', within: '1m' }, for: '2h' },
  'ratio < 10%': { match: { level: 'error' }, when: { ratio: '< 10%', within: '5m' } },
  distinct: { when: { distinct: '$.path', is: '< 3', within: '5m' } },
  anomaly: {
    when: { anomaly: 2, direction: 'down', within: '1m', baseline: '10m', atLeast: 1 },
  },
  absent: { when: { absent: '10m' } },
};

export function oneRule(rule: unknown): string {
  return JSON.stringify({ ...REST, rules: [{ id: 'only', ...(rule as object) }] });
}
