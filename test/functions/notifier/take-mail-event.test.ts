import { describe, expect, it } from 'vitest';
import { takeMailEvent } from '../../../functions/notifier/take-mail-event.ts';
import type { DeadDelivery, DeliveryMessage, DispatcherMessage } from '../../../shared/alerts/messages.ts';
import {
  claimDelivery,
  createDelivery,
  finishDelivery,
  loadDelivery,
  loadPlan,
  reopenDelivery,
  settlePlan,
} from '../../../shared/deliveries/ledger.ts';
import { DELIVERY_TAG, NOTIFICATION_TAG, parseMailEvent } from '../../../shared/deliveries/mail-events.ts';
import { loadFailing } from '../../../shared/deliveries/returned-mail.ts';
import type { Happening } from '../../../shared/happenings.ts';
import { MemoryTable } from '../../../shared/memory/table.ts';
import type { Outgoing } from '../../../shared/ports.ts';
import { NOON, sampleNotification } from '../../channels/sample-notification.ts';
import { configurationOf } from '../../support/document.ts';

const CONFIGURATION = configurationOf(`
version: 1
rules: [{ id: errors, match: ERROR, when: { count: 1, within: 1h } }]
receivers:
  - { name: ops, email: [{ to: [Ann <ann@example.com>], cc: [bob@example.com] }], fallback: spare }
  - { name: spare, email: [{ to: [spare@example.com] }] }
route: { receiver: ops }
`);
const ID = 'notification-1';

/** SES' words about a mail, as they lie in the queue; `at` in ms. */
function eventOf(type: string, at: number, detail: object, messageId = 'first'): string {
  const tags = { [NOTIFICATION_TAG]: [ID], [DELIVERY_TAG]: ['email-0'], receiver: ['ops'] };
  const mail = { messageId, destination: ['ann@example.com', 'bob@example.com'], tags };
  const time = new Date(at).toISOString();
  return JSON.stringify({ source: 'aws.ses', 'detail-type': type, time, detail: { ...detail, mail } });
}

const bounce = (to: string, { at = NOON, messageId = 'first', type = 'Permanent', sub = 'General' } = {}) =>
  eventOf(
    'Email Bounced',
    at,
    {
      bounce: {
        bounceType: type,
        bounceSubType: sub,
        bouncedRecipients: [{ emailAddress: to, diagnosticCode: 'smtp; 550\r\n unknown' }],
      },
    },
    messageId,
  );
const complaint = (to: string) =>
  eventOf('Email Complaint Received', NOON, { complaint: { complainedRecipients: [{ emailAddress: to }] } });
const arrived = (to: string, at: number) =>
  eventOf('Email Delivered', at, { delivery: { recipients: [to], timestamp: new Date(at).toISOString() } });

/** A mail that SES took, as `first`. */
async function sent() {
  const state = new MemoryTable();
  const happenings: Happening[] = [];
  const told: DeliveryMessage[] = [];
  const dead: DeadDelivery[] = [];
  const world = { now: NOON + 60_000 };
  const into = <Message>(list: Message[]) => ({
    send: async (messages: Outgoing<Message>[]) => void list.push(...messages.map(({ body }) => body)),
  });
  const deps = {
    state,
    deliveries: into(told),
    alerts: into<DispatcherMessage>([]),
    deadLetters: into(dead),
    clock: () => world.now,
    happened: (happening: Happening) => void happenings.push(happening),
  };
  const planned = { id: 'email#0', kind: 'email' as const, position: 0, status: 'firing' as const };
  const notification = sampleNotification({ id: ID, receiver: 'ops' });
  await settlePlan(state, { notification, members: [], deliveries: [{ ...planned, alerts: [0] }] }, NOON);
  await createDelivery(state, ID, 'email#0', NOON);
  const take = async (messageId: string) => {
    await claimDelivery(state, ID, 'email#0', world.now);
    const { log: before = [] } = (await loadDelivery(state, ID, 'email#0'))?.delivery ?? {};
    const log = [
      ...before,
      { at: world.now, outcome: 'delivered' as const, reason: messageId, generation: 0 },
    ];
    await finishDelivery(state, ID, 'email#0', { status: 'delivered', reason: null }, log, world.now);
  };
  await take('first');
  return {
    world,
    told,
    dead,
    happenings,
    take,
    reopen: () => reopenDelivery(state, ID, 'email#0', world.now),
    claim: () => claimDelivery(state, ID, 'email#0', world.now),
    async hear(body: string) {
      const event = parseMailEvent(body);
      if (event === null) throw new Error('The event is none of ours.');
      return await takeMailEvent(deps, CONFIGURATION, event);
    },
    ledger: async () => (await loadDelivery(state, ID, 'email#0'))?.delivery,
    failing: async () =>
      (await loadFailing(state, CONFIGURATION.receivers)).map(({ address, fate }) => `${address} ${fate}`),
    fallback: async () => (await loadPlan(state, told[0]?.notificationId ?? ''))?.notification,
  };
}

