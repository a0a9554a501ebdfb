import type { Rule, Selector } from '../../shared/config/model.ts';
import type { LogBatch } from '../../shared/logs/event.ts';
import { compileProgram, type Hit } from '../../shared/match/program.ts';

const EVERY: Selector = { kind: 'every' };

/** A rule with defaults everywhere else. */
export function ruleOf(changes: Partial<Rule>): Rule {
  return {
    id: 'rule',
    title: 'rule',
    severity: 'error',
    enabled: true,
    logGroups: ['*'],
    fields: null,
    match: EVERY,
    groupBy: [],
    when: [
      {
        severity: 'error',
        forMs: 0,
        condition: {
          kind: 'count',
          is: { operator: '>=', threshold: 1, unit: 'none', scale: 1, text: '>= 1' },
          withinMs: 60_000,
        },
      },
    ],
    keepFiringMs: 0,
    action: 'notify',
    activeTimeIntervals: [],
    receiver: null,
    labels: {},
    annotations: {},
    show: [],
    redact: [],
    maxGroups: 10_000,
    ...changes,
  };
}

export function batchOf(messages: readonly string[], changes: Partial<LogBatch> = {}): LogBatch {
  return {
    account: '123456789012',
    region: 'eu-west-1',
    logGroup: '/app/orders',
    logStream: 'stream',
    events: messages.map((message, index) => ({ id: String(index), timestamp: index, message })),
    ...changes,
  };
}

/** All hits of a batch. */
export function hitsOf(rules: readonly Rule[], batch: LogBatch): Hit[] {
  const hits: Hit[] = [];
  compileProgram(rules).match(batch, (hit) => hits.push(hit));
  return hits;
}

/** Whether a selector matches a line, through the program. */
export function matches(match: Selector, message: string, changes: Partial<Rule> = {}): boolean {
  return hitsOf([ruleOf({ match, ...changes })], batchOf([message])).length > 0;
}
