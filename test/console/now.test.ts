import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../support/stack.ts';
import { send } from './browser.ts';
import { type Card, openConsole } from './open-console.ts';

const { stack, visitor, now } = openConsole();
const first = async (): Promise<Card> => {
  const [card] = (await now()).groups.flatMap(({ alerts }) => alerts);
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
    const { alert } = await visitor().read<{ alert: { timeline: object[]; lines: object[] } }>(
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
    expect((await send(visitor().origin, '/api/alert?rule=x&fingerprint=y&startsAt=1')).status).toBe(404);
  });

  it('is acknowledged, under the name that was given or that of the terminal', async () => {
    const { id } = await first();
    const taken = await visitor().post('/api/acknowledge', { alert: id, by: 'Wei', forMs: HOUR });
    expect(JSON.parse(taken.body)).toEqual({ outcome: 'acknowledged', before: null });
    expect(await first()).toMatchObject({ standing: 'acknowledged', acknowledgement: { by: 'Wei' } });
    const second = await visitor().post('/api/acknowledge', { alert: id, forMs: null });
    expect(JSON.parse(second.body)).toEqual({ outcome: 'acknowledged', before: 'Wei' });
    expect(await first()).toMatchObject({ acknowledgement: { by: 'console' } });
    const other = { ...id, startsAt: 1 };
    expect((await visitor().post('/api/acknowledge', { alert: other, forMs: null })).status).toBe(404);
    expect((await visitor().post('/api/acknowledge', { alert: id, forMs: 1 })).status).toBe(400);
  });

  it('is silenced by its own labels, until the silence is ended', async () => {
    const { id } = await first();
    const answer = await visitor().post('/api/silence', {
      alert: id,
      by: 'Wei',
      comment: 'work',
      forMs: HOUR,
    });
    const silence = JSON.parse(answer.body);
    expect((await now()).counts).toMatchObject({ silenced: 1, firing: 1 });
    const { silences } = await visitor().read<{ silences: object[] }>('/api/silences');
    expect(silences).toMatchObject([{ id: silence.id, state: 'active', author: 'Wei', matching: 1 }]);
    expect((await visitor().post('/api/expire', { id: silence.id })).status).toBe(200);
    expect((await now()).counts).toMatchObject({ silenced: 0 });
    expect((await visitor().post('/api/expire', { id: 'none' })).status).toBe(404);
  });

  it('is counted before a silence is asked for', async () => {
    const matching = async (matchers: string[]) =>
      JSON.parse((await visitor().post('/api/matching', { matchers })).body);
    expect(await matching(['rule="errors"'])).toEqual({ matching: 2, problem: null });
    expect(await matching(['rule="errors"', 'who=~"a.*"'])).toMatchObject({ matching: 1 });
    expect(await matching(['rule="nothing"'])).toEqual({ matching: 0, problem: null });
    for (const matchers of [[], ['rule=~".*"'], ['no matcher'], ['rule=~"("']])
      expect(await matching(matchers)).toEqual({ matching: 0, problem: expect.any(String) });
  });

  it('refuses silences that would be of everything, or are none', async () => {
    for (const matchers of [[], ['rule=~".*"'], ['no matcher'], ['rule=~"("']]) {
      expect((await visitor().post('/api/silence', { matchers, forMs: HOUR })).status).toBe(400);
    }
  });
});

describe('what holds, but not for long enough', () => {
  it('is shown as pending', async () => {
    await stack().log(['took 900', 'took 1000']);
    await stack().advance(3 * MINUTE);
    await stack().log(['took 900', 'took 1000']);
    await stack().advance(70 * SECOND);
    expect((await now()).pending.map(({ rule }) => rule)).toEqual(['slow']);
  });
});

describe('a watcher', () => {
  it('hears at once that something changed', async () => {
    const { hostname, port } = new URL(visitor().origin);
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

describe('what has ended', () => {
  it('is shown for a while', async () => {
    await stack().advance(15 * MINUTE);
    expect((await now()).ended.map(({ title }) => title)).toContain('Errors');
  });
});
