import { describe, expect, it } from 'vitest';
import { problemsOf } from './documents.ts';

describe('what is no document of this format', () => {
  it.each([
    ['', '1:1: the file holds nothing, expected a map with version, rules, receivers and route'],
    ['# nothing yet\n', '1:1: the file holds nothing, expected a map'],
    ['42\n', '1:1: is 42, expected a map with version'],
    ['- id: a\n', '1:1: is a list, expected a map with version'],
    [
      'type: frequency\nindex: logs-*\nnum_events: 5\n',
      '1:1: this is a rule of ElastAlert, expected what tocsin import elastalert FILE makes of it',
    ],
    [
      'groups:\n  - name: x\n    rules: []\n',
      '1:1: these are rules of Prometheus, which are asked of metrics',
    ],
    ['global: {}\nroute: { receiver: x }\nreceivers: []\n', '1:1: this is a configuration of Alertmanager'],
  ])('is told once: %j', (text, problem) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(problem)]);
  });
});

describe('a list whose entries have no names', () => {
  it.each([
    ['receivers: { ops: {} }', 'receivers: is a map, expected a list: - before each entry'],
    ['receivers: [ops]', 'receivers[0]: is a text, expected a map'],
    ['receivers: [{ name: 5 }]', 'receivers[0].name: is 5, expected a name, in quotes'],
  ])('is told without what follows from it: %s', (receivers, problem) => {
    const text = `version: 1\nrules: [{ id: a }]\n${receivers}\nroute: { receiver: ops }\n`;
    expect(problemsOf(text)).toEqual([expect.stringContaining(problem)]);
  });
});

describe('times', () => {
  const timesOf = (spec: string) =>
    problemsOf(`version: 1\ntimeIntervals: [{ name: n, timeIntervals: [{ ${spec} }] }]\n`);

  it('that go past midnight are written as two', () => {
    expect(timesOf("times: [{ startTime: '22:00', endTime: '06:00' }]")).toEqual([
      expect.stringContaining('expected two entries, 22:00 to 24:00 and 00:00 to 06:00'),
    ]);
  });

  it.each(['CST', 'IST', 'bst'])('are in no zone that countries read differently: %s', (zone) => {
    expect(timesOf(`location: ${zone}`)).toEqual([expect.stringContaining('is no known time zone')]);
  });

  it.each(['UTC', 'GMT', 'CET', 'PRC', 'Asia/Shanghai'])('may be in %s', (zone) => {
    expect(timesOf(`location: ${zone}`)).toEqual([]);
  });
});
