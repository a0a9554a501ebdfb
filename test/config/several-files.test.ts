import { describe, expect, it } from 'vitest';
import { channelSchemas } from '../../shared/channels/registry.ts';
import { load } from '../../shared/config/load.ts';
import { formatProblem } from '../../shared/config/problems.ts';

function loadFiles(files: Record<string, string>) {
  const sources = Object.entries(files).map(([file, text]) => ({ file, text }));
  return load(sources, { channels: channelSchemas, unavailable: [] });
}

describe('several files', () => {
  it('make one document', () => {
    const { document, problems } = loadFiles({
      'a.yaml': 'version: 1\nredact: [a]\nrules: [{ id: a, receiver: ops }]\n',
      'b.yaml':
        'timeZone: Asia/Shanghai\nredact: [b]\nreceivers: [{ name: ops }]\nroute: { receiver: ops }\n',
    });
    expect(problems).toEqual([]);
    expect(document.configuration.settings).toEqual({ timeZone: 'Asia/Shanghai', redact: ['a', 'b'] });
    expect(document.configuration.rules).toHaveLength(1);
  });

  it('share their ids, their route and their zone', () => {
    const { problems } = loadFiles({
      'a.yaml':
        'version: 1\ntimeZone: UTC\nrules: [{ id: a, action: record }]\nroute: { receiver: r }\nreceivers: [{ name: r }]\n',
      'b.yaml': 'timeZone: Asia/Tokyo\nrules: [{ id: a, action: record }]\nroute: { receiver: r }\n',
    });
    expect(problems.map(formatProblem)).toEqual([
      'b.yaml:1:11: timeZone: differs from that of another file, expected one zone',
      'b.yaml:2:15: rules[0].id: "a" stands at a.yaml:3 already, expected another id',
      'b.yaml:3:8: route: a route tree stands at a.yaml:4 already, expected one route tree',
    ]);
  });

  it('of which one cannot be read raise no false alarm about what is missing', () => {
    const { problems } = loadFiles({
      'a.yaml': 'version: 1\nrules: [{ id: a, receiver: ops }]\n',
      'b.yaml': 'receivers: [{ name: ops }\n',
    });
    expect(problems.map(({ file, code }) => [file, code])).toEqual([['b.yaml', 'yaml']]);
  });

  it('resolve the files of tests against their own folder', () => {
    const { document } = loadFiles({
      'conf/a.yaml':
        'version: 1\nrules: [{ id: a, action: record }]\ntests: [{ rule: a, logs: [{ file: logs/x.log }] }]\n',
    });
    expect(document.tests[0]?.logs[0]?.file).toBe('conf/logs/x.log');
  });
});
