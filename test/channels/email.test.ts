import { describe, expect, it } from 'vitest';
import type { Notification } from '../../shared/alerts/notification.ts';
import { judgeMailError } from '../../shared/channels/email/answer.ts';
import { emailChannel } from '../../shared/channels/email/channel.ts';
import { renderMail } from '../../shared/channels/email/mail.ts';
import { type Mail, PortError } from '../../shared/ports.ts';
import { HOSTILE_LINES } from './hostile-lines.ts';
import {
  emailSettings,
  NOON,
  resolvedAlert,
  resolvedNotification,
  sampleAlert,
  sampleNotification,
} from './sample-notification.ts';

const FROM = 'alerts@example.com';
const render = (notification: Notification, changes: Record<string, unknown> = {}) =>
  renderMail(notification, emailSettings(changes), FROM, 'Asia/Shanghai');
const headerOf = (mail: Mail, name: string) => mail.headers.find((header) => header.name === name)?.value;

/** Tags and attributes of the HTML that could act or load: everything else is text. */
function active(html: string): string[] {
  const tags = [...html.matchAll(/<([a-z!/][^\s>]*)([^>]*)>/gi)];
  return tags
    .filter(([, name = '', rest = '']) => {
      if (/^img$/i.test(name) && /^ src="cid:chart-\d" width="552" alt="[^"<>]*" style="[^"]*"$/.test(rest))
        return false;
      if (/^\/?(?:script|img|iframe|svg|form|input|base|link|object|h1|b)$/i.test(name)) return true;
      return /\son\w+=|javascript:|src=/i.test(rest) || (/^meta$/i.test(name) && /http-equiv/i.test(rest));
    })
    .map(([tag]) => tag);
}

describe('a mail', () => {
  it('says the same in both parts', () => {
    const mail = render(sampleNotification(), { locale: 'en' });
    const words = [
      'Firing',
      'Critical',
      'High error count in order service',
      'at least 10 matches within 5m',
    ];
    const facts = [
      '12 errors in order',
      '2026-11-21 10:00:00 UTC+8',
      '4bf92f3577b34da6a3ce929d0e0e4736',
      'service=order',
    ];
    for (const text of [...words, ...facts, 'https://wiki.example.com/order-errors']) {
      expect(mail.text).toContain(text);
      expect(mail.html).toContain(text);
    }
  });

  it('tells alerts of one rule apart by the labels they differ in', () => {
    const [title, other] = ['Orders fail', 'Payments fail'];
    const alerts = ['a', 'b'].map((service) =>
      sampleAlert({
        title,
        annotations: {},
        labels: { rule: 'r', team: 'shop', service, host: `${service}1` },
      }),
    );
    const { html } = render(sampleNotification({ alerts }), { locale: 'en' });
    for (const name of ['service a · host a1', 'service b · host b1', 'team=shop'])
      expect(html).toContain(name);
    expect(html).not.toContain('service=a');
    const mixed = [...alerts, sampleAlert({ title: other })];
    const said = render(sampleNotification({ alerts: mixed }), { locale: 'en' }).html;
    for (const name of [title, other, 'service=a', 'service=b']) expect(said).toContain(name);
  });

  it('speaks Chinese', () => {
    const mail = render(sampleNotification());
    for (const part of [mail.text, mail.html]) {
      for (const word of ['告警中', '严重', '5 分钟内匹配不少于 10 条', '开始时间'])
        expect(part).toContain(word);
    }
  });

  it('keeps one conversation per incident', () => {
    const firing = render(sampleNotification());
    const resolved = render(resolvedNotification());
    expect(resolved.subject).toBe(firing.subject);
    expect(firing.subject).toBe('[tocsin] High error count in order service');
    for (const name of ['In-Reply-To', 'References']) {
      expect(headerOf(firing, name)).toMatch(/^<[0-9a-f]{32}@example\.com>$/);
      expect(headerOf(resolved, name)).toBe(headerOf(firing, name));
    }
    expect(headerOf(render(sampleNotification({ incident: 'next' })), 'References')).not.toBe(
      headerOf(firing, 'References'),
    );
  });

  it('tells duration and peak once resolved', () => {
    const { text } = render(resolvedNotification(), { locale: 'en' });
    expect(text).toContain('Duration: 8m 45s');
    expect(text).toContain('Peak: 15');
    expect(text.startsWith('Resolved')).toBe(true);
  });

  it('keeps the subject while alerts join, leave or change', () => {
    const alerts = [resolvedAlert(), sampleAlert({ severity: 'info' })];
    expect(render(sampleNotification({ alerts })).subject).toBe(render(sampleNotification()).subject);
    const other = sampleNotification({ groupLabels: { service: 'a\r\nBcc: x@example.com' } });
    expect(render(other).subject).toBe('[tocsin] service=a Bcc: x@example.com');
  });

  it('lets no log line act', () => {
    for (const message of HOSTILE_LINES) {
      const line = { at: NOON, message, logGroup: message.slice(0, 512), logStream: message.slice(0, 512) };
      const labels = { service: message.slice(0, 256), [message.slice(0, 40) || 'x']: 'x' };
      const annotations = { summary: message, note: message, runbook: message };
      const alert = sampleAlert({ lines: [line], labels, annotations, title: message, endReason: message });
      const mail = render(
        sampleNotification({ alerts: [alert, alert], groupLabels: labels, id: message, receiver: message }),
      );
      expect(active(mail.html), message.slice(0, 80)).toEqual([]);
      expect(mail.html).not.toMatch(
        /href="(?!https:\/\/(?:eu-west-1\.console\.aws\.amazon\.com|wiki\.example\.com|evil\.example)\/)/,
      );
      expect(mail.subject).not.toMatch(/[\r\n]/);
      for (const { name, value } of mail.headers) {
        expect(name).toMatch(/^[\x21-\x7e]{1,126}$/);
        expect(value).toMatch(/^[\x20-\x7e]{0,995}$/);
      }
      for (const { value } of mail.tags) expect(value).toMatch(/^[A-Za-z0-9_-]{1,256}$/);
    }
  });

  it('loads nothing from outside and fits in what Gmail shows', () => {
    const alerts = Array.from({ length: 200 }, (_, index) => sampleAlert({ labels: { n: String(index) } }));
    const mail = render(sampleNotification({ alerts }), { locale: 'en' });
    const shown = mail.html.match(/border-top/g)?.length ?? 0;
    expect(shown).toBeGreaterThanOrEqual(8);
    expect(mail.text).toContain(`and ${200 - shown} more alerts`);
    expect(mail.html).toContain('200 alerts');
    expect(Buffer.byteLength(mail.html)).toBeLessThan(102_000);
    expect(mail.html).not.toMatch(/src="(?!cid:chart-\d")|@import|url\(/);
  });

  it('encodes display names', () => {
    const mail = render(sampleNotification(), { to: ['值班 <ops@example.com>'] });
    expect(mail.to).toEqual([`=?UTF-8?B?${Buffer.from('值班').toString('base64')}?= <ops@example.com>`]);
  });
});

