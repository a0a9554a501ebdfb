/** Events that come while the evaluator tells an absence: each is seen, whichever of its calls they come after. */
import { describe, expect, it } from 'vitest';
import { EditedWorld, MINUTE } from './world.ts';

const RULE = { match: 'beat', groupBy: ['$.host'], when: { absent: '90s', until: 'bye' } };

/** What is told where a line comes after each call of the evaluator's first look at an absence. */
async function toldWith(line: string): Promise<string[][]> {
  const fates: string[][] = [];
  for (let at = 1; ; at++) {
    const world = new EditedWorld();
    const known = await world.edit(RULE);
    const functions = world.functions(known);
    await functions.log('{"beat":1,"host":"a"}');
    world.now += 3 * MINUTE;
    let calls = 0;
    const slow = world.functions(known, async () => {
      calls += 1;
      if (calls === at) await functions.log(line);
    });
    await slow.look();
    if (calls < at) return fates;
    for (let minute = 0; minute < 4; minute++) {
      world.now += MINUTE;
      await functions.log('{"beat":1,"host":"b"}');
      await functions.look();
    }
    fates.push(world.told);
  }
}

describe('an absence that is over while it is told', () => {
  it('is over, and watched no more, where the watch ends', async () => {
    const [beforeAll, ...fates] = await toldWith('{"bye":1,"host":"a"}');
    expect(beforeAll).toEqual([]);
    expect(fates.length).toBeGreaterThan(4);
    for (const told of fates) expect(told).toEqual(['fires', expect.stringContaining('over after')]);
  });

  it('is over, and told anew when it comes again, where it returns', async () => {
    const [beforeAll, ...fates] = await toldWith('{"beat":1,"host":"a"}');
    expect(beforeAll).toEqual([expect.stringContaining('over after'), 'fires']);
    expect(fates.length).toBeGreaterThan(4);
    for (const told of fates) expect(told).toEqual(['fires', expect.stringContaining('over after'), 'fires']);
  });
});
