import { describe, expect, it } from 'vitest';
import { parseMatcher } from '../../../shared/config/matchers.ts';
import type { LabelMatcher } from '../../../shared/config/model.ts';
import { addSilence, expireSilence } from '../../../shared/routing/silences.ts';
import { BEGIN, DispatcherAlone } from '../../support/dispatcher.ts';
import { configurationOf } from '../../support/document.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const RECEIVERS = `
version: 1
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
  - { name: night, email: [{ to: [night@example.com] }] }
`;
const ROUTE = 'route: { receiver: ops, groupWait: 10s, groupInterval: 1m, repeatInterval: 1h }';
const DB1 = { rule: 'errors', host: 'db1' };
const DB2 = { rule: 'errors', host: 'db2' };

const silence = async (dispatcher: DispatcherAlone, matcher: string, ms: number, id = 's1') =>
  await addSilence(dispatcher.state, {
    id,
    matchers: [parseMatcher(matcher) as LabelMatcher],
    startsAt: dispatcher.now,
    endsAt: dispatcher.now + ms,
    recurs: null,
    author: 'Wei',
    comment: 'maintenance',
    createdAt: dispatcher.now,
  });

describe('a silence', () => {
  it('keeps quiet what fires, and sums up at its end what happened and what still fires', async () => {
    const dispatcher = new DispatcherAlone(RECEIVERS + ROUTE);
    await silence(dispatcher, 'rule="errors"', 5 * MINUTE);
    await dispatcher.fire(DB1);
    await dispatcher.fire(DB2);
    await dispatcher.advance(MINUTE);
    await dispatcher.resolve(DB2);
    await dispatcher.advance(3 * MINUTE);
    expect(dispatcher.lines()).toEqual([]);
    expect(dispatcher.happenings).toContainEqual(
      expect.objectContaining({
        type: 'flush',
        result: 'withheld',
        reason: 'everything there is to tell is kept quiet: silenced by s1 (Wei: maintenance)',
      }),
    );
    await dispatcher.advance(2 * MINUTE);
    expect(dispatcher.lines()).toEqual(['310 ops firing db1/db2']);
    expect(dispatcher.reasons()).toEqual([
      'silence s1 (Wei: maintenance) ended: 2 alerts began meanwhile, 1 alert still firing',
    ]);
    expect(dispatcher.told[0]?.notification.alerts.map(({ alreadyOver }) => alreadyOver)).toEqual([
      false,
      true,
    ]);
    await dispatcher.advance(30 * MINUTE);
    expect(dispatcher.told).toHaveLength(1);
  });

  it('lets the end through to whoever was told of the beginning', async () => {
    const dispatcher = new DispatcherAlone(RECEIVERS + ROUTE);
    await dispatcher.fire(DB1);
    await dispatcher.fire(DB2);
    await dispatcher.advance(MINUTE);
    await silence(dispatcher, 'host=~"db.*"', HOUR);
    await dispatcher.resolve(DB1);
    await dispatcher.advance(30 * MINUTE);
    expect(dispatcher.lines()).toEqual(['10 ops firing db1,db2', '70 ops resolved /db1']);
    await dispatcher.resolve(DB2);
    await dispatcher.advance(2 * HOUR);
    expect(dispatcher.lines().slice(2)).toEqual(['1870 ops resolved /db2']);
  });

  it('of one alert leaves the others of its group alone, and keeps it from repeats', async () => {
    const dispatcher = new DispatcherAlone(RECEIVERS + ROUTE);
    await dispatcher.fire(DB1);
    await dispatcher.fire(DB2);
    await dispatcher.advance(MINUTE);
    await silence(dispatcher, 'host="db1"', 3 * HOUR);
    await dispatcher.advance(2 * HOUR);
    expect(dispatcher.lines()).toEqual([
      '10 ops firing db1,db2',
      '3610 ops firing db2',
      '7210 ops firing db2',
    ]);
  });

  it('that is expired ends at once', async () => {
    const dispatcher = new DispatcherAlone(RECEIVERS + ROUTE);
    await silence(dispatcher, 'rule="errors"', 5 * HOUR);
    await dispatcher.fire(DB1);
    await dispatcher.advance(2 * MINUTE);
    await expireSilence(dispatcher.state, 's1', dispatcher.now);
    await dispatcher.advance(MINUTE);
    expect(dispatcher.lines()).toEqual(['130 ops firing db1']);
  });

  it('says nothing at its end where everything that happened was told', async () => {
    const dispatcher = new DispatcherAlone(RECEIVERS + ROUTE);
    await silence(dispatcher, 'host="db2"', 5 * MINUTE);
    await dispatcher.fire(DB1);
    await dispatcher.advance(10 * MINUTE);
    expect(dispatcher.lines()).toEqual(['10 ops firing db1']);
  });
});

describe('a long silence', () => {
  it('announces its end once to whoever waits behind it, and still sums up', async () => {
    const dispatcher = new DispatcherAlone(RECEIVERS + ROUTE);
    await dispatcher.fire(DB1);
    await dispatcher.advance(MINUTE);
    await silence(dispatcher, 'rule="errors"', 2 * HOUR);
    await dispatcher.fire(DB2);
    await dispatcher.advance(2 * HOUR + 2 * MINUTE);
    expect(dispatcher.lines()).toEqual([
      '10 ops firing db1',
      '6370 ops firing db1,db2',
      '7270 ops firing db1,db2',
    ]);
    expect(dispatcher.reasons().slice(1)).toEqual([
      'silence s1 (Wei: maintenance) ends at 2026-11-21T04:01:00.000Z: 2 alerts still firing behind it',
      'silence s1 (Wei: maintenance) ended: 0 alerts began meanwhile, 2 alerts still firing',
    ]);
  });
});

describe('a long silence of a group that looks rarely', () => {
  it('is announced at its last turn before the end', async () => {
    const dispatcher = new DispatcherAlone(
      RECEIVERS + ROUTE.replace('groupInterval: 1m', 'groupInterval: 1h'),
    );
    await dispatcher.fire(DB1);
    await dispatcher.advance(MINUTE);
    await silence(dispatcher, 'rule="errors"', 5 * HOUR + 30 * MINUTE);
    await dispatcher.advance(6.5 * HOUR);
    expect(dispatcher.lines().slice(1)).toEqual(['18010 ops firing db1', '21610 ops firing db1']);
    expect(dispatcher.reasons()[1]).toMatch(/^silence s1 .* ends at /);
  });
});

describe('what is over behind a silence', () => {
  it('is summed up to a bound, and what is beyond it leaves a word why', async () => {
    const dispatcher = new DispatcherAlone(RECEIVERS + ROUTE);
    await silence(dispatcher, 'rule="errors"', 20 * MINUTE);
    for (let alert = 0; alert < 210; alert++) {
      const labels = { rule: 'errors', host: `h${alert}` };
      await dispatcher.fire(labels);
      await dispatcher.resolve(labels);
    }
    await dispatcher.advance(30 * MINUTE);
    const told = dispatcher.told.flatMap(({ notification }) => notification.alerts);
    expect(told).toHaveLength(200);
    const why = (await dispatcher.state.scan()).filter(({ log }) =>
      JSON.stringify(log ?? '').includes('more than 200'),
    );
    expect(why).toHaveLength(10);
  });
});

describe('time intervals of a route', () => {
  const DOCUMENT = `${RECEIVERS}