describe('answers of SES', () => {
  const error = (code: string, message = 'x', status?: number, transient = false) =>
    new PortError(code, message, { status, transient });
  const table: [string, unknown, string][] = [
    ['TooManyRequestsException', error('TooManyRequestsException', 'x', 429), 'retry'],
    ['rate', error('ThrottlingException', 'Maximum sending rate exceeded', 400), 'retry'],
    ['quota', error('ThrottlingException', 'Daily message quota exceeded', 400, true), 'failed'],
    ['internal', error('InternalServiceErrorException', 'x', 500), 'retry'],
    ['HTTP 503', error('Unknown', 'x', 503), 'retry'],
    ['time-out', error('Timeout', 'x'), 'retry'],
    ['reset', error('ConnectionReset', 'x', undefined, true), 'retry'],
    ['BadRequestException', error('BadRequestException', 'x', 400), 'failed'],
    ['MessageRejected', error('MessageRejected', 'Email address is not verified', 400), 'failed'],
    ['MailFromDomainNotVerifiedException', error('MailFromDomainNotVerifiedException', 'x', 400), 'failed'],
    ['AccountSuspendedException', error('AccountSuspendedException', 'x', 400), 'failed'],
    ['NotFoundException', error('NotFoundException', 'x', 404), 'failed'],
    ['SendingPausedException', error('SendingPausedException', 'x', 400), 'failed'],
    ['LimitExceededException', error('LimitExceededException', 'x', 400, true), 'failed'],
    ['a mistake of ours', new TypeError('x is undefined'), 'failed'],
  ];
  it.each(table)('%s', (_what, thrown, outcome) => {
    expect(judgeMailError(thrown).outcome).toBe(outcome);
  });
});

describe('delivery of a mail', () => {
  const sent: Mail[] = [];
  const context = {
    clock: () => NOON,
    transport: { request: () => Promise.reject(new Error('no requests here')) },
    secrets: { get: () => Promise.reject(new Error('no secrets here')) },
    mailer: {
      send: async (mail: Mail) => {
        sent.push(mail);
        return { messageId: '0100' };
      },
    },
    timeZone: 'UTC',
  };

  it('names the message id', async () => {
    const outcome = await emailChannel.deliver(sampleNotification(), emailSettings(), context);
    expect(outcome).toEqual({ outcome: 'delivered', reference: '0100' });
    expect(sent.at(-1)).toMatchObject({ from: FROM, to: ['ops@example.com'] });
  });

  it('takes the sender of the stack where the channel names none', async () => {
    const settings = emailSettings({ from: undefined });
    expect(await emailChannel.deliver(sampleNotification(), settings, context)).toMatchObject({
      outcome: 'failed',
      reason: /no sender/,
    });
    const withSender = { ...context, defaultFrom: 'Tocsin <t@example.org>' };
    expect((await emailChannel.deliver(sampleNotification(), settings, withSender)).outcome).toBe(
      'delivered',
    );
    expect(sent.at(-1)?.from).toBe('Tocsin <t@example.org>');
  });

  it('says that SMTP is not there yet', async () => {
    const outcome = await emailChannel.deliver(
      sampleNotification(),
      emailSettings({ smtp: 'secret:smtp' }),
      context,
    );
    expect(outcome).toMatchObject({ outcome: 'failed', reason: /SMTP/ });
  });

  it('offers to unsubscribe where somebody reads the answers', () => {
    const replyTo = ['On call <on+call@example.com>', 'ops@example.com'];
    expect(headerOf(render(sampleNotification(), { replyTo }), 'List-Unsubscribe')).toBe(
      '<mailto:on%2Bcall@example.com?subject=unsubscribe>',
    );
    expect(headerOf(render(sampleNotification()), 'List-Unsubscribe')).toBeUndefined();
  });
});