describe('a mail that comes back', () => {
  it('from all of its recipients failed, and is told to the fallback once, also after a repetition', async () => {
    const mail = await sent();
    await mail.hear(bounce('Ann <ANN@example.com>'));
    expect(await mail.ledger()).toMatchObject({ status: 'delivered' });
    await mail.hear(bounce('bob@example.com'));
    await mail.hear(bounce('bob@example.com'));
    expect(await mail.ledger()).toMatchObject({
      status: 'failed',
      reason: 'bob@example.com: bounced (Permanent, General): smtp; 550 unknown',
      log: [{ outcome: 'delivered' }, { outcome: 'failed' }],
    });
    expect(new Set(mail.told.map(({ notificationId }) => notificationId)).size).toBe(1);
    expect(await mail.fallback()).toMatchObject({ receiver: 'spare', insteadOf: { receiver: 'ops' } });
    expect(mail.dead).toHaveLength(1);
    expect(await mail.failing()).toEqual(['ann@example.com lost', 'bob@example.com lost']);
  });

  it('from one of them is told to the fallback as long as that is news', async () => {
    const mail = await sent();
    await mail.hear(bounce('bob@example.com'));
    expect(mail.told).toHaveLength(1);
    await mail.hear(bounce('bob@example.com', { at: NOON + 1000 }));
    expect(mail.told).toHaveLength(1);
    expect(mail.dead).toEqual([]);
    expect(await mail.failing()).toEqual(['bob@example.com lost']);
  });

  it('as a complaint was delivered; its address stays marked, whatever arrives there', async () => {
    const mail = await sent();
    await mail.hear(complaint('ann@example.com'));
    await mail.hear(arrived('ann@example.com', NOON + 90_000));
    expect(await mail.ledger()).toMatchObject({ status: 'delivered' });
    expect(await mail.failing()).toEqual(['ann@example.com complaint']);
  });

  it('as an automatic answer is said, and nothing else', async () => {
    const mail = await sent();
    await mail.hear(bounce('ann@example.com', { type: 'Transient' }));
    expect(mail.happenings).toMatchObject([
      { type: 'returned', address: 'ann@example.com', fate: 'delayed' },
    ]);
    expect(await mail.failing()).toEqual([]);
    await mail.hear(bounce('ann@example.com', { type: 'Transient', sub: 'MailboxFull' }));
    expect(await mail.failing()).toEqual(['ann@example.com lost']);
  });

  it('was rejected by SES: it reached nobody', async () => {
    const mail = await sent();
    await mail.hear(eventOf('Email Rejected', NOON, { reject: { reason: 'Bad content' } }));
    expect(await mail.ledger()).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('rejected by SES: Bad content'),
    });
  });

  it('and was sent again since no longer says anything about the delivery', async () => {
    const mail = await sent();
    for (const to of ['ann@example.com', 'bob@example.com']) await mail.hear(bounce(to));
    await mail.reopen();
    await mail.take('second');
    for (const to of ['ann@example.com', 'bob@example.com']) await mail.hear(bounce(to));
    expect(await mail.ledger()).toMatchObject({ status: 'delivered' });
    for (const to of ['ann@example.com', 'bob@example.com'])
      await mail.hear(bounce(to, { messageId: 'second' }));
    expect(await mail.ledger()).toMatchObject({ status: 'failed' });
  });
});

describe('an event about a mail', () => {
  it('waits for whoever still writes down that the mail was taken', async () => {
    const mail = await sent();
    await mail.hear(bounce('ann@example.com'));
    await mail.hear(bounce('bob@example.com'));
    await mail.reopen();
    await mail.claim();
    expect(await mail.hear(bounce('ann@example.com'))).toEqual({
      kind: 'later',
      notBefore: mail.world.now + 5_000,
    });
  });

  it('of an arrival takes the mark away, unless it is older than that', async () => {
    const mail = await sent();
    await mail.hear(bounce('ann@example.com'));
    await mail.hear(arrived('ann@example.com', NOON - 1000));
    expect(await mail.failing()).toEqual(['ann@example.com lost']);
    await mail.hear(arrived('ann@example.com', NOON + 1000));
    expect(await mail.failing()).toEqual([]);
  });

  it('of a mail that is none of ours is let go; what is not understood is refused', () => {
    const foreign = JSON.parse(bounce('ann@example.com'));
    foreign.detail.mail.tags = {};
    expect(parseMailEvent(JSON.stringify(foreign))).toBeNull();
    expect(() => parseMailEvent('{"source":"aws.ses","detail-type":"Email Bounced"}')).toThrow(
      'An event of SES is not understood at time',
    );
  });
});
