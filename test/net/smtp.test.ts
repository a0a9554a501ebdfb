import { simpleParser } from 'mailparser';
import type { SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { emailChannel } from '../../shared/channels/email/channel.ts';
import { createSmtpSender } from '../../shared/net/smtp.ts';
import {
  emailSettings,
  NOON,
  resolvedNotification,
  sampleNotification,
} from '../channels/sample-notification.ts';
import { closeServers, PASSWORD, serve, USER } from './smtp-server.ts';
import { TEST_CERTIFICATE } from './test-certificate.ts';

afterEach(closeServers);

function deliver(address: string, notification = sampleNotification(), trusted = true, timeout = 30_000) {
  return emailChannel.deliver(
    notification,
    emailSettings({ smtp: 'secret:smtp', timeout: `${timeout}ms`, locale: 'en' }),
    {
      clock: () => NOON,
      transport: { request: () => Promise.reject(new Error('no requests here')) },
      mailer: { send: () => Promise.reject(new Error('no SES here')) },
      smtp: createSmtpSender(trusted ? { ca: TEST_CERTIFICATE } : {}),
      secrets: { get: async () => address },
      timeZone: 'UTC',
    },
  );
}

const login = `${USER}:${encodeURIComponent(PASSWORD)}`;

/** What a server answers to a recipient. */
const refusing = (responseCode: number, message: string): SMTPServerOptions => ({
  authOptional: true,
  onRcptTo: (_address, _session, done) => done(Object.assign(new Error(message), { responseCode })),
});

describe('mail over SMTP', () => {
  it.each([
    ['TLS from the start', true, 'smtps'],
    ['STARTTLS', false, 'smtp'],
  ])('logs in and hands a mail over, with %s', async (_what, secure, scheme) => {
    const { port, mails } = await serve({ secure });
    const outcome = await deliver(`${scheme}://${login}@localhost:${port}`);
    expect(outcome).toMatchObject({ outcome: 'delivered' });
    const mail = await simpleParser(mails[0] ?? '');
    expect(mail.subject).toBe('[tocsin] High error count in order service');
    expect(mail.text).toContain('at least 10 matches within 5m');
    expect(mail.html).toContain('High error count');
    expect(mail.attachments).toMatchObject([{ contentType: 'image/png', cid: 'chart-1', related: true }]);
    expect(mail.headers.get('x-tocsin-status')).toBe('firing');
  });

  it('keeps one conversation per incident', async () => {
    const { port, mails } = await serve({ authOptional: true });
    for (const notification of [sampleNotification(), resolvedNotification()]) {
      await deliver(`smtp://localhost:${port}`, notification);
    }
    const [first, second] = await Promise.all(mails.map((mail) => simpleParser(mail)));
    expect(first?.references).toBeDefined();
    expect(second?.references).toEqual(first?.references);
    expect(second?.messageId).not.toBe(first?.messageId);
  });

  it.each([
    [421, 'retry'],
    [450, 'retry'],
    [451, 'retry'],
    [452, 'retry'],
    [550, 'failed'],
    [552, 'failed'],
    [554, 'failed'],
  ])('takes %i for %s', async (code, outcome) => {
    const { port } = await serve(refusing(code, 'not now <at id=all></at>'));
    expect(await deliver(`smtp://localhost:${port}`)).toMatchObject({
      outcome,
      reason: expect.stringContaining(String(code)),
    });
  });

  it('fails where the login is refused, and says nothing of the password', async () => {
    const { port } = await serve();
    const outcome = await deliver(`smtp://${USER}:wrong-password-1@localhost:${port}`);
    expect(outcome).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('535') });
    expect(JSON.stringify(outcome)).not.toContain('wrong-password-1');
  });

  it('never sends a password where there is no TLS', async () => {
    let asked = 0;
    const onAuth: NonNullable<SMTPServerOptions['onAuth']> = (_auth, _session, done) => {
      asked++;
      done(null, { user: USER });
    };
    const { port } = await serve({
      hideSTARTTLS: true,
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth,
    });
    expect((await deliver(`smtp://${login}@localhost:${port}`)).outcome).not.toBe('delivered');
    expect(asked).toBe(0);
  });

  it('trusts no certificate that nobody vouches for', async () => {
    const { port, mails } = await serve({ secure: true });
    expect(await deliver(`smtps://${login}@localhost:${port}`, sampleNotification(), false)).toMatchObject({
      outcome: 'failed',
    });
    expect(mails).toEqual([]);
  });

  it('tries again where nobody listens or nobody answers', async () => {
    const { port } = await serve({ authOptional: true, onConnect: () => undefined });
    expect((await deliver('smtp://127.0.0.1:1')).outcome).toBe('retry');
    expect(await deliver(`smtp://localhost:${port}`, sampleNotification(), true, 1000)).toMatchObject({
      outcome: 'retry',
      reason: expect.stringMatching(/Timeout|ETIMEDOUT/),
    });
  });

  it('says what an address looks like, not what this one is', async () => {
    const outcome = await deliver('mail.example.com:secret-word');
    expect(outcome).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('smtps://USER') });
    expect(JSON.stringify(outcome)).not.toContain('secret-word');
  });
});
