import { describe, expect, it } from 'vitest';
import { parseMatcher } from '../../shared/config/matchers.ts';
import type { InhibitRule, LabelMatcher } from '../../shared/config/model.ts';
import { inhibitedBy } from '../../shared/routing/inhibition.ts';

type Labels = Record<string, string>;

const matchers = (...texts: string[]) => texts.map((text) => parseMatcher(text) as LabelMatcher);
const rule = (source: string, target: string, equal: string[] = []): InhibitRule => ({
  name: 'r',
  sourceMatchers: matchers(source),
  targetMatchers: matchers(target),
  equal,
});
const isInhibited = (rules: InhibitRule[], sources: Labels[], labels: Labels) =>
  inhibitedBy(
    rules,
    sources.map((source) => ({ ruleId: 'x', title: 'X', labels: source })),
    labels,
  ) !== null;

describe('an inhibit rule', () => {
  const plain = rule('severity="critical"', 'severity="warning"', ['site']);

  it('wants the same values of all equal labels, a missing one being empty', () => {
    const source = { severity: 'critical', site: 'a' };
    expect(isInhibited([plain], [source], { severity: 'warning', site: 'a' })).toBe(true);
    expect(isInhibited([plain], [source], { severity: 'warning', site: 'b' })).toBe(false);
    expect(isInhibited([plain], [source], { severity: 'warning' })).toBe(false);
    expect(isInhibited([plain], [{ severity: 'critical' }], { severity: 'warning' })).toBe(true);
    expect(isInhibited([plain], [{ severity: 'critical', site: '' }], { severity: 'warning' })).toBe(true);
  });

  it('does not let an alert that is both source and target be inhibited by another such alert', () => {
    const both = rule('rule=~"a|b"', 'rule=~"b|c"');
    const [a, b, c] = ['a', 'b', 'c'].map((name) => ({ rule: name }));
    if (a === undefined || b === undefined || c === undefined) throw new Error('three were expected');
    expect(isInhibited([both], [b], b)).toBe(false);
    expect(isInhibited([both], [{ ...b, host: 'x' }], b)).toBe(false);
    expect(isInhibited([both], [a], b)).toBe(true);
    expect(isInhibited([both], [b], c)).toBe(true);
    expect(isInhibited([both], [c], c)).toBe(false);
  });

  it('is any of them', () => {
    expect(isInhibited([plain, rule('rule="down"', 'rule!="down"')], [{ rule: 'down' }], {})).toBe(true);
  });
});
