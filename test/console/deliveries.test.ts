import { describe, expect, it } from 'vitest';
import { noteFailing } from '../../shared/deliveries/returned-mail.ts';
import { MINUTE, SECOND } from '../support/stack.ts';
import { openConsole } from './open-console.ts';

const { stack, visitor, now } = openConsole();

describe('what cannot be delivered', () => {
  it('for its address sends mails back is named, with what it said', async () => {
    const at = stack().clock.now();
    const event = {
      notificationId: 'n',
      delivery: 'email#0',
      messageId: 'm',
      addresses: ['lost@example.com'],
      at,
    };
    await noteFailing(stack().state, 'lost', {
      ...event,
      fate: 'lost',
      reason: 'bounced: <b>user unknown</b>',
    });
    expect(await now()).toMatchObject({ failing: ['lost'] });
    const { failing } = await visitor().read<{ failing: unknown[] }>('/api/deliveries');
    expect(failing).toEqual([
      {
        receiver: 'lost',
        address: 'lost@example.com',
        fate: 'lost',
        reason: 'bounced: <b>user unknown</b>',
        since: at,
        at,
      },
    ]);
  });

  it('is shown with its reason, and tried again', async () => {
    const rule = {
      pk: 'rule',
      sk: 'lost',
      id: 'lost',
      match: 'LOST',
      when: { count: 1, within: '5m' },
      receiver: 'lost',
    };
    await stack().config.put(rule);
    await stack().advance(40 * SECOND);
    stack().ses.script([
      { kind: 'error', status: 400, name: 'MessageRejected', message: 'Email address is not verified.' },
    ]);
    await stack().log(['LOST']);
    await stack().advance(MINUTE);
    const { dead } = await visitor().read<{ dead: { id: string; reason: string }[] }>('/api/deliveries');
    expect(dead).toMatchObject([
      { queue: 'deliveries', delivery: { receiver: 'lost' }, reason: expect.any(String) },
    ]);
    const answer = await visitor().post('/api/redrive', { id: dead[0]?.id });
    expect(JSON.parse(answer.body)).toEqual({ result: 'redriven' });
    expect((await visitor().post('/api/redrive', { id: 'none' })).status).toBe(404);
  });
});
