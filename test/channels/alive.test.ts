import { describe, expect, it } from 'vitest';
import { ALIVE } from '../../shared/alerts/signs-of-life.ts';
import { contentOf } from '../../shared/channels/feishu/request.ts';
import { messageFor } from '../../shared/channels/message.ts';
import { actionsFor } from '../../shared/channels/pagerduty/request.ts';
import { rendered } from '../gallery/rendered.ts';
import { feishuSettings, NOON, resolvedAlert, resolvedNotification } from './sample-notification.ts';

/** As the dispatcher draws it, with all that the usual words would show. */
const alive = resolvedNotification({
  groupLabels: { rule: ALIVE, severity: 'info', value: '2026-11-21T02:02:00Z' },
  alerts: [
    resolvedAlert({
      ruleId: ALIVE,
      title: 'the title of the rule',
      severity: 'info',
      labels: { rule: ALIVE, severity: 'info', value: '2026-11-21T02:02:00Z' },
      endsAt: NOON - 125_000,
      links: { view: 'https://responder.example.com/a', acknowledge: null, silence: null },
    }),
  ],
});

describe('the daily message', () => {
  it.each([
    ['en', 'Good news: tocsin is alive', 'The whole way of an alert works'],
    ['zh-CN', '报平安：tocsin 正在值守', '从日志组里的一行日志到这条消息'],
  ] as const)('reads as good news in %s, by whatever template alerts are told', (locale, headline, text) => {
    const options = feishuSettings({
      locale,
      title: 'ALERT {{ $labels.rule }}',
      body: 'look at {{ $value }}',
    });
    const message = messageFor(alive, options, 'Asia/Shanghai');
    expect(message).toMatchObject({ headline, status: 'resolved', severity: 'info', notes: [] });
    expect(message.alerts).toHaveLength(1);
    expect(message.alerts[0]?.summary).toContain(text);
    expect(message.alerts[0]).toMatchObject({ labels: [], lines: [], notes: [], links: null, chart: null });
    expect(message.alerts[0]?.facts.map(({ text }) => text)).toEqual(['2026-11-21 10:00:00 UTC+8']);
  });

  it('is green and mentions nobody in Feishu, and offers nothing to do', () => {
    const settings = feishuSettings({ locale: 'en', mention: { info: ['all'] } });
    const card = JSON.stringify(contentOf(bothOf(settings), settings, 'card'));
    expect(card).toContain('"template":"green"');
    expect(card).not.toMatch(/<at |"button"|https?:/);
  });

  it('has nothing of an alert on any channel that people read', async () => {
    for (const [locale, usual] of [
      ['en', /Firing|Resolved|Condition|Duration|Acknowledge|order-api|the title of/],
      ['zh-CN', /告警中|已恢复|条件|持续时间|确认|order-api|the title of/],
    ] as const) {
      const { feishu, email, dingtalk, wecom, slack, sms } = await rendered(alive, locale);
      for (const html of [feishu, email, dingtalk, wecom, slack, sms]) expect(html).not.toMatch(usual);
    }
  });

  it('opens no incident', () => {
    expect(actionsFor(alive)).toEqual(['resolve']);
  });
});

function bothOf(settings: ReturnType<typeof feishuSettings>) {
  const message = messageFor(alive, settings, 'UTC');
  return { message, other: messageFor(alive, { ...settings, locale: 'zh-CN' }, 'UTC') };
}
