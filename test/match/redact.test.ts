import { describe, expect, it } from 'vitest';
import { channelSchemas } from '../../shared/channels/registry.ts';
import { createItemReader } from '../../shared/config/items.ts';
import { groupLabelsOf } from '../../shared/match/group-labels.ts';
import { compileProgram } from '../../shared/match/program.ts';
import { createRedactor } from '../../shared/match/redact.ts';

function ruleGroupedBy(path: string) {
  const body = { id: 'a', match: { level: 'error' }, groupBy: [path], when: { count: 1, within: '1m' } };
  const parsed = createItemReader(channelSchemas).parseItem('rule', body);
  if (!parsed.ok) throw new Error('the rule is sound');
  return parsed.value;
}

function labelsOf(message: string, redact: (text: string) => string) {
  const program = compileProgram([ruleGroupedBy('$.user')]);
  const source = { account: 'a', region: 'r', logGroup: 'g', logStream: 's' };
  const found: Record<string, string>[] = [];
  program.match({ ...source, events: [{ id: '1', timestamp: 0, message }] }, (hit) =>
    found.push({ ...groupLabelsOf(hit, redact) }),
  );
  return found;
}

describe('redaction', () => {
  it('takes every occurrence out of a text', () => {
    const redact = createRedactor(['\\b\\d{16}\\b', 'token=\\S+']);
    expect(redact('card 4111111111111111 and 5500000000000004, token=abc')).toBe(
      'card [redacted] and [redacted], [redacted]',
    );
  });

  it('finds what lies across the place where a label is cut', () => {
    const user = `${'x'.repeat(249)} 4111111111111111`;
    const message = JSON.stringify({ level: 'error', user });
    const [labels] = labelsOf(message, createRedactor(['\\b\\d{16}\\b']));
    expect(labels?.user).not.toMatch(/4111/);
  });

  it('takes the same time whatever the pattern', () => {
    const redact = createRedactor(['(a+)+$']);
    expect(redact(`${'a'.repeat(50_000)}!`)).toHaveLength(50_001);
  });
});
