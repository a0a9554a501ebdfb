import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ActivityNotes } from '../../shared/activity.ts';
import type { Value } from '../../shared/ports.ts';
import { startTables, type Tables } from './embedded-tables.ts';
import { tocsin } from './tocsin.ts';

const rules = (...entries: string[]) =>
  `version: 1\nrules:\n${entries.map((entry) => `  - { ${entry}, action: record }\n`).join('')}`;

let folder: string;
let tables: Tables;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-rules-'));
  tables = await startTables();
});
afterEach(async () => {
  await tables.stop();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...argv: string[]) => tocsin(folder, [...argv, '--local', tables.url]);
async function apply(document: string, ...argv: string[]) {
  writeFileSync(join(folder, 'tocsin.yaml'), document);
  expect(await run('apply', 'tocsin.yaml', ...argv)).toMatchObject({ code: 0 });
}
const bodyOf = (id: string) => tables.config.get({ pk: 'rule', sk: id });

describe('tocsin rules', () => {
  it('says which log groups reach a rule, when it last matched and fired, and which rule is blind', async () => {
    const item = (id: string, body: Record<string, Value>) =>
      tables.state.put({
        pk: 'configuration',
        sk: `item#rule#${id}`,
        kind: 'rule',
        id,
        body: { id, ...body },
        problems: [],
        seen: 'x',
      });
    await item('orders', { logGroups: ['/app/*'] });
    await item('blind', { logGroups: ['/nobody/*'] });
    const notes = new ActivityNotes();
    const at = Date.UTC(2026, 10, 21, 2);
    notes.logged('/app/a', at);
    notes.logged('/app/b\u001b[2J', at);
    notes.matched(['orders'], at - 60_000);
    await notes.write(tables.state, at);

    expect((await run('rules', '--json')).json()).toEqual([
      {
        ...{ type: 'rule', kind: 'rule', id: 'blind', state: 'ok', problems: [] },
        ...{ logGroups: [], isReached: false, lastEvent: null, lastMatch: null, lastFired: null },
      },
      {
        ...{ type: 'rule', kind: 'rule', id: 'orders', state: 'ok', problems: [] },
        ...{
          logGroups: ['/app/a', '/app/b\u001b[2J'],
          isReached: true,
          lastEvent: '2026-11-21T02:00:00.000Z',
        },
        ...{ lastMatch: '2026-11-21T01:59:00.000Z', lastFired: null },
      },
    ]);
    const { out } = await run('rules');
    expect(out).toContain('blind: in force\n    ! NO LOG GROUP IS SUBSCRIBED that this rule looks at');
    expect(out).toMatch(
      /orders: in force\n {4}log groups: \/app\/a, \/app\/b\n {4}last event .* ago, last match .* ago, last fired never\n/,
    );
  });
});

describe('tocsin rules history and rollback', () => {
  it('lists what was applied, and brings any version back', async () => {
    await apply(rules('id: a, title: one', 'id: b'));
    await apply(rules('id: a, title: two', 'id: c'));
    await apply(rules('id: a, title: three', 'id: c', 'id: d'));
    const history = await run('rules', 'history', '--json');
    expect(history.json()).toMatchObject([
      { version: 3, what: 'apply tocsin.yaml', owner: 'default', done: true },
      {
        version: 2,
        items: [
          { id: 'a', change: 'change' },
          { id: 'b', change: 'remove' },
          { id: 'c', change: 'add' },
        ],
      },
      { version: 1 },
    ]);
    expect((await run('rules', 'history')).out).toContain(
      'owner default: apply tocsin.yaml\n    ~ rule a, + rule d\n',
    );

    const back = await run('rules', 'rollback', '1');
    expect(back).toMatchObject({ code: 0, err: '' });
    expect(back.out).toContain('version 4: back to 1;');
    expect(await bodyOf('a')).toMatchObject({ title: 'one', _owner: 'default' });
    expect(await bodyOf('b')).toBeDefined();
    expect(await bodyOf('c')).toBeUndefined();
    expect(await bodyOf('d')).toBeUndefined();

    expect(await run('rules', 'rollback', '3')).toMatchObject({ code: 0 });
    expect(await bodyOf('a')).toMatchObject({ title: 'three' });
    expect(await run('rules', 'rollback', '3')).toMatchObject({
      code: 0,
      out: 'what stands is version 3 already\n',
    });
    expect(await run('rules', 'rollback', '0')).toMatchObject({ code: 0 });
    expect(await tables.config.scan()).toEqual([]);
  });

  it("stops at an edit by hand, and leaves other owners' items alone", async () => {
    await apply(rules('id: a, title: one'));
    await apply(rules('id: other, title: one'), '--owner', 'team');
    await apply(rules('id: other, title: two'), '--owner', 'team');
    await apply(rules('id: a, title: two'));
    await tables.config.update({ pk: 'rule', sk: 'a' }, { set: { title: 'tuned' } });
    const refused = await run('rules', 'rollback', '1');
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('for other hands changed rule a: --force overwrites it.');
    expect(await run('rules', 'rollback', '1', '--force')).toMatchObject({ code: 0 });
    expect(await bodyOf('a')).toMatchObject({ title: 'one' });
    expect(await bodyOf('other')).toMatchObject({ title: 'two' });
  });

  it('brings back what was edited or deleted by hand since, where that is forced', async () => {
    await apply(rules('id: a, title: one', 'id: b'));
    await apply(rules('id: a, title: one', 'id: b', 'id: c'));
    await tables.config.update({ pk: 'rule', sk: 'a' }, { set: { match: '{ $.broken' } });
    await tables.config.delete({ pk: 'rule', sk: 'b' });
    const refused = await run('rules', 'rollback', '2');
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('for other hands changed rule a, rule b: --force overwrites it.');
    expect(await run('rules', 'rollback', '2', '--force')).toMatchObject({ code: 0 });
    expect(await bodyOf('a')).not.toHaveProperty('match');
    expect(await bodyOf('b')).toBeDefined();
    expect(await bodyOf('c')).toBeDefined();
  });

  it('refuses a version that is none', async () => {
    for (const argv of [['rollback'], ['rollback', 'x'], ['rollback', '7'], ['undo'], ['history', 'x']]) {
      const ran = await run('rules', ...argv);
      expect(ran).toMatchObject({ code: 2, out: '' });
      expect(ran.err.trim().split('\n')).toHaveLength(1);
    }
  });
});
