import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../support/stack.ts';
import { send } from './browser.ts';
import { openConsole } from './open-console.ts';

const { stack, visitor } = openConsole();

describe('rules', () => {
  it('come with what they count and when they fired', async () => {
    const { rules } = await visitor().read<{ rules: { id: string }[] }>('/api/rulebook');
    expect(rules.find(({ id }) => id === 'errors')).toMatchObject({
      state: 'ok',
      enabled: true,
      firing: 2,
      lastFired: expect.any(Number),
      spark: { limits: [{ threshold: 2, text: '≥ 2' }], points: expect.any(Array) },
    });
  });

  it('come with every threshold that their counts are compared with', async () => {
    await stack().log(['LEVELS']);
    const { rules } = await visitor().read<{ rules: { id: string; spark: object }[] }>('/api/rulebook');
    expect(rules.find(({ id }) => id === 'levels')?.spark).toMatchObject({
      limits: [
        { threshold: 9, text: '≥ 9' },
        { threshold: 2, text: '≥ 2' },
      ],
    });
  });

  it('say what another threshold would have done, per group, before it is saved', async () => {
    const preview = (is: string) =>
      visitor().read<{ episodes: object; groups: number }>(
        `/api/preview?${new URLSearchParams({ id: 'errors', clause: '0', is, hours: '1' })}`,
      );
    expect(await preview('>= 2')).toMatchObject({ episodes: { was: 2, would: 2 }, groups: 2 });
    expect(await preview('>= 3')).toMatchObject({ episodes: { was: 2, would: 0 } });
    expect((await send(visitor().origin, '/api/preview?id=errors&clause=0&is=many')).status).toBe(400);
    expect((await send(visitor().origin, '/api/preview?id=errors&clause=7&is=3')).status).toBe(404);
    expect((await send(visitor().origin, '/api/rule?id=nothing')).status).toBe(404);
  });

  it('count what would have fired, by hand the same', async () => {
    const preview = async (is: string) => {
      const query = new URLSearchParams({ id: 'plain', clause: '0', is, hours: '1' });
      const answer = await visitor().read<{ episodes: object }>(`/api/preview?${query}`);
      return answer.episodes;
    };
    for (const matches of [5, 3, 6]) {
      await stack().log(Array.from({ length: matches }, () => 'PLAIN'));
      await stack().advance(10 * MINUTE);
    }
    expect(await preview('>= 3')).toEqual({ was: 2, would: 3 });
    expect(await preview('>= 5')).toEqual({ was: 2, would: 2 });
    expect(await preview('>= 6')).toEqual({ was: 2, would: 1 });
    expect(await preview('>= 7')).toEqual({ was: 2, would: 0 });
    const { rules } = await visitor().read<{ rules: { id: string; spark: object }[] }>('/api/rulebook');
    expect(rules.find(({ id }) => id === 'plain')?.spark).toMatchObject({ latest: '0', peak: '6' });
    // Groups of which nothing fires are counted too.
    expect(rules.find(({ id }) => id === 'errors')?.spark).toMatchObject({
      peak: '2',
      limits: [{ text: '≥ 2' }],
    });
  });

  it('are not saved over what somebody else changed meanwhile', async () => {
    const { rule } = await visitor().read<{ rule: { seen: string } }>('/api/rule?id=slow');
    const save = (is: string) =>
      visitor().post('/api/threshold', { id: 'slow', clause: 0, is, seen: rule.seen });
    expect((await save('> 900')).status).toBe(200);
    expect((await save('> 700')).status).toBe(409);
    const item = await stack().config.get({ pk: 'rule', sk: 'slow' });
    expect(item).toMatchObject({ when: { is: '> 900' } });
  });

  it('take another threshold as an edit by hand, checked, and told in the history', async () => {
    expect((await visitor().post('/api/threshold', { id: 'plain', clause: 0, is: '>= 9' })).status).toBe(200);
    const item = await stack().config.get({ pk: 'rule', sk: 'plain' });
    expect(item?.when).toEqual({ count: '>= 9', within: '5m' });
    const { rule } = await visitor().read<{ rule: object }>('/api/rule?id=plain');
    expect(rule).toMatchObject({ isEdited: true, clauses: [{ threshold: '>= 9' }] });
    const history = await stack().state.query({ pk: 'applied' });
    expect(history).toContainEqual(
      expect.objectContaining({ what: 'console: plain fires at >= 9', done: true }),
    );
    for (const is of ['many', '> 5%', ''])
      expect((await visitor().post('/api/threshold', { id: 'plain', clause: 0, is })).status).toBe(400);
    expect((await visitor().post('/api/threshold', { id: 'plain', clause: 3, is: '9' })).status).toBe(409);
    expect((await stack().config.get({ pk: 'rule', sk: 'plain' }))?.when).toEqual({
      count: '>= 9',
      within: '5m',
    });
  });

  it('are put out of force and into it again', async () => {
    expect((await visitor().post('/api/enable', { id: 'plain', enabled: false })).status).toBe(200);
    expect((await stack().config.get({ pk: 'rule', sk: 'plain' }))?.enabled).toBe(false);
    await stack().advance(30 * SECOND);
    await stack().log(['nothing of interest']);
    expect((await stack().configuration()).rules.find(({ id }) => id === 'plain')?.enabled).toBe(false);
    expect((await visitor().post('/api/enable', { id: 'plain', enabled: true })).status).toBe(200);
    expect((await stack().config.get({ pk: 'rule', sk: 'plain' }))?.enabled).toBeUndefined();
    expect((await visitor().post('/api/enable', { id: 'none', enabled: true })).status).toBe(404);
  });
});
