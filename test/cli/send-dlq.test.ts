import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE, startTestStack, type TestStack } from '../support/stack.ts';
import { tocsin } from './tocsin.ts';

const DOCUMENT = `
version: 1
rules:
  - { id: errors, match: { regex: 'ERROR (?P<n>.*)' }, groupBy: [n], when: { count: 1, within: 12h } }
receivers:
  - name: ops
    webhook: [{ url: "https://ops.example.com/hook", severities: [critical] }]
    slack: [{ webhook: "https://hooks.slack.com/services/T/B/x" }]
    fallback: spare
  - { name: spare, wecom: [{ webhook: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k" }] }
  - { name: dead, slack: [{ webhook: "https://hooks.slack.com/services/T/B/y" }] }
  - { name: mute }
route: { receiver: dead, groupBy: ['...'], groupWait: 1s, groupInterval: 12h, repeatInterval: 7d }
`;

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack(DOCUMENT);
  // The command line goes by the real time.
  stack.clock.advanceTo(Date.now() + 10 * MINUTE);
  await stack.configuration();
});
afterAll(() => stack.stop());

const run = (...argv: string[]) => tocsin('/', [...argv, '--local', stack.urls.console]);

function idOf(letter: Record<string, unknown> | undefined): string {
  return (letter?.delivery as { notificationId: string } | undefined)?.notificationId ?? '';
}

/** One delivery that failed for good. */
async function fail(name: string) {
  stack.recorder.script('slack', [{ status: 404, body: 'no_service' }]);
  await stack.log([`ERROR ${name}`]);
  await stack.advance(10_000);
}

describe('tocsin send', () => {
  it('sends a test message through every channel, and says what became of each', async () => {
    const { code, json } = await run('send', 'ops', '--json');
    expect(json()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          type: 'delivery',
          receiver: 'ops',
          channel: 'webhook',
          outcome: 'delivered',
        }),
        expect.objectContaining({
          type: 'delivery',
          receiver: 'ops',
          channel: 'slack',
          outcome: 'delivered',
        }),
      ]),
    );
    expect(json()).toHaveLength(2);
    expect(code).toBe(0);
    expect(JSON.stringify(stack.recorder.received().at(-1))).toContain('tocsin test');
  });

  it('says why not, after one attempt, and tells nobody else', async () => {
    stack.recorder.script('slack', [{ status: 503, body: 'down' }]);
    const { code, out } = await run('send', 'ops');
    expect(out).toContain('webhook#0: delivered\n');
    expect(out).toContain('slack#0: failed: Slack answered HTTP 503: down\n');
    expect(code).toBe(1);
    await stack.settle();
    expect(stack.recorder.received().filter(({ provider }) => provider === 'wecom')).toEqual([]);
    expect((await run('dlq', 'list')).code).toBe(0);
    // The endpoint is not held to rest by a test.
    expect((await run('send', 'ops', '--severity', 'critical', '--resolved')).code).toBe(0);
  });

  it.each([
    [['send', 'nobody'], 1, 'there is no receiver nobody in force'],
    [['send', 'mute'], 1, 'receiver mute is a mute'],
    [['send'], 2, 'send needs the name of one RECEIVER'],
    [['send', 'ops', '--severity', 'bad'], 2, 'one of info, warning, error, critical was expected'],
  ])('refuses %j', async (argv, code, words) => {
    const ran = await run(...argv);
    expect(ran.err).toContain(words);
    expect(ran.code).toBe(code);
  });

  it('needs a place that answers', async () => {
    const ran = await tocsin('/', ['send', 'ops', '--local', 'http://127.0.0.1:9']);
    expect(ran.code).toBe(3);
    expect((await tocsin('/', ['dlq', 'list', '--local', stack.urls.dynamodb])).code).toBe(2);
  });
});

describe('tocsin dlq', () => {
  it('lists what failed for good, shows it, and tries it again', async () => {
    const none = await run('dlq', 'list');
    expect([none.code, none.out]).toEqual([0, 'Nothing lies in the dead-letter queues.\n']);
    await fail('one');
    const listed = await run('dlq', 'list', '--json');
    expect(listed.code).toBe(1);
    const [letter] = listed.json();
    expect(listed.json()).toHaveLength(1);
    expect(letter).toMatchObject({
      type: 'dead-letter',
      queue: 'deliveries',
      reason: 'Slack answered HTTP 404: no_service',
      delivery: { receiver: 'dead', delivery: 'slack#0', attempts: 1, status: 'failed' },
    });
    const id = String(letter?.id);
    const people = await run('dlq', 'list');
    expect(people.out).toMatch(
      new RegExp(`^${id.slice(0, 8)}  2026-.* dead slack#0 "errors": Slack answered HTTP 404`),
    );

    const shown = await run('dlq', 'show', id.slice(0, 8), '--json');
    expect(shown.code).toBe(0);
    expect(shown.json()[0]).toMatchObject({ id, body: { type: 'delivery', delivery: 'slack#0' } });

    const redriven = await run('dlq', 'redrive', id.slice(0, 8), '--json');
    expect(redriven.json()).toEqual([
      { type: 'redrive', id, queue: 'deliveries', result: 'redriven', reason: null },
    ]);
    expect(redriven.code).toBe(0);
    await stack.settle();
    expect(stack.attempts('slack').at(-1)).toBe('slack delivered');
    const notification = idOf(letter);
    expect(
      await stack.state.get({ pk: `notification#${notification}`, sk: 'delivery#slack#0' }),
    ).toMatchObject({
      status: 'delivered',
      generation: 1,
      log: [
        { outcome: 'failed', generation: 0 },
        { outcome: 'delivered', generation: 1 },
      ],
    });
    expect((await run('dlq', 'list')).code).toBe(0);
  });

  it('drops what was delivered meanwhile, and keeps what is forgotten', async () => {
    const unknown = {
      version: 1,
      type: 'delivery',
      notificationId: 'gone',
      delivery: 'slack#0',
      notBefore: 0,
    };
    await stack.send('deliveries', [unknown]);
    await stack.settle();
    await fail('two');
    const letters = (await run('dlq', 'list', '--json')).json();
    const known = letters.find(({ reason }) => String(reason).includes('404'));
    const key = idOf(known);
    await stack.state.update(
      { pk: `notification#${key}`, sk: 'delivery#slack#0' },
      { set: { status: 'delivered' } },
    );
    const redriven = await run('dlq', 'redrive', '--all', '--json');
    expect(
      redriven
        .json()
        .map(({ result }) => result)
        .toSorted(),
    ).toEqual(['dropped', 'kept']);
    expect(redriven.code).toBe(1);
    const [left, ...others] = (await run('dlq', 'list', '--json')).json();
    expect(others).toEqual([]);
    expect(left).toMatchObject({ reason: 'the ledger does not know it', delivery: { receiver: null } });
  });

  it.each([
    [['dlq'], 2, 'dlq needs list, show or redrive'],
    [['dlq', 'redrive'], 2, 'dlq redrive needs the ID of a dead letter'],
    [['dlq', 'redrive', 'x', '--all'], 2, 'dlq redrive takes IDs or --all, not both'],
    [['dlq', 'show', 'ffffffff-none'], 1, 'there is no dead letter ffffffff-none'],
  ])('refuses %j', async (argv, code, words) => {
    const ran = await run(...argv);
    expect(ran.err).toContain(words);
    expect(ran.code).toBe(code);
  });
});
