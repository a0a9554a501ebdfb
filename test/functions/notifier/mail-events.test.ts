/** The whole way of a bounce: from the mail through SES' words about it to the fallback. */
import { afterEach, expect, it } from 'vitest';
import { loadDelivery } from '../../../shared/deliveries/ledger.ts';
import { loadFailing } from '../../../shared/deliveries/returned-mail.ts';
import { SECOND, startTestStack, type TestStack } from '../../support/stack.ts';

const GONE = 'bounce@simulator.amazonses.com';

const DOCUMENT = `
version: 1
rules:
  - { id: errors, match: ERROR, when: { count: 1, within: 1m } }
receivers:
  - { name: ops, email: [{ to: [${GONE}] }], fallback: second }
  - { name: second, email: [{ to: [second@example.com] }] }
route: { receiver: ops, groupWait: 0s }
`;

let stack: TestStack;
afterEach(() => stack.stop());

it('a mail that bounces failed: the fallback is told why, and it lies among the dead letters', async () => {
  stack = await startTestStack(DOCUMENT);
  await stack.log(['ERROR one']);
  await stack.advance(10 * SECOND);
  const mails = await stack.mails();
  expect(mails.map(({ destination }) => destination.to.join())).toEqual([GONE, 'second@example.com']);
  expect(mails[1]?.body.text).toContain('550 5.1.1 user unknown');
  const reason = `${GONE}: bounced (Permanent, General): smtp; 550 5.1.1 user unknown`;
  const [{ id = '' } = {}] = stack.said('notification');
  expect((await loadDelivery(stack.state, id, 'email#0'))?.delivery).toMatchObject({
    status: 'failed',
    reason,
    log: [{ outcome: 'delivered' }, { outcome: 'failed', reason }],
  });
  expect(await stack.deadLetters('deliveries')).toMatchObject([{ reason }]);
  expect(stack.attempts('email')).toEqual(['email delivered', 'email failed', 'email delivered']);
  const { receivers } = await stack.configuration();
  expect(await loadFailing(stack.state, receivers)).toMatchObject([{ receiver: 'ops', address: GONE }]);
  expect(stack.failures).toEqual([]);
});
