import { describe, expect, it } from 'vitest';
import { messageFor } from '../../shared/channels/message.ts';
import { smsSchema } from '../../shared/channels/sms/settings.ts';
import { renderText, segmentUse } from '../../shared/channels/sms/text.ts';
import { HOSTILE_CORPUS } from './hostile-corpus.ts';
import { resolvedNotification, sampleAlert, sampleNotification } from './sample-notification.ts';

const settings = (locale: string) => smsSchema.parse({ to: ['+8613800000000'], locale });
const text = (notification = sampleNotification(), locale = 'en') =>
  renderText(messageFor(notification, settings(locale), 'Asia/Shanghai'));

describe('a text message', () => {
  it('says what, how bad, how much and since when', () => {
    expect(text()).toMatch(/^\[Critical\] Firing: High error count in order service\. .*12/);
    expect(text(sampleNotification(), 'zh-CN')).toMatch(
      /^\[严重\] 告警中：High error count in order service/,
    );
    expect(text(resolvedNotification())).toMatch(/^\[Critical\] Resolved: /);
  });

  it('keeps to one segment, whatever the labels and the title hold', () => {
    for (const line of HOSTILE_CORPUS) {
      const alerts = [sampleAlert({ title: line, labels: { rule: 'x', service: line } })];
      const groupLabels = { rule: 'x', service: line };
      for (const locale of ['en', 'zh-CN']) {
        const words = text(sampleNotification({ alerts, groupLabels }), locale);
        const { used, max } = segmentUse(words);
        expect(used, words).toBeLessThanOrEqual(max);
        expect(words).not.toMatch(/:\/\/|www\.\w|@\w|\n/);
      }
    }
  });

  it.each([
    ['a'.repeat(160), 160, 160],
    ['{}', 4, 160],
    ['€', 2, 160],
    ['汉字', 2, 70],
    ['😀', 2, 70],
    ['', 0, 160],
  ])('counts the places of %s', (words, used, max) => {
    expect(segmentUse(words)).toEqual({ used, max });
  });
});
