import { describe, expect, it } from 'vitest';
import { checkCard } from '../../infra/local/feishu/card-check.ts';
import type { Notification } from '../../shared/alerts/notification.ts';
import type { Channel } from '../../shared/channels/channel.ts';
import { composeMessage } from '../../shared/channels/message.ts';
import { deliverableChannels } from '../../shared/channels/registry.ts';
import type { ChannelKind, Severity } from '../../shared/config/model.ts';
import type { Mail } from '../../shared/ports.ts';
import { HOSTILE_CORPUS } from './hostile-corpus.ts';
import { NOON, sampleAlert, sampleNotification } from './sample-notification.ts';
import { scriptedOutside } from './scripted-outside.ts';

const RULES: [id: string, title: string, severity: Severity][] = [
  ['disk', 'Disk is filling', 'warning'],
  ['orders', 'Orders fail', 'critical'],
  ['cache', 'Cache is cold', 'info'],
];

/** `each` alerts of each rule, the last of each over. */
function digest(each: number, nameOf = (rule: string, n: number) => `${rule}-${n}`): Notification {
  const alerts = RULES.flatMap(([ruleId, title, severity]) =>
    Array.from({ length: each }, (_, n) => {
      const isOver = n === each - 1;
      return sampleAlert({
        ruleId,
        title,
        severity,
        fingerprint: `${ruleId}${n}`,
        labels: { rule: ruleId, severity, team: 'shop', host: nameOf(ruleId, n) },
        annotations: {},
        status: isOver ? 'resolved' : 'firing',
        endsAt: isOver ? NOON : null,
        lines: [],
        series: [],
      });
    }),
  );
  return sampleNotification({
    alerts,
    groupLabels: {},
    folded: { notifications: alerts.length, since: NOON },
  });
}

