import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCard, mentionsIn } from '../../infra/local/feishu/card-check.ts';
import type { Notification } from '../../shared/alerts/notification.ts';
import { otherLocale } from '../../shared/channels/feishu/languages.ts';
import {
  BODY_BYTES_MAX,
  bodyOf,
  contentOf,
  countElements,
  FORMS,
  type Form,
} from '../../shared/channels/feishu/request.ts';
import { messageFor } from '../../shared/channels/message.ts';
import { codePoint } from '../support/code-point.ts';
import { HOSTILE_LINES } from './hostile-lines.ts';
import {
  feishuSettings,
  NOON,
  resolvedAlert,
  resolvedNotification,
  sampleAlert,
  sampleNotification,
} from './sample-notification.ts';

interface Node {
  [key: string]: unknown;
}

function nodes(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodes);
  if (typeof value !== 'object' || value === null) return [];
  const node = value as Node;
  return [...(typeof node.tag === 'string' ? [node] : []), ...Object.values(node).flatMap(nodes)];
}

function render(notification: Notification, settings: Record<string, unknown> = {}, form: Form = 'card') {
  const parsed = feishuSettings(settings);
  const message = messageFor(notification, parsed, 'Asia/Shanghai');
  const other = messageFor(notification, { ...parsed, locale: otherLocale(parsed.locale) }, 'Asia/Shanghai');
  const content = contentOf({ message, other }, parsed, form);
  const card = content.msg_type === 'interactive' ? (content.card as Node) : null;
  const text = content.msg_type === 'text' ? content.content.text : '';
  return { content, card, text, body: bodyOf(content, 'key', NOON) };
}

interface Drawn {
  data: { values: { value: number; series: string }[] };
}

function headerOf(card: Node | null): Node {
  return card?.header as Node;
}

function contents(card: unknown): string[] {
  return nodes(card).flatMap(({ content }) => (typeof content === 'string' ? [content] : []));
}

function markdownOf(card: unknown): string[] {
  return nodes(card).flatMap((node) => (node.tag === 'markdown' ? [String(node.content)] : []));
}

