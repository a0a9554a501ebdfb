import { describe, expect, it } from 'vitest';
import { reasonText } from '../../shared/text/reasons.ts';

describe('the reason of a decision', () => {
  it('is the same as everywhere else in English', () => {
    expect(reasonText('told firing: repeat interval elapsed', 'en')).toBe(
      'told firing: repeat interval elapsed',
    );
  });

  it('is put into Chinese, names left as they are', () => {
    expect(reasonText('told firing: first notification of the group', 'zh-CN')).toBe(
      '已通知告警：该组首次通知',
    );
    expect(reasonText('escalated to oncall: nobody acknowledged within 15m', 'zh-CN')).toBe(
      '已升级到 oncall：15m 内无人确认',
    );
    expect(reasonText('inhibited by Down $1 (rule down), inhibit rule db', 'zh-CN')).toBe(
      '被 Down $1 (rule down) 抑制（抑制规则 db）',
    );
  });

  it('is put into Chinese with what it is made of', () => {
    const ended =
      'told firing: silence 4f2a (Wei: ended early) ended: 1 alert began meanwhile, 2 alerts still firing';
    expect(reasonText(ended, 'zh-CN')).toBe(
      '已通知告警：静默 4f2a (Wei: ended early) 结束：期间新增 1 条告警，仍有 2 条告警中',
    );
  });

  it('says in Chinese why an alert ended', () => {
    expect(reasonText('the rule was deleted', 'zh-CN')).toBe('规则已删除');
    expect(reasonText('an event ended the watch', 'zh-CN')).toBe('出现了结束该监视的日志事件');
  });

  it('stays as it is where there is no Chinese for it', () => {
    expect(reasonText('something new', 'zh-CN')).toBe('something new');
  });

  it('covers reminders, inhibition, escalation and limits', () => {
    const zh = (text: string) => reasonText(text, 'zh-CN');
    expect(zh('silence s1 (Wei: x) ends at 2026-11-21T04:01:00.000Z: 2 alerts still firing behind it')).toBe(
      '静默 s1 (Wei: x) 将于 2026-11-21T04:01:00.000Z 结束：其下仍有 2 条告警中',
    );
    expect(
      zh('inhibition down by Down (rule down) ended: 1 alert began meanwhile, 1 alert still firing'),
    ).toBe('Down (rule down) 的抑制（规则 down） 结束：期间新增 1 条告警，仍有 1 条告警中');
    expect(zh('not escalated to oncall: acknowledged within 15m')).toBe('未升级到 oncall：15m 内已被确认');
    expect(zh('escalation to oncall waits: the acknowledgement ended, 15m count anew')).toBe(
      '暂不升级到 oncall：确认已失效，重新计 15m',
    );
    expect(zh('folded into a digest: receiver ops takes 100 notifications in 1m')).toBe(
      '合并到汇总：接收者 ops 在 1m 内最多接收 100 条通知',
    );
  });
});
