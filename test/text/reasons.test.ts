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

  it('stays as it is where there is no Chinese for it', () => {
    expect(reasonText('something new', 'zh-CN')).toBe('something new');
  });
});
