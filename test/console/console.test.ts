import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noteFailing } from '../../shared/deliveries/returned-mail.ts';
import { HOUR, MINUTE, SECOND, startTestStack, type TestStack } from '../support/stack.ts';
import { send, Visitor } from './browser.ts';

const DOCUMENT = `
version: 1
rules:
  - { id: errors, title: Errors, severity: critical, match: ERROR, groupBy: { who: $.who }, when: { count: 2, within: 5m } }
  - { id: plain, match: PLAIN, when: { count: '>= 5', within: 5m } }
  - { id: slow, match: { regex: 'took (?P<ms>\\d+)' }, when: { value: ms, stat: avg, is: '> 800', within: 1m }, for: 10m }
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
  - { name: lost, email: [{ to: [lost@example.com] }] }
route: { receiver: ops, groupWait: 5s }
`;

interface Card {
  id: { rule: string; fingerprint: string; startsAt: number };
  standing: string;
  title: string;
  statusWord: string;
  acknowledgement: { by: string } | null;
  silences: { author: string }[];
}
interface Now {
  counts: Record<string, number>;
  groups: { receiver: string; alerts: Card[] }[];
  pending: { rule: string }[];
  ended: { title: string }[];
}

let stack: TestStack;
let visitor: Visitor;
beforeAll(async () => {
  stack = await startTestStack(DOCUMENT);
  visitor = await Visitor.through(stack.consoleLink());
  await stack.log(['ann', 'ann', 'bob', 'bob'].map((who) => JSON.stringify({ level: 'ERROR', who })));
  await stack.advance(10 * SECOND);
});
afterAll(async () => stack.stop());

const now = (query = '') => visitor.read<Now>(`/api/now${query}`);
const cards = async () => (await now()).groups.flatMap(({ alerts }) => alerts);
const first = async (): Promise<Card> => {
  const [card] = await cards();
  if (card === undefined) throw new Error('Nothing fires.');
  return card;
};
const asked = ({ id }: Card) => new URLSearchParams({ ...id, startsAt: String(id.startsAt) });

describe('what fires', () => {
  it('is grouped as it is told, in the language of the reader', async () => {
    const { groups, counts } = await now();
    expect(groups).toMatchObject([
      { receiver: 'ops', alerts: [{ standing: 'firing' }, { standing: 'firing' }] },
    ]);
    expect(counts).toEqual({ firing: 2, acknowledged: 0, silenced: 0, muted: 0 });
    const chinese = await now('?lang=zh-CN&zone=Asia/Shanghai');
    expect(chinese.groups[0]?.alerts[0]?.statusWord).toBe('告警中');
    expect((await now('?zone=No/Where')).groups).toHaveLength(1);
  });

  it('tells its whole way, from the first match to what became of each delivery', async () => {
    const { alert } = await visitor.read<{ alert: { timeline: object[]; lines: object[] } }>(
      `/api/alert?${asked(await first())}`,
    );
    expect(alert.lines).not.toEqual([]);
    expect(alert.timeline).toMatchObject([
      { kind: 'counted' },
      { text: 'Condition met' },
      { text: 'Routed to ops' },
      { text: 'ops · told firing: first notification of the group' },
      { kind: 'delivered', receiver: 'ops', delivery: 'email#0' },
      { text: 'Next look at what to tell ops' },
    ]);
    expect((await send(visitor.origin, '/api/alert?rule=x&fingerprint=y&startsAt=1')).status).toBe(404);
  });

  it('is acknowledged, under the name that was given or that of the terminal', async () => {
    const { id } = await first();
    const taken = await visitor.post('/api/acknowledge', { alert: id, by: 'Wei', forMs: HOUR });
    expect(JSON.parse(taken.body)).toEqual({ outcome: 'acknowledged', before: null });
    expect(await first()).toMatchObject({ standing: 'acknowledged', acknowledgement: { by: 'Wei' } });
    const second = await visitor.post('/api/acknowledge', { alert: id, forMs: null });
    expect(JSON.parse(second.body)).toEqual({ outcome: 'acknowledged', before: 'Wei' });
    expect(await first()).toMatchObject({ acknowledgement: { by: 'console' } });
    const other = { ...id, startsAt: 1 };
    expect((await visitor.post('/api/acknowledge', { alert: other, forMs: null })).status).toBe(404);
    expect((await visitor.post('/api/acknowledge', { alert: id, forMs: 1 })).status).toBe(400);
  });

  it('is silenced by its own labels, until the silence is ended', async () => {
    const { id } = await first();
    const answer = await visitor.post('/api/silence', { alert: id, by: 'Wei', comment: 'work', forMs: HOUR });
    const silence = JSON.parse(answer.body);
    expect((await now()).counts).toMatchObject({ silenced: 1, firing: 1 });
    const { silences } = await visitor.read<{ silences: object[] }>('/api/silences');
    expect(silences).toMatchObject([{ id: silence.id, state: 'active', author: 'Wei', matching: 1 }]);
    expect((await visitor.post('/api/expire', { id: silence.id })).status).toBe(200);
    expect((await now()).counts).toMatchObject({ silenced: 0 });
    expect((await visitor.post('/api/expire', { id: 'none' })).status).toBe(404);
  });

  it('is counted before a silence is asked for', async () => {
    const matching = async (matchers: string[]) =>
      JSON.parse((await visitor.post('/api/matching', { matchers })).body);
    expect(await matching(['rule="errors"'])).toEqual({ matching: 2, problem: null });
    expect(await matching(['rule="errors"', 'who=~"a.*"'])).toMatchObject({ matching: 1 });
    expect(await matching(['rule="nothing"'])).toEqual({ matching: 0, problem: null });
    for (const matchers of [[], ['rule=~".*"'], ['no matcher'], ['rule=~"("']])
      expect(await matching(matchers)).toEqual({ matching: 0, problem: expect.any(String) });
  });

  it('refuses silences that would be of everything, or are none', async () => {
    for (const matchers of [[], ['rule=~".*"'], ['no matcher'], ['rule=~"("']]) {
      expect((await visitor.post('/api/silence', { matchers, forMs: HOUR })).status).toBe(400);
    }
  });
});

