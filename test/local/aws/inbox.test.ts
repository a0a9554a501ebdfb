import { describe, expect, it } from 'vitest';
import { startInbox } from '../../../infra/local/aws/inbox.ts';
import { inboxAsSmtp } from '../../../infra/local/aws/inbox-smtp.ts';

async function subjects(url: string): Promise<string[]> {
  const { emails } = (await (await fetch(`${url}/store`)).json()) as { emails: { subject: string }[] };
  return emails.map(({ subject }) => subject);
}

async function send(url: string, subject: string): Promise<void> {
  const mail = { from: 'a@example.com', to: ['b@example.com'], cc: [], replyTo: [], tags: [], headers: [] };
  await inboxAsSmtp(url).send('', { ...mail, subject, text: 'x', html: '<p>x</p>', pictures: [] }, 30_000);
}

describe('the embedded inbox', () => {
  it('begins empty, whatever ran in the process before', async () => {
    const first = await startInbox();
    await send(first.url, 'of the first');
    await first.stop();
    const second = await startInbox();
    expect(await subjects(second.url)).toEqual([]);
    await second.stop();
  });

  it('keeps the newest mails only, so that a year of them fits into memory', async () => {
    const inbox = await startInbox(2);
    for (const subject of ['one', 'two', 'three']) await send(inbox.url, subject);
    expect(await subjects(inbox.url)).toEqual(['two', 'three']);
    await inbox.stop();
  });
});
