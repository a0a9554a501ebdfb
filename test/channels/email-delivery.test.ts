import { SESv2Client } from '@aws-sdk/client-sesv2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInbox } from '../../infra/local/aws/inbox.ts';
import { type SesFault, type SesFaults, startSesFaults } from '../../infra/local/aws/ses-faults.ts';
import { SesMailer } from '../../shared/aws/mailer.ts';
import { emailChannel } from '../../shared/channels/email/channel.ts';
import { emailSettings, NOON, sampleNotification } from './sample-notification.ts';

let inbox: Awaited<ReturnType<typeof startInbox>>;
let ses: SesFaults;
let client: SESv2Client;

beforeAll(async () => {
  inbox = await startInbox();
  ses = await startSesFaults(inbox.url);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new SESv2Client({ endpoint: ses.url, region: 'eu-west-1', credentials, maxAttempts: 1 });
});
afterAll(async () => {
  client.destroy();
  await ses.stop();
  await inbox.stop();
});

interface Stored {
  emails: { subject: string; body: { text: string; html: string }; headers?: unknown }[];
}

async function stored(): Promise<Stored['emails']> {
  return ((await (await fetch(`${inbox.url}/store`)).json()) as Stored).emails;
}

function deliver(timeout = '30s') {
  return emailChannel.deliver(sampleNotification(), emailSettings({ timeout, locale: 'en' }), {
    clock: () => NOON,
    transport: { request: () => Promise.reject(new Error('no requests here')) },
    secrets: { get: () => Promise.reject(new Error('no secrets here')) },
    mailer: new SesMailer(client),
    timeZone: 'UTC',
  });
}

const error = (name: string, status: number, message = 'x'): SesFault => ({
  kind: 'error',
  name,
  status,
  message,
});

describe('delivery through SES', () => {
  it('reaches the inbox with both parts', async () => {
    const before = (await stored()).length;
    expect(await deliver()).toMatchObject({ outcome: 'delivered', reference: expect.stringMatching(/./) });
    const mails = await stored();
    expect(mails).toHaveLength(before + 1);
    expect(mails.at(-1)).toMatchObject({
      subject: '[tocsin] High error count in order service',
      body: { text: expect.stringContaining('at least 10 matches'), html: expect.stringContaining('<table') },
    });
  });

  const table: [string, SesFault, string, RegExp, number][] = [
    ['too many requests', error('TooManyRequestsException', 429), 'retry', /TooManyRequestsException/, 0],
    [
      'the sending rate',
      error('ThrottlingException', 400, 'Maximum sending rate exceeded'),
      'retry',
      /Maximum sending rate/,
      0,
    ],
    [
      'the daily quota',
      error('ThrottlingException', 400, 'Daily message quota exceeded'),
      'failed',
      /Daily message quota/,
      0,
    ],
    [
      'a rejected message',
      error('MessageRejected', 400, 'Email address is not verified.'),
      'failed',
      /MessageRejected/,
      0,
    ],
    ['paused sending', error('SendingPausedException', 400), 'failed', /SendingPausedException/, 0],
    [
      'an internal error',
      error('InternalServiceErrorException', 500),
      'retry',
      /InternalServiceErrorException/,
      0,
    ],
    ['a reset connection', { kind: 'reset' }, 'retry', /./, 0],
    ['no answer', { kind: 'hang' }, 'retry', /Timeout/, 0],
    ['a lost answer', { kind: 'lost' }, 'retry', /./, 1],
  ];
  it.each(table)('after %s', async (_what, fault, outcome, reason, taken) => {
    const before = (await stored()).length;
    ses.script([fault]);
    const result = await deliver(fault.kind === 'hang' ? '1s' : '30s');
    expect(result).toMatchObject({ outcome, reason: expect.stringMatching(reason) });
    expect((await stored()).length - before).toBe(taken);
  });
});