describe('a Feishu card', () => {
  it('says in Chinese what, how bad, since when, how much', () => {
    const { card, body } = render(sampleNotification());
    expect(checkCard(card, true)).toBeNull();
    expect(card?.header).toMatchObject({
      template: 'red',
      title: { content: expect.stringContaining('告警中') },
    });
    for (const words of [
      '12',
      '严重',
      '2026&#45;11&#45;21 10&#58;00&#58;00 UTC&#43;8',
      '4bf92f3577b34da6a3ce929d0e0e4736',
    ]) {
      expect(body).toContain(words);
    }
    expect(body).toContain('5 分钟内匹配不少于 10 条');
  });

  it('says the same in English', () => {
    const { body, card } = render(sampleNotification(), { locale: 'en', timeZone: 'UTC' });
    expect(checkCard(card, true)).toBeNull();
    expect(body).toContain('at least 10 matches within 5m');
    expect(body).toContain('12 errors in order');
    expect(contents(card).join()).not.toMatch(/\p{Script=Han}/u);
  });

  it("speaks both languages to whose client asks, the receiver's to all others", () => {
    const { card } = render(sampleNotification(), { locale: 'en' });
    const title = headerOf(card).title as Node;
    expect(title.content).toContain('Firing');
    expect(title.i18n_content).toEqual({
      en_us: title.content,
      zh_cn: expect.stringContaining('告警中'),
    });
    const chinese = headerOf(render(sampleNotification()).card).title as Node;
    expect(chinese).toMatchObject({
      content: expect.stringContaining('告警中'),
      i18n_content: title.i18n_content,
    });
  });

  it('draws the value of the window against its threshold', () => {
    const charts = nodes(render(sampleNotification()).card).filter(({ tag }) => tag === 'chart');
    const values = charts.flatMap(({ chart_spec }) => (chart_spec as Drawn).data.values);
    expect(values.filter(({ series }) => series === '≥ 10').map(({ value }) => value)).toEqual([10, 10]);
    // The matches of all slices lie in the last window.
    const total = sampleAlert().series.reduce((sum, { value }) => sum + value, 0);
    expect(Math.max(...values.map(({ value }) => value))).toBe(total);
  });

  it('says what it stands for: a digest, a fallback, a changed severity, who is at it', () => {
    const alert = sampleAlert({ severityBefore: 'warning' });
    const { body, card } = render(
      sampleNotification({
        alerts: [alert],
        folded: { notifications: 7, since: NOON - 60_000 },
        insteadOf: { receiver: 'chat', channel: 'feishu', reason: '19001 token <at id=all></at> invalid' },
      }),
      { locale: 'en' },
    );
    expect(checkCard(card, true)).toBeNull();
    for (const words of [
      'Digest',
      '7 notifications since',
      'Sent here because feishu of chat',
      'Warning → Critical',
    ]) {
      expect(body).toContain(words);
    }
    expect(markdownOf(card).flatMap(mentionsIn)).toEqual([]);
  });

  it('lists the fields that the rule shows, and keeps a trace id whole', () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const message = `${'x '.repeat(900)} traceId=${trace} ${'y '.repeat(900)}`;
    const line = {
      at: NOON,
      message,
      logGroup: 'g',
      logStream: 's',
      shown: [{ label: 'user', value: 'u-17' }],
    };
    const { body } = render(sampleNotification({ alerts: [sampleAlert({ lines: [line] })] }));
    expect(body).toContain(`traceId=${trace}`);
    expect(body).toContain('user: u-17');
  });

  it('takes a title and a body of the receiver', () => {
    const { body, card } = render(sampleNotification(), {
      title: '{{ $labels.service }}: {{ $value }}',
      body: '{{ if $labels.team }}Team {{ $labels.team }}{{ else }}nobody{{ end }} {{ $threshold }} {{ $labels.no }}',
    });
    expect(checkCard(card, true)).toBeNull();
    expect(body).toContain('order: 12');
    expect(body).toContain('Team payments ≥ 10');
  });

  it('links to the logs of that time and to the runbook', () => {
    const urls = nodes(render(sampleNotification()).card).flatMap((node) =>
      node.tag === 'button' ? [(node.behaviors as Node[])[0]?.default_url] : [],
    );
    expect(urls).toEqual([
      expect.stringMatching(
        /^https:\/\/eu-west-1\.console\.aws\.amazon\.com\/cloudwatch\/home\?region=eu-west-1#logsV2:logs-insights/,
      ),
      'https://wiki.example.com/order-errors',
    ]);
  });

  it('has no link for a followed file', () => {
    const source = { account: '000000000000', region: 'local', logGroups: ['/var/log/auth.log'] };
    const alert = sampleAlert({ source, annotations: {} });
    expect(
      nodes(render(sampleNotification({ alerts: [alert] })).card).some((node) => node.tag === 'button'),
    ).toBe(false);
  });

  it('shows duration and peak once resolved, in green', () => {
    const { card, body } = render(resolvedNotification(), { locale: 'en' });
    expect(checkCard(card, true)).toBeNull();
    expect(card?.header).toMatchObject({ template: 'green' });
    expect(body).toContain('8m 45s');
    expect(body).toMatch(/Peak<\/font>\\n\*\*15\*\*/);
  });

  it('says that an alert was over before it was told', () => {
    const alert = sampleAlert({ alreadyOver: true, endsAt: NOON });
    const { body } = render(sampleNotification({ alerts: [alert] }), { locale: 'en' });
    expect(body).toContain('Already over');
    expect(body).toContain('No resolved message will follow');
  });

  it('mentions by the worst severity that fires, never on resolved', () => {
    const settings = { mention: { critical: ['all'], error: ['ou_x'] } };
    const mentioned = (notification: Notification) =>
      markdownOf(render(notification, settings).card).flatMap(mentionsIn);
    expect(mentioned(sampleNotification())).toEqual(['all']);
    expect(
      mentioned(sampleNotification({ alerts: [sampleAlert({ severity: 'error' }), resolvedAlert()] })),
    ).toEqual(['ou_x']);
    expect(mentioned(sampleNotification({ alerts: [sampleAlert({ severity: 'info' })] }))).toEqual([]);
    expect(mentioned(resolvedNotification())).toEqual([]);
  });

  it.each(FORMS)('holds the keyword as %s', (form) => {
    for (const notification of [sampleNotification(), resolvedNotification()]) {
      const { card, text } = render(notification, { keyword: '监控 #1' }, form);
      const title = (card?.header as { title: { content: string } } | undefined)?.title.content;
      expect(title ?? text).toContain('监控 #1');
    }
  });

  it('lists the first of many alerts and counts the rest', () => {
    const alerts = Array.from({ length: 37 }, (_, index) =>
      sampleAlert({ labels: { service: `s${index}` } }),
    );
    const { card, body } = render(sampleNotification({ alerts }), { locale: 'en' });
    expect(checkCard(card, true)).toBeNull();
    const shown = nodes(card).filter((node) => node.tag === 'hr').length;
    expect(shown).toBeGreaterThanOrEqual(3);
    expect(body).toContain(`and ${37 - shown} more alerts`);
    expect(body).toContain('37 alerts');
  });

  it.each(FORMS)('lets no log line act, as %s', (form) => {
    for (const message of HOSTILE_LINES) {
      const line = { at: NOON, message, logGroup: message.slice(0, 512), logStream: 's' };
      const labels = { service: message.slice(0, 256) };
      const annotations = { summary: '{{ $labels.service }}', note: message, runbook: message };
      const alert = sampleAlert({ lines: [line], labels, annotations, title: message, endReason: message });
      const { card, text, body } = render(
        sampleNotification({ alerts: [alert, alert], groupLabels: labels }),
        {},
        form,
      );
      expect(text).not.toMatch(/<\/?\s*at\b/i);
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(BODY_BYTES_MAX);
      if (card === null) continue;
      expect(checkCard(card, true), message.slice(0, 80)).toBeNull();
      expect(markdownOf(card).flatMap(mentionsIn)).toEqual([]);
      for (const markdown of markdownOf(card)) {
        // What is left once the card's own tags are gone can neither open a tag nor a link, nor fence.
        const rest = markdown.replace(/<\/?font(?: color='\w+')?>|<br>|\*\*/g, '').replace(/&#\d+;/g, '');
        expect(rest).not.toMatch(/[<>[\]*`_~!#|\\$]/);
      }
      expect(nodes(card).some((node) => node.tag === 'img')).toBe(false);
    }
  });

  it.each(FORMS)('ends an address before Chinese text, as %s', (form) => {
    const line = { at: NOON, message: 'see https://example.com/a请看', logGroup: 'g', logStream: 's' };
    const { body } = render(sampleNotification({ alerts: [sampleAlert({ lines: [line] })] }), {}, form);
    expect(body).toContain('https://example.com/a 请看');
  });

  it('keeps within size and element limits whatever it is given', () => {
    const text = fc.oneof(fc.string({ unit: codePoint, maxLength: 3000 }), fc.constantFrom(...HOSTILE_LINES));
    const alert = fc
      .record({
        title: text,
        labels: fc.dictionary(text, text, { maxKeys: 30 }),
        annotations: fc.dictionary(fc.constantFrom('summary', 'runbook', 'impact', 'owner'), text),
        lines: fc.array(
          fc.record({ at: fc.constant(NOON), message: text, logGroup: text, logStream: text }),
          { maxLength: 8 },
        ),
        status: fc.constantFrom('firing' as const, 'resolved' as const),
        alreadyOver: fc.boolean(),
        endReason: fc.option(text),
      })
      .map(sampleAlert);
    const notification = fc.record({
      alerts: fc.array(alert, { minLength: 1, maxLength: 12 }),
      groupLabels: fc.dictionary(text, text, { maxKeys: 5 }),
      receiver: text,
    });
    fc.assert(
      fc.property(notification, fc.constantFrom(...FORMS), (changes, form) => {
        const { card, body, content } = render(sampleNotification(changes), { keyword: '告警' }, form);
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(BODY_BYTES_MAX);
        expect(countElements(content)).toBeLessThanOrEqual(200);
        if (card !== null) expect(checkCard(card, true)).toBeNull();
      }),
      { numRuns: 30 },
    );
  });
});
