import { describe, expect, it } from 'vitest';
import { channelSchemas } from '../../shared/channels/registry.ts';
import { load } from '../../shared/config/load.ts';
import { formatProblem } from '../../shared/config/problems.ts';
import { createRedactor } from '../../shared/match/redact.ts';

const MAIL = String.raw`'[\w.]+@[\w.]+'`;

function problemsOf(rule: string, settings = ''): string[] {
  const text = `version: 1\n${settings}\nrules:\n  - { id: r, action: record, ${rule} }\n`;
  const { problems } = load([{ file: 'doc.yaml', text }], { channels: channelSchemas, createRedactor });
  return problems.map(formatProblem);
}

describe('fields whose values are alike once they are redacted', () => {
  it.each([
    [
      `groupBy: [$.user.email], redact: [${MAIL}]`,
      'rules[0].groupBy: warning: redact makes all values of $.user.email, such as jane.doe@example.com, alike: they are one group, expected a field that is not redacted',
    ],
    [
      `when: { change: $.clientIp }, redact: ['[0-9.]{7,}']`,
      'rules[0].when.change: warning: redact makes all',
    ],
    [`when: [{ severity: info, novel: $.cardNumber }]`, 'rules[0].when.novel: warning: redact makes all'],
  ])('are told: %s', (rule, problem) => {
    expect(problemsOf(rule)).toEqual([expect.stringContaining(problem)]);
  });

  it('are told of by what the whole document redacts, too', () => {
    const rule = 'groupBy: { who: $.mail }';
    expect(problemsOf(rule, `redact: [${MAIL}]`)).toHaveLength(1);
    expect(problemsOf('groupBy: [$.card]', 'redactSecrets: false')).toEqual([]);
  });

  it.each([
    // What differs may be left: here the host.
    String.raw`groupBy: [$.email], redact: ['[\w.]+@']`,
    `groupBy: [$.service, $.zip, $.description, '@message'], redact: [${MAIL}]`,
    `when: { distinct: $.email, is: 3, within: 5m }, redact: [${MAIL}]`,
    "when: { novel: template }, redact: ['.+']",
  ])('are no others: %s', (rule) => {
    expect(problemsOf(rule)).toEqual([]);
  });
});
