import { describe, expect, it } from 'vitest';
import {
  environmentOf,
  FUNCTIONS,
  type FunctionName,
  type FunctionTopology,
  QUEUES,
  type Surroundings,
  VARIABLES,
} from '../../infra/topology.ts';

const functions = Object.entries(FUNCTIONS) as [FunctionName, FunctionTopology][];
const surroundings: Surroundings = {
  tableName: (table) => `t-${table}`,
  queueUrl: (queue) => `q-${queue}`,
  deadLetterUrl: (queue) => `dlq-${queue}`,
  setting: () => undefined,
};

describe('the topology', () => {
  it.each(functions)('%s declares the variables of what it may touch, and no others', (_, topology) => {
    const sources = topology.environment.map((variable) => VARIABLES[variable]);
    const tables = sources.flatMap((source) => (source.kind === 'table' ? [source.table] : []));
    const queues = sources.flatMap((source) => (source.kind === 'queue' ? [source.queue] : []));
    const deadLetters = sources.flatMap((source) =>
      source.kind === 'deadLetterQueue' ? [source.queue] : [],
    );
    expect(tables.sort()).toEqual(Object.keys(topology.tables).sort());
    const touched = new Set([...topology.sendsTo, ...topology.changesVisibilityOf]);
    expect(queues.sort()).toEqual([...touched].sort());
    expect(deadLetters).toEqual([...topology.deadLettersTo]);
  });

  it.each(functions)(
    '%s is done before the messages it consumes show again',
    (_, { queueSources, timeoutMs }) => {
      for (const { queue } of queueSources)
        expect(QUEUES[queue].visibilityTimeoutMs).toBeGreaterThanOrEqual(6 * timeoutMs);
    },
  );

  it('fills environments from the surroundings and leaves out optional settings', () => {
    expect(environmentOf('matcher', surroundings)).toEqual({
      TOCSIN_CONFIG_TABLE: 't-config',
      TOCSIN_STATE_TABLE: 't-state',
      TOCSIN_ALERTS_QUEUE_URL: 'q-alerts',
    });
  });

  it('asks for settings that a function cannot do without', () => {
    expect(() => environmentOf('notifier', surroundings)).toThrow(
      'TOCSIN_MAIL_FROM has no value: the setting "mailFrom" is expected.',
    );
  });
});

describe('recursion', () => {
  it.each(functions)('%s sends to a queue that invokes it only where that is allowed', (_, topology) => {
    const own = topology.queueSources.map(({ queue }) => queue);
    expect(topology.sendsTo.some((queue) => own.includes(queue))).toBe(topology.allowRecursion);
  });
});