timeIntervals:
  - { name: early, timeIntervals: [{ times: [{ startTime: "10:00", endTime: "10:30" }], location: Asia/Shanghai }] }
route:
  receiver: ops
  groupWait: 10s
  groupInterval: 1m
  routes:
    - { matchers: [host="db1"], muteTimeIntervals: [early] }
    - { matchers: [host="db2"], receiver: night, activeTimeIntervals: [early] }
`;

  it('mute it, or keep it to them; at the end one message sums up', async () => {
    expect(new Date(BEGIN).toISOString()).toContain('T02:00:00');
    const dispatcher = new DispatcherAlone(DOCUMENT);
    await dispatcher.fire(DB1);
    await dispatcher.fire(DB2);
    await dispatcher.advance(29 * MINUTE);
    expect(dispatcher.lines()).toEqual(['10 night firing db2']);
    await dispatcher.advance(2 * MINUTE);
    expect(dispatcher.lines().slice(1)).toEqual(['1810 ops firing db1']);
    expect(dispatcher.reasons()[1]).toBe(
      'mute by early ended: 1 alert began meanwhile, 1 alert still firing',
    );
    await dispatcher.resolve(DB2);
    await dispatcher.advance(2 * MINUTE);
    expect(dispatcher.lines().slice(2)).toEqual(['1870 night resolved /db2']);
  });

  it('follow an edit of the route, also in groups that stand', async () => {
    const dispatcher = new DispatcherAlone(DOCUMENT);
    await dispatcher.fire(DB1);
    await dispatcher.advance(MINUTE);
    dispatcher.configuration = configurationOf(
      DOCUMENT.replace('muteTimeIntervals: [early]', 'groupWait: 11s'),
    );
    await dispatcher.advance(2 * MINUTE);
    expect(dispatcher.lines()).toEqual(['70 ops firing db1']);
  });
});

describe('inhibition', () => {
  const DOCUMENT = `${RECEIVERS}${ROUTE.replace('}', ', routes: [{ matchers: [rule="errors"], receiver: night }] }')}