describe('what holds, but not for long enough', () => {
  it('is shown as pending', async () => {
    await stack.log(['took 900', 'took 1000']);
    await stack.advance(3 * MINUTE);
    await stack.log(['took 900', 'took 1000']);
    await stack.advance(70 * SECOND);
    expect((await now()).pending.map(({ rule }) => rule)).toEqual(['slow']);
  });
});

describe('a watcher', () => {
  it('hears at once that something changed', async () => {
    const { hostname, port } = new URL(visitor.origin);
    const heard = await new Promise<string>((resolve, reject) => {
      const stream = request({ hostname, port, path: '/api/events' }, async (response) => {
        let text = '';
        for await (const chunk of response) {
          text += chunk;
          if (text.includes('event: changed')) break;
        }
        stream.destroy();
        resolve(text);
      });
      stream.on('error', reject).end();
    });
    expect(heard).toContain('data: ["now","rules","silences"]');
  });
});

describe('rules', () => {
  it('come with what they count and when they fired', async () => {
    const { rules } = await visitor.read<{ rules: { id: string }[] }>('/api/rulebook');
    expect(rules.find(({ id }) => id === 'errors')).toMatchObject({
      state: 'ok',
      enabled: true,
      firing: 2,
      lastFired: expect.any(Number),
      spark: { threshold: 2, points: expect.any(Array) },
    });
  });

  it('say what another threshold would have done, per group, before it is saved', async () => {
    const preview = (is: string) =>
      visitor.read<{ episodes: object; groups: number }>(
        `/api/preview?${new URLSearchParams({ id: 'errors', clause: '0', is, hours: '1' })}`,
      );
    expect(await preview('>= 2')).toMatchObject({ episodes: { was: 2, would: 2 }, groups: 2 });
    expect(await preview('>= 3')).toMatchObject({ episodes: { was: 2, would: 0 } });
    expect((await send(visitor.origin, '/api/preview?id=errors&clause=0&is=many')).status).toBe(400);
    expect((await send(visitor.origin, '/api/preview?id=errors&clause=7&is=3')).status).toBe(404);
    expect((await send(visitor.origin, '/api/rule?id=nothing')).status).toBe(404);
  });

  it('count what would have fired, by hand the same', async () => {
    const preview = async (is: string) => {
      const query = new URLSearchParams({ id: 'plain', clause: '0', is, hours: '1' });
      const answer = await visitor.read<{ episodes: object }>(`/api/preview?${query}`);
      return answer.episodes;
    };
    for (const matches of [5, 3, 6]) {
      await stack.log(Array.from({ length: matches }, () => 'PLAIN'));
      await stack.advance(10 * MINUTE);
    }
    expect(await preview('>= 3')).toEqual({ was: 2, would: 3 });
    expect(await preview('>= 5')).toEqual({ was: 2, would: 2 });
    expect(await preview('>= 6')).toEqual({ was: 2, would: 1 });
    expect(await preview('>= 7')).toEqual({ was: 2, would: 0 });
    const { rules } = await visitor.read<{ rules: { id: string; spark: object }[] }>('/api/rulebook');
    expect(rules.find(({ id }) => id === 'plain')?.spark).toMatchObject({ latest: '0', peak: '6' });
    // Groups of which nothing fires are counted too.
    expect(rules.find(({ id }) => id === 'errors')?.spark).toMatchObject({ peak: '2', thresholdText: '≥ 2' });
  });

  it('are not saved over what somebody else changed meanwhile', async () => {
    const { rule } = await visitor.read<{ rule: { seen: string } }>('/api/rule?id=slow');
    const save = (is: string) =>
      visitor.post('/api/threshold', { id: 'slow', clause: 0, is, seen: rule.seen });
    expect((await save('> 900')).status).toBe(200);
    expect((await save('> 700')).status).toBe(409);
    const item = await stack.config.get({ pk: 'rule', sk: 'slow' });
    expect(item).toMatchObject({ when: { is: '> 900' } });
  });

  it('take another threshold as an edit by hand, checked, and told in the history', async () => {
    expect((await visitor.post('/api/threshold', { id: 'plain', clause: 0, is: '>= 9' })).status).toBe(200);
    const item = await stack.config.get({ pk: 'rule', sk: 'plain' });
    expect(item?.when).toEqual({ count: '>= 9', within: '5m' });
    const { rule } = await visitor.read<{ rule: object }>('/api/rule?id=plain');
    expect(rule).toMatchObject({ isEdited: true, clauses: [{ threshold: '>= 9' }] });
    const history = await stack.state.query({ pk: 'applied' });
    expect(history).toContainEqual(
      expect.objectContaining({ what: 'console: plain fires at >= 9', done: true }),
    );
    for (const is of ['many', '> 5%', ''])
      expect((await visitor.post('/api/threshold', { id: 'plain', clause: 0, is })).status).toBe(400);
    expect((await visitor.post('/api/threshold', { id: 'plain', clause: 3, is: '9' })).status).toBe(409);
    expect((await stack.config.get({ pk: 'rule', sk: 'plain' }))?.when).toEqual({
      count: '>= 9',
      within: '5m',
    });
  });

  it('are put out of force and into it again', async () => {
    expect((await visitor.post('/api/enable', { id: 'plain', enabled: false })).status).toBe(200);
    expect((await stack.config.get({ pk: 'rule', sk: 'plain' }))?.enabled).toBe(false);
    await stack.advance(30 * SECOND);
    await stack.log(['nothing of interest']);
    expect((await stack.configuration()).rules.find(({ id }) => id === 'plain')?.enabled).toBe(false);
    expect((await visitor.post('/api/enable', { id: 'plain', enabled: true })).status).toBe(200);
    expect((await stack.config.get({ pk: 'rule', sk: 'plain' }))?.enabled).toBeUndefined();
    expect((await visitor.post('/api/enable', { id: 'none', enabled: true })).status).toBe(404);
  });
});

