/** Events that come while the evaluator looks at windows: they are judged, whichever of its calls they come after. */
import { expect, it } from 'vitest';
import { EditedWorld, MINUTE, SECOND } from './world.ts';

it.each([
  ['of now', 0],
  ['of the window that is looked at', 3 * MINUTE],
])('events %s that come during a look are judged', async (_, lateMs) => {
  for (let at = 1; ; at++) {
    const world = new EditedWorld();
    const known = await world.edit({ match: 'ERROR', when: { ratio: '> 50%', within: '1m', atLeast: 2 } });
    const functions = world.functions(known);
    await functions.log('fine');
    const looksAt = world.now + 3 * MINUTE + 30 * SECOND;
    world.now = looksAt;
    let calls = 0;
    const inBetween = async () => {
      calls += 1;
      if (calls !== at) return;
      world.now = looksAt - lateMs;
      await functions.log('ERROR', 'ERROR', 'ERROR');
      world.now = looksAt;
    };
    await world.functions(known, inBetween, inBetween).look();
    if (calls < at) {
      expect(at).toBeGreaterThan(3);
      return;
    }
    for (let minute = 0; minute < 4; minute++) {
      world.now += MINUTE;
      await functions.look();
    }
    expect(
      world.told.filter((told) => told !== 'fires'),
      `after call ${at}`,
    ).toHaveLength(1);
  }
});
