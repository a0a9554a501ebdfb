import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadDelivery } from '../../../shared/deliveries/ledger.ts';
import { DELIVERY_TAG, NOTIFICATION_TAG } from '../../../shared/deliveries/mail-events.ts';
import { loadFailing } from '../../../shared/deliveries/returned-mail.ts';
import { SECOND, startTestStack, type TestStack } from '../../support/stack.ts';

const GONE = 'bounce@simulator.amazonses.com';
const RECEIVERS: Record<string, string[]> = {
  gone: [GONE],
  partly: [GONE, 'fine@example.com'],
  angry: ['complaint@simulator.amazonses.com'],
  away: ['ooto@simulator.amazonses.com'],
  twice: ['twice@example.com'],
  again: ['again@example.com'],
};
const SECOND_CHOICE = 'second@example.com';

const DOCUMENT = `
version: 1
rules:
${Object.keys(RECEIVERS)
  .map(
    (name) =>
      `  - { id: ${name}, match: ${name}, groupBy: [$.n], receiver: ${name}, when: { count: 1, within: 1m } }`,
  )
  .join('\n')}
receivers:
${Object.entries(RECEIVERS)
  .map(([name, to]) => `  - { name: ${name}, email: [{ to: [${to}] }], fallback: second }`)
  .join('\n')}
  - { name: second, email: [{ to: [${SECOND_CHOICE}] }] }
route: { receiver: second, groupWait: 0s, groupInterval: 10s }
`;

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack(DOCUMENT);
});
afterAll(() => stack.stop());
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Whom the mails of a breach went to, those to the fallback included. */
async function told(name: string, n = 1): Promise<string[]> {
  const before = await mailedTo();
  await stack.log([JSON.stringify({ n, is: name })]);
  await stack.advance(10 * SECOND);
  return (await mailedTo()).slice(before.length);
}

const mailedTo = async () => (await stack.mails()).map(({ destination }) => destination.to.join());
const failing = async (name: string) =>
  (await loadFailing(stack.state, (await stack.configuration()).receivers)).filter(
    ({ receiver }) => receiver === name,
  );
const idOf = (name: string) => stack.said('notification').find(({ receiver }) => receiver === name)?.id ?? '';
const ledger = async (name: string) => (await loadDelivery(stack.state, idOf(name), 'email#0'))?.delivery;

describe('a mail that comes back', () => {
  it('failed: the ledger says so, the fallback is told why, and it lies among the dead letters', async () => {
    expect(await told('gone')).toEqual([GONE, SECOND_CHOICE]);
    const reason = `${GONE}: bounced (Permanent, General): smtp; 550 5.1.1 user unknown`;
    expect(await ledger('gone')).toMatchObject({
      status: 'failed',
      reason,
      log: [{ outcome: 'delivered' }, { outcome: 'failed', reason }],
    });
    const [, fallback] = await stack.mails();
    expect(fallback?.body.text).toContain('550 5.1.1 user unknown');
    expect(await stack.deadLetters('deliveries')).toMatchObject([{ reason }]);
    expect(stack.attempts('email')).toEqual(['email delivered', 'email failed', 'email delivered']);
    expect(await failing('gone')).toMatchObject([{ address: GONE, fate: 'lost' }]);
    expect(stack.failures).toEqual([]);
  });

  it('reached somebody all the same: the fallback hears once who cannot be reached', async () => {
    const both = RECEIVERS.partly?.join();
    expect(await told('partly', 1)).toEqual([both, SECOND_CHOICE]);
    expect(await ledger('partly')).toMatchObject({ status: 'delivered' });
    expect(await told('partly', 2)).toEqual([both]);
    expect(await failing('partly')).toMatchObject([{ address: GONE }]);
  });

  it('was called spam: the address is marked, what was delivered stays so', async () => {
    expect(await told('angry')).toContain(SECOND_CHOICE);
    expect(await ledger('angry')).toMatchObject({ status: 'delivered' });
    expect(await failing('angry')).toMatchObject([{ fate: 'complaint' }]);
  });

  it('was answered automatically: said, and nothing else', async () => {
    expect(await told('away')).toEqual(RECEIVERS.away);
    const said = stack.said('returned').filter(({ receiver }) => receiver === 'away');
    expect(said).toMatchObject([{ address: 'ooto@simulator.amazonses.com', fate: 'delayed' }]);
    expect(await failing('away')).toEqual([]);
  });
});

describe('an event about a mail', () => {
  const event = (name: string, type: string, at: number, detail: object) => {
    const tags: Record<string, string[]> = {
      [NOTIFICATION_TAG]: [idOf(name)],
      [DELIVERY_TAG]: ['email-0'],
    };
    const mail = { messageId: 'another mail', destination: RECEIVERS[name], tags };
    return {
      source: 'aws.ses',
      'detail-type': type,
      time: new Date(at).toISOString(),
      detail: { ...detail, mail },
    };
  };
  const bounce = (name: string) =>
    event(name, 'Email Bounced', stack.clock.now(), {
      bounce: {
        bounceType: 'Permanent',
        bounceSubType: 'NoEmail',
        bouncedRecipients: [{ emailAddress: `Us <${name.toUpperCase()}@example.com>`, diagnosticCode: 'x' }],
      },
    });
  const tell = async (...events: object[]) => {
    await stack.send('deliveries', events);
    await stack.settle();
  };

  it('may come twice, and tells the fallback once', async () => {
    await told('twice');
    const before = await mailedTo();
    await tell(bounce('twice'), bounce('twice'));
    await tell(bounce('twice'));
    expect((await mailedTo()).slice(before.length)).toEqual([SECOND_CHOICE]);
  });

  it('marks an address until a later mail arrives there, not an earlier one', async () => {
    await told('again');
    await tell(bounce('again'));
    const [mark] = await failing('again');
    expect(mark).toMatchObject({ address: 'again@example.com' });
    const arrived = (at: number) =>
      event('again', 'Email Delivered', at, { delivery: { recipients: ['again@example.com'] } });
    await tell(arrived(stack.clock.now() - SECOND));
    expect(await failing('again')).toHaveLength(1);
    await tell(arrived(stack.clock.now() + SECOND));
    expect(await failing('again')).toEqual([]);
  });

  it('that is none of ours is let go, one that is not understood is kept', async () => {
    const foreign = event('again', 'Email Rejected', stack.clock.now(), { reject: { reason: 'virus' } });
    foreign.detail.mail.tags = {};
    await tell(foreign);
    expect(console.error).not.toHaveBeenCalled();
    await tell({ source: 'aws.ses', 'detail-type': 'Email Bounced' });
    expect(console.error).toHaveBeenCalled();
  });
});