inhibitRules:
  - { name: down, sourceMatchers: [rule="down"], targetMatchers: [rule=~"errors|slow"], equal: [site] }
`;
  const DOWN = { rule: 'down', host: 'all', site: 'fra' };

  it('holds across groups and routes, for the same values only, a missing label being an empty one', async () => {
    const dispatcher = new DispatcherAlone(DOCUMENT);
    await dispatcher.fire(DOWN);
    await dispatcher.fire({ ...DB1, site: 'fra' });
    await dispatcher.fire(DB2);
    await dispatcher.advance(20 * SECOND);
    expect(dispatcher.lines()).toEqual(['10 ops firing all', '10 night firing db2']);
    await dispatcher.resolve(DOWN);
    await dispatcher.advance(2 * MINUTE);
    expect(dispatcher.lines().slice(2)).toEqual(['70 ops resolved /all', '70 night firing db1,db2']);
    expect(dispatcher.reasons()[3]).toBe(
      'inhibition down by Rule down (rule down) ended: 1 alert began meanwhile, 1 alert still firing',
    );
  });

  it('tells the end to whoever was told of the beginning, and not what was over while it held', async () => {
    const dispatcher = new DispatcherAlone(DOCUMENT);
    await dispatcher.fire({ ...DB1, site: 'fra' });
    await dispatcher.advance(MINUTE);
    await dispatcher.fire(DOWN);
    await dispatcher.fire({ ...DB2, site: 'fra' });
    await dispatcher.resolve({ ...DB1, site: 'fra' });
    await dispatcher.resolve({ ...DB2, site: 'fra' });
    await dispatcher.advance(MINUTE);
    await dispatcher.resolve(DOWN);
    await dispatcher.advance(HOUR);
    expect(dispatcher.lines()).toEqual([
      '10 night firing db1',
      '70 night resolved /db1',
      '70 ops firing all',
      '130 ops resolved /all',
    ]);
  });

  it('finds sources that fired before the rules came', async () => {
    const dispatcher = new DispatcherAlone(DOCUMENT.replace('rule="down"', 'rule="other"'));
    await dispatcher.fire(DOWN);
    await dispatcher.advance(MINUTE);
    dispatcher.configuration = configurationOf(DOCUMENT);
    await dispatcher.fire({ ...DB1, site: 'fra' });
    await dispatcher.advance(HOUR / 2);
    expect(dispatcher.lines()).toEqual(['10 ops firing all']);
  });

  it('ends when the severity that made a source changes', async () => {
    const dispatcher = new DispatcherAlone(
      DOCUMENT.replace('rule="down"', 'rule="down", severity="critical"'),
    );
    await dispatcher.fire({ ...DOWN, severity: 'critical' });
    await dispatcher.fire({ ...DB1, site: 'fra' });
    await dispatcher.advance(MINUTE);
    await dispatcher.fire({ ...DOWN, severity: 'warning' });
    await dispatcher.advance(MINUTE);
    expect(dispatcher.lines()).toEqual(['10 ops firing all', '70 ops firing all', '70 night firing db1']);
  });
});
