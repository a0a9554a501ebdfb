import { describe, expect, it } from 'vitest';
import { channelSchemas } from '../../shared/channels/registry.ts';
import { load } from '../../shared/config/load.ts';
import { formatProblem } from '../../shared/config/problems.ts';

function problemsOf(when: string): string[] {
  const text = `version: 1\nrules:\n  - { id: r, action: record, when: ${when} }\n`;
  return load([{ file: 'doc.yaml', text }], { channels: channelSchemas }).problems.map(formatProblem);
}

describe('a condition whose answer is known beforehand is doubted', () => {
  it.each([
    [
      '{ count: ">= 0", within: 5m }',
      'when.count: warning: ">= 0" holds always, for a count is never below 0',
    ],
    ['{ count: "< 0", within: 5m }', 'when.count: warning: "< 0" can never hold'],
    ['{ count: "!= -1", within: 5m }', 'when.count: warning: "!= -1" holds always'],
    [
      '{ ratio: "> 100%", within: 5m }',
      'when.ratio: warning: "> 100%" can never hold, for a share lies between',
    ],
    ['{ ratio: ">= 0%", within: 5m }', 'when.ratio: warning: ">= 0%" holds always'],
    ['{ distinct: $.u, is: ">= 0", within: 5m }', 'when.is: warning: ">= 0" holds always'],
    ['{ spike: "> -1x", within: 5m }', 'when.spike: warning: "> -1x" holds always'],
    [
      '{ absent: 1h, forget: 10m }',
      'when.forget: warning: what is absent is forgotten before anybody is told',
    ],
    [
      '{ anomaly: 3, baseline: 1m, within: 1h }',
      'when.baseline: warning: can never hold, for it is shorter than two windows',
    ],
    [
      '{ anomaly: 3, baseline: 1d, within: 1h, season: 1d }',
      'when.baseline: warning: can never hold, for it is shorter than two seasons',
    ],
    [
      '[{ severity: error, count: 5, within: 5m }, { severity: info, count: "> -1", within: 5m }]',
      'when[1].count: warning: "> -1" holds always',
    ],
  ])('%s', (when, problem) => {
    expect(problemsOf(when)).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    '{ count: "< 1", within: 5m }',
    '{ count: "== 0", within: 5m }',
    '{ ratio: ">= 100%", within: 5m }',
    '{ ratio: "< 100%", within: 5m }',
    '{ value: $.t, stat: avg, is: "> -5", within: 5m }',
    '{ absent: 1h, forget: 7d }',
    '{ anomaly: 3, baseline: 2d, within: 1h, season: 1d }',
  ])('others are not: %s', (when) => {
    expect(problemsOf(when)).toEqual([]);
  });
});
