import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMatcher, printMatcher } from '../../shared/config/matchers.ts';
import type { MatcherOperator } from '../../shared/config/model.ts';
import { codePoint } from '../support/code-point.ts';

describe('label matchers', () => {
  it.each([
    ['severity="critical"', { label: 'severity', operator: '=', value: 'critical' }],
    ['severity=critical', { label: 'severity', operator: '=', value: 'critical' }],
    ['severity = critical', { label: 'severity', operator: '=', value: 'critical' }],
    ['team=~"a|b"', { label: 'team', operator: '=~', value: 'a|b' }],
    ['env!="test"', { label: 'env', operator: '!=', value: 'test' }],
    ['env!~"t.*"', { label: 'env', operator: '!~', value: 't.*' }],
    ['服务="支付"', { label: '服务', operator: '=', value: '支付' }],
    ['"a label"="x y"', { label: 'a label', operator: '=', value: 'x y' }],
    ['a=""', { label: 'a', operator: '=', value: '' }],
    ['a=', { label: 'a', operator: '=', value: '' }],
    ['a="say \\"hi\\""', { label: 'a', operator: '=', value: 'say "hi"' }],
    ['a=~"x\\.y"', { label: 'a', operator: '=~', value: 'x\\.y' }],
    ['a="1=2,{}"', { label: 'a', operator: '=', value: '1=2,{}' }],
  ])('reads %s', (text, matcher) => {
    expect(parseMatcher(text)).toEqual(matcher);
  });

  it.each(['', 'a', '="x"', 'a=="x"', 'a="x', 'a=x y', 'a=b,c=d', '{a="b"}', 'a>3', '""="x"'])(
    'refuses %j',
    (text) => {
      expect(parseMatcher(text)).toBeNull();
    },
  );

  it('reads back what it prints', () => {
    const matcher = fc.record({
      label: fc.string({ minLength: 1, unit: codePoint }),
      operator: fc.constantFrom<MatcherOperator>('=', '!=', '=~', '!~'),
      value: fc.string({ unit: codePoint }),
    });
    fc.assert(
      fc.property(matcher, (written) => {
        expect(parseMatcher(printMatcher(written))).toEqual(written);
      }),
    );
  });
});