describe('a pattern on lines', () => {
  const attempt = async (source: string, kind = 'pattern', text = 'GET /a 200\nGET /b 503') =>
    JSON.parse((await visitor.post('/api/try', { text, source, kind })).body);

  it('finds lines and their fields', async () => {
    expect(await attempt('[method, path, status = 5*]')).toMatchObject({
      problem: null,
      matched: 1,
      lines: [
        { matched: false },
        { matched: true, fields: expect.arrayContaining([{ name: 'status', text: '503' }]) },
      ],
    });
    expect(await attempt('{ $.a = 1 }', 'pattern', '{"a":1,"b":["x"]}')).toMatchObject({
      lines: [
        {
          fields: [
            { name: '$.a', text: '1' },
            { name: '$.b[0]', text: 'x' },
          ],
        },
      ],
    });
  });

  it('takes selectors and the fields of a rule as YAML', async () => {
    expect(await attempt('any: [{ keyword: "/a" }, { regex: "5\\\\d\\\\d" }]', 'yaml')).toMatchObject({
      matched: 2,
    });
    const rule = 'fields: "[method, path, status]"\nmatch: "{ $.status >= 500 }"';
    expect(await attempt(rule, 'yaml')).toMatchObject({ matched: 1, problem: null });
  });

  it('says what is wrong with it', async () => {
    expect((await attempt('[method, path')).problem).toEqual(expect.any(String));
    expect((await attempt('regex: "("', 'yaml')).problem).toContain('regex');
    expect((await attempt('{ : : }', 'yaml')).problem).toEqual(expect.any(String));
  });

  it('is not kept long by a line that is made for it', async () => {
    const answer = await attempt('regex: "(a+)+$"', 'yaml', `${'a'.repeat(100_000)}!`);
    expect(answer).toMatchObject({ problem: null, matched: 0 });
  });
});

