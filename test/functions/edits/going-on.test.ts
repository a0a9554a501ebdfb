/** What becomes of what fires when its rule is edited, switched off and on, or made again. */
import { describe, expect, it } from 'vitest';
import { EditedWorld, type Functions, type Known, MINUTE, SECOND, type Written } from './world.ts';

const BEAT = { match: 'beat', when: { absent: '90s' } };
const BEAT_OF_HOSTS = { match: 'beat', groupBy: ['$.host'], when: { absent: '90s' } };
const OFF = 'the rule was disabled';

/** An evaluator and a matcher that know of every edit at once. */
class Watched {
  readonly world = new EditedWorld();
  known: Known | undefined;
  functions: Functions | undefined;

  async edit(rule: Written): Promise<void> {
    this.known = await this.world.edit(rule);
    this.functions = this.world.functions(this.known);
  }

  async log(...lines: string[]): Promise<void> {
    await this.functions?.log(...lines);
  }

  /** What was absent comes every minute, and stragglers have had their time. */
  async returns(line: string): Promise<void> {
    await this.log(line);
    await this.pass(MINUTE);
    await this.log(line);
    await this.pass(MINUTE);
  }

  /** Lets time pass (ms), with a look at its end, and every minute. */
  async pass(ms: number): Promise<void> {
    const end = this.world.now + ms;
    while (this.world.now < end) {
      this.world.now = Math.min(end, this.world.now + MINUTE);
      await this.functions?.look();
    }
  }
}

describe.each([
  ['a rule', BEAT, 'beat'],
  ['a rule by group', BEAT_OF_HOSTS, '{"beat":1,"host":"a"}'],
])('an absence of %s', (_name, rule, line) => {
  async function firing(): Promise<Watched> {
    const watched = new Watched();
    await watched.edit(rule);
    await watched.log(line);
    await watched.pass(3 * MINUTE);
    expect(watched.world.told).toEqual(['fires']);
    return watched;
  }

  it('is told again where it lasts on after the rule was disabled for a moment', async () => {
    const watched = await firing();
    await watched.edit({ ...rule, enabled: false });
    await watched.pass(SECOND);
    await watched.edit(rule);
    await watched.pass(4 * MINUTE);
    expect(watched.world.told).toEqual(['fires', expect.stringContaining(OFF), 'fires']);
    await watched.returns(line);
    expect(watched.world.told.at(-1)).toMatch(/it held no longer/);
  });

  it('is told again where the rule was edited and reverted', async () => {
    const watched = await firing();
    await watched.edit({ ...rule, when: { absent: '1h' } });
    await watched.pass(SECOND);
    await watched.edit(rule);
    await watched.pass(4 * MINUTE);
    expect(watched.world.told).toEqual(['fires', expect.stringContaining('the rule was edited'), 'fires']);
  });

  it('ends where the edit was reverted, and its watch was lost to a match meanwhile', async () => {
    const watched = await firing();
    await watched.edit({ ...rule, when: { absent: '1h' } });
    await watched.log(line);
    await watched.edit(rule);
    await watched.returns(line);
    await watched.returns(line);
    expect(watched.world.told).toEqual(['fires', expect.stringContaining('the rule was edited')]);
  });

  it('goes on to the next match where only what is told of it was edited', async () => {
    const watched = await firing();
    await watched.edit({ ...rule, severity: 'critical' });
    await watched.pass(4 * MINUTE);
    expect(watched.world.told).toEqual(['fires']);
    await watched.returns(line);
    expect(watched.world.told).toEqual(['fires', expect.stringContaining('it held no longer')]);
  });
});

it('an absence goes on where the edit was reverted before somebody who knows of the edit alone ends it', async () => {
  const watched = new Watched();
  await watched.edit(BEAT_OF_HOSTS);
  await watched.log('{"beat":1,"host":"a"}');
  await watched.pass(3 * MINUTE);
  const { world } = watched;
  const edited = await world.edit({ ...BEAT_OF_HOSTS, when: { absent: '1h' } });
  const functions = world.functions(await world.edit(BEAT_OF_HOSTS));
  let calls = 0;
  const late = world.functions(edited, async () => {
    calls += 1;
    if (calls === 1) await functions.look();
  });
  await late.look();
  expect(calls).toBeGreaterThan(1);
  expect(world.told).toEqual(['fires']);
});

it('an absence is waited for by a rule that was made again, though nothing comes at all', async () => {
  const watched = new Watched();
  await watched.edit(BEAT);
  await watched.pass(3 * MINUTE);
  await watched.edit(null);
  await watched.pass(3 * MINUTE);
  await watched.edit(BEAT);
  await watched.pass(4 * MINUTE);
  expect(watched.world.told).toEqual(['fires', expect.stringContaining('the rule was deleted'), 'fires']);
});

describe('lines in a row', () => {
  const inARow = (consecutive: number) => ({ match: 'ERROR', when: { consecutive } });

  it('go on by the rule as it is, where they are complete before anybody looked at the edit', async () => {
    const watched = new Watched();
    await watched.edit(inARow(3));
    await watched.log('ERROR', 'ERROR', 'ERROR');
    await watched.edit(inARow(2));
    await watched.log('ERROR', 'ERROR');
    await watched.pass(4 * MINUTE);
    expect(watched.world.told).toEqual(['fires']);
    await watched.log('fine');
    await watched.pass(2 * MINUTE);
    expect(watched.world.told).toEqual(['fires', expect.stringContaining('it held no longer')]);
  });

  it('of the rule as it was, in another log stream, hold nothing open', async () => {
    const world = new EditedWorld();
    const late = world.functions(await world.edit(inARow(3)));
    const functions = world.functions(await world.edit(inARow(2)));
    await functions.look();
    await functions.logIn('a', 'ERROR', 'ERROR');
    await late.logIn('b', 'ERROR', 'ERROR', 'ERROR');
    world.now += 3 * MINUTE;
    await functions.look();
    await functions.logIn('a', 'fine');
    world.now += MINUTE;
    await functions.look();
    expect(world.told).toEqual(['fires', expect.stringContaining('it held no longer')]);
  });

  it('end where they are parted between what somebody reads of them and tells', async () => {
    const fates: string[] = [];
    for (let n = 1; ; n++) {
      const world = new EditedWorld();
      const known = await world.edit(inARow(3));
      const functions = world.functions(known);
      await functions.log('ERROR', 'ERROR', 'ERROR');
      world.now += SECOND;
      let calls = 0;
      const slow = world.functions(known, undefined, async () => {
        calls += 1;
        if (calls === n) await functions.log('fine');
      });
      await slow.log('ERROR');
      if (calls < n) break;
      world.now += 3 * MINUTE;
      await functions.look();
      fates.push(world.told.slice(1).join());
    }
    expect(fates.length).toBeGreaterThan(2);
    expect(fates).toEqual(fates.map(() => expect.stringContaining('over after')));
  });
});