const SETTINGS: Partial<Record<ChannelKind, Record<string, unknown>>> = {
  feishu: { webhook: 'https://open.feishu.cn/open-apis/bot/v2/hook/token-123456' },
  dingtalk: { webhook: 'https://oapi.dingtalk.com/robot/send' },
  wecom: { webhook: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send' },
  slack: { webhook: 'https://hooks.slack.com/services/T/B/x' },
  webhook: { url: 'https://ops.example.com/hook' },
  email: { to: ['ops@example.com'], from: 'tocsin@example.com' },
};

async function told(kind: ChannelKind, notification: Notification) {
  const { context, requests } = scriptedOutside([{ body: '{"code":0,"errcode":0}' }]);
  const mails: Mail[] = [];
  const mailer = {
    send: async (mail: Mail) => {
      mails.push(mail);
      return { messageId: 'id' };
    },
  };
  const channel = deliverableChannels[kind] as Channel;
  const settings = channel.schema.parse({ ...SETTINGS[kind], locale: 'en' });
  const clock = () => NOON + 120_000;
  const outcome = await channel.deliver(notification, settings, { ...context, clock, mailer });
  expect(outcome.outcome).toBe('delivered');
  return { body: JSON.parse(requests[0]?.body ?? 'null'), mail: mails[0] };
}

const ENGLISH = { locale: 'en', timeZone: 'UTC' } as const;

describe('a digest', () => {
  it('says how much there is of what, and tells rule by rule, the worst first', () => {
    const message = composeMessage(digest(3), ENGLISH);
    expect(message.headline).toBe('Digest: 9 alerts of 3 rules');
    expect(message.digest?.tallies.map(({ count, word }) => `${count} ${word}`)).toEqual([
      '2 Critical',
      '2 Warning',
      '2 Info',
      '3 Resolved',
    ]);
    expect(message.digest?.rules.map(({ title }) => title)).toEqual([
      'Orders fail',
      'Disk is filling',
      'Cache is cold',
    ]);
    const [worst] = message.digest?.rules ?? [];
    expect(worst?.summary).toBe('2 Firing · 1 Resolved · at least 10 matches within 5m');
    // The team is the same for all of them.
    expect(worst?.alerts.map(({ name }) => name)).toEqual([
      'host=orders-0',
      'host=orders-1',
      'host=orders-2',
    ]);
    expect(composeMessage(digest(3), { ...ENGLISH, locale: 'zh-CN' }).headline).toBe(
      '汇总：3 条规则的 9 条告警',
    );
  });

  it('names every alert of its own on every channel that shows text', async () => {
    const names = RULES.flatMap(([rule]) => [0, 1, 2].map((n) => `host=${rule}-${n}`));
    for (const kind of ['dingtalk', 'wecom', 'slack'] as const) {
      const text = JSON.stringify((await told(kind, digest(3))).body);
      for (const words of [...names, '2 Critical', 'Orders fail']) expect(text, kind).toContain(words);
      expect(text.indexOf('Orders fail')).toBeLessThan(text.indexOf('Cache is cold'));
    }
    const { mail } = await told('email', digest(3));
    for (const part of [mail?.text, mail?.html]) for (const name of names) expect(part).toContain(name);
    expect(mail?.pictures).toEqual([]);
    const { body } = await told('feishu', digest(3));
    expect(checkCard(body.card, true)).toBeNull();
    for (const name of names) expect(JSON.stringify(body)).toContain(name);
  });

  it("comes to a webhook as Alertmanager's alerts, the worst first, with what it is in words", async () => {
    const { body } = await told('webhook', digest(2));
    expect(body.alerts).toHaveLength(6);
    expect(body.alerts[0].labels).toMatchObject({ alertname: 'orders', host: 'orders-0' });
    expect(body.commonAnnotations.digest).toBe(
      'Digest: 6 alerts of 3 rules (1 Critical · 1 Warning · 1 Info · 3 Resolved)',
    );
  });

  it('keeps within what each channel takes, however much was folded, and says how much is left out', async () => {
    const storm = digest(60, (rule, n) => `${rule}-${n}-${'x'.repeat(100)}`);
    const feishu = await told('feishu', storm);
    expect(Buffer.byteLength(JSON.stringify(feishu.body))).toBeLessThanOrEqual(20_000);
    expect(checkCard(feishu.body.card, true)).toBeNull();
    expect(JSON.stringify(feishu.body)).toContain('more alerts');
    const { mail } = await told('email', storm);
    expect(Buffer.byteLength(mail?.html ?? '')).toBeLessThanOrEqual(100_000);
    expect(mail?.html).toContain('more alerts');
    const { body } = await told('wecom', storm);
    expect(Buffer.byteLength(body.markdown.content)).toBeLessThanOrEqual(4096);
  });

  it('lets nothing act that came from a log', async () => {
    const lines = HOSTILE_CORPUS.filter((_, index) => index % 12 === 0);
    const notification = digest(lines.length, (_rule, n) => lines[n] ?? '');
    const { body } = await told('feishu', notification);
    expect(checkCard(body.card, true)).toBeNull();
    for (const markdown of markdownIn(body.card)) expect(markdown).not.toMatch(/<(?!\/?font)|!\[|\]\(/);
    const { mail } = await told('email', notification);
    for (const line of lines.filter((text) => /<[a-z!/]/i.test(text)))
      expect(mail?.html).not.toContain(line.split('\n')[0]);
    for (const kind of ['dingtalk', 'wecom'] as const) {
      const { markdown } = (await told(kind, notification)).body;
      expect(markdown.text ?? markdown.content).not.toMatch(/\]\(|!\[|<@|<at/);
    }
  });
});

/** What a card says in markdown, in either language. */
function markdownIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { tag, content, i18n_content: both = {} } = node as Record<string, unknown>;
  const own = tag === 'markdown' ? [String(content), ...Object.values(both as object).map(String)] : [];
  return [...own, ...Object.values(node).flatMap(markdownIn)];
}