describe('the live stream', () => {
  it('brings to who may act the lines since the last look', async () => {
    const ask = async (since: number) => JSON.parse((await visitor.post('/api/lines', { since })).body);
    const { count } = await ask(0);
    await stack.log(['one more line']);
    expect(await ask(count)).toEqual({ lines: ['one more line'], count: count + 1 });
    expect((await visitor.post('/api/lines', { since: -1 })).status).toBe(400);
  });
});

describe('what cannot be delivered', () => {
  it('for its address sends mails back is named, with what it said', async () => {
    const at = stack.clock.now();
    const event = {
      notificationId: 'n',
      delivery: 'email#0',
      messageId: 'm',
      addresses: ['lost@example.com'],
      at,
    };
    await noteFailing(stack.state, 'lost', {
      ...event,
      fate: 'lost',
      reason: 'bounced: <b>user unknown</b>',
    });
    expect(await now()).toMatchObject({ failing: ['lost'] });
    const { failing } = await visitor.read<{ failing: unknown[] }>('/api/deliveries');
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
    await stack.config.put(rule);
    await stack.advance(40 * SECOND);
    stack.ses.script([
      { kind: 'error', status: 400, name: 'MessageRejected', message: 'Email address is not verified.' },
    ]);
    await stack.log(['LOST']);
    await stack.advance(MINUTE);
    const { dead } = await visitor.read<{ dead: { id: string; reason: string }[] }>('/api/deliveries');
    expect(dead).toMatchObject([
      { queue: 'deliveries', delivery: { receiver: 'lost' }, reason: expect.any(String) },
    ]);
    const answer = await visitor.post('/api/redrive', { id: dead[0]?.id });
    expect(JSON.parse(answer.body)).toEqual({ result: 'redriven' });
    expect((await visitor.post('/api/redrive', { id: 'none' })).status).toBe(404);
  });
});

describe('the system', () => {
  it('says what went through and what went wrong', async () => {
    const system = await visitor.read<{ flow: object; logGroups: object[] }>('/api/system');
    expect(system).toMatchObject({
      logGroups: [{ name: '/app/api', lastEvent: expect.any(Number) }],
      flow: { points: expect.arrayContaining([expect.objectContaining({ lagMs: expect.any(Number) })]) },
      totals: { events: expect.any(Number) },
      month: { usage: { events: expect.any(Number) }, bill: { soFar: expect.any(Number) }, isOnAws: false },
      configuration: { broken: 0 },
    });
  });

  it('counts what is read, at once and for the month, within five minutes', async () => {
    interface System {
      totals: { events: number; matched: number };
      month: { usage: { events: number; matched: number; batches: number; alerts: number } };
      flow: { points: { events: number; lagMs: number }[] };
    }
    const before = await visitor.read<System>('/api/system');
    await stack.log(['PLAIN', 'PLAIN', 'nothing of interest']);
    const after = await visitor.read<System>('/api/system');
    expect(after.totals).toMatchObject({
      events: before.totals.events + 3,
      matched: before.totals.matched + 2,
    });
    expect(after.flow.points.at(-1)).toMatchObject({ events: 3, lagMs: 0 });
    await stack.advance(6 * MINUTE);
    await stack.log(['one more']);
    const { totals, month } = await visitor.read<System>('/api/system');
    expect(month.usage).toMatchObject({ events: totals.events, matched: totals.matched });
  });

  it('says once what goes wrong again and again', async () => {
    const broken = { pk: 'receiver', sk: 'broken', name: 'broken', email: 'nobody' };
    await stack.config.put(broken);
    await stack.advance(40 * SECOND);
    for (let round = 0; round < 3; round += 1) {
      await stack.log(['nothing of interest']);
      await stack.advance(40 * SECOND);
    }
    const { mishaps } = await visitor.read<{ mishaps: { text: string; times: number }[] }>('/api/system');
    expect(mishaps.filter(({ text }) => text.includes('receiver broken'))).toHaveLength(1);
  });

  it('shows what has resolved lately', async () => {
    expect((await now()).ended.map(({ title }) => title)).toContain('Errors');
  });
});
