import { describe, expect, it } from 'vitest';
import type { Comparison, Condition, FieldReference, Unit } from '../../shared/config/model.ts';
import { describeCondition, formatValue } from '../../shared/text/condition.ts';
import { formatDuration } from '../../shared/text/durations.ts';
import { formatMeasure } from '../../shared/text/numbers.ts';
import { cutBytes, oneLine, plainText } from '../../shared/text/plain.ts';
import { fillTemplate } from '../../shared/text/template.ts';
import { formatTime } from '../../shared/text/times.ts';

const is = (operator: Comparison['operator'], threshold: number, unit: Unit = 'none'): Comparison => ({
  operator,
  threshold,
  unit,
  scale: unit === 'ratio' ? 0.01 : unit === 'duration' ? 1000 : 1,
  text: '',
});
const latency: FieldReference = { kind: 'json', path: ['latency'], text: '$.latency' };

describe('conditions in words', () => {
  const table: [Condition, string, string][] = [
    [
      { kind: 'count', is: is('>=', 10), withinMs: 300_000 },
      'at least 10 matches within 5m',
      '5 分钟内匹配不少于 10 条',
    ],
    [
      { kind: 'count', is: is('>=', 1), withinMs: 300_000 },
      'at least 1 match within 5m',
      '5 分钟内匹配不少于 1 条',
    ],
    [
      { kind: 'count', is: is('<', 5), withinMs: 3_600_000 },
      'less than 5 matches within 1h',
      '1 小时内匹配少于 5 条',
    ],
    [
      { kind: 'ratio', is: is('>', 0.05, 'ratio'), of: { kind: 'every' }, withinMs: 300_000, atLeast: 20 },
      'more than 5% of events match within 5m',
      '5 分钟内匹配占比大于 5%',
    ],
    [
      {
        kind: 'value',
        value: latency,
        stat: 'p95',
        is: is('>', 1500, 'duration'),
        withinMs: 60_000,
        atLeast: 5,
      },
      'p95 of $.latency more than 1.5s within 1m',
      '1 分钟内 $.latency 的 p95 大于 1.5 秒',
    ],
    [
      { kind: 'absent', absentMs: 600_000, until: null, forgetMs: null },
      'no match for 10m',
      '10 分钟没有匹配',
    ],
    [{ kind: 'change', value: latency }, '$.latency changed', '$.latency 发生变化'],
  ];
  it.each(table)('%j', (condition, english, chinese) => {
    expect(describeCondition(condition, 'en')).toBe(english);
    expect(describeCondition(condition, 'zh-CN')).toBe(chinese);
  });

  it('gives values their unit', () => {
    const ratio: Condition = {
      kind: 'ratio',
      is: is('>', 0.05, 'ratio'),
      of: { kind: 'every' },
      withinMs: 1,
      atLeast: 1,
    };
    expect(formatValue(ratio, 0.1234, 'en')).toBe('12.34%');
    expect(formatMeasure(20_000_000, 'bytes', 'en')).toBe('20 MB');
    expect(formatMeasure(3.5, 'multiple', 'en')).toBe('3.5×');
    expect(formatMeasure(1234567, 'none', 'zh-CN')).toBe('1,234,567');
  });
});

describe('durations and times', () => {
  it.each([
    [0, '0s', '0 秒'],
    [800, '800ms', '800 毫秒'],
    [90_000, '1m 30s', '1 分钟 30 秒'],
    [5_400_000, '1h 30m', '1 小时 30 分钟'],
    [7 * 86_400_000, '7d', '7 天'],
    [3_605_000, '1h 5s', '1 小时 5 秒'],
    [90_061_001, '1d 1h', '1 天 1 小时'],
  ])('%i ms', (ms, english, chinese) => {
    expect(formatDuration(ms, 'en')).toBe(english);
    expect(formatDuration(ms, 'zh-CN')).toBe(chinese);
  });

  it('shows the zone with every time', () => {
    const at = Date.UTC(2026, 10, 21, 16, 2, 5);
    expect(formatTime(at, 'UTC')).toBe('2026-11-21 16:02:05 UTC');
    expect(formatTime(at, 'Asia/Shanghai')).toBe('2026-11-22 00:02:05 UTC+8');
    expect(formatTime(at, 'Asia/Kolkata')).toBe('2026-11-21 21:32:05 UTC+5:30');
  });
});

describe('text from a log', () => {
  it('loses what a terminal or a reader would obey', () => {
    expect(plainText('\u001b[31mred\u001b[0m\u0000 \u202eabc\u2066\u200b')).toBe('red abc');
    expect(plainText('\ud800x')).toBe('\ufffdx');
    expect(oneLine('a\r\nBcc: b\u2028c')).toBe('a Bcc: b c');
  });

  it('is cut between characters', () => {
    expect(cutBytes('汉字汉字', 12)).toBe('汉字汉字');
    expect(cutBytes('汉字汉字', 11)).toBe('汉字…');
    expect(cutBytes('a\u{1f600}b', 6)).toBe('a\u{1f600}b');
    expect(cutBytes('a\u{1f600}bc', 6)).toBe('a…');
  });

  it('fills templates once', () => {
    const values = { labels: { service: '{{ $value }}', 'log-group': '/a' }, value: '7' };
    expect(fillTemplate('{{$value}} in {{ $labels.service }}, {{ $labels.log-group }}', values)).toBe(
      '7 in {{ $value }}, /a',
    );
    expect(fillTemplate('{{ $labels.constructor }}{{ now }}', values)).toBe('{{ now }}');
  });
});
