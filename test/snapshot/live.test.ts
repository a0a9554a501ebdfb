import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clientConfig } from '../../functions/aws-clients.ts';
import { currentConfiguration } from '../../functions/configuration.ts';
import { createHandler as createMatcher } from '../../functions/matcher/handler.ts';
import { itemStates } from '../../infra/console/read/overview.ts';
import type { Item, Table } from '../../shared/ports.ts';
import { eventId, subscriptionEvent } from '../support/events.ts';
import { MINUTE, SECOND, startTestStack, type TestStack } from '../support/stack.ts';

const DOCUMENT = `
version: 1
rules:
  - { id: errors, match: ERROR, when: { count: 100, within: 5m } }
  - { id: others, match: OTHER, when: { count: 1, within: 5m } }
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
route: { receiver: ops, groupWait: 1s }
`;

let stack: TestStack;
beforeEach(async () => {
  stack = await startTestStack(DOCUMENT);
  await stack.log(['nothing']);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await stack.stop();
});

const fired = () => stack.said('alert').map(({ alert }) => alert.ruleId);
const item = async (id: string, kind = 'rule') => (await stack.config.get({ pk: kind, sk: id })) as Item;
const edit = async (id: string, changes: object) =>
  stack.config.put({ ...(await item(id)), ...changes } as Item);
/** The last moment by which a change has to be live. */
const untilLive = () => stack.clock.advanceTo(stack.clock.now() + 30 * SECOND);
const problems = () => stack.said('configuration').map(({ kind, id, path }) => `${kind} ${id} ${path}`);
/** The configuration as a function reads it that has just started. */
const coldStart = async () =>
  (await currentConfiguration(stack.config, stack.state, stack.outside).get()).configuration;

describe('an edit in the config table', () => {
  it('is live within 30 s', async () => {
    await stack.log(['ERROR', 'ERROR', 'ERROR']);
    expect(fired()).toEqual([]);
    await edit('errors', { when: { count: 3, within: '5m' } });
    untilLive();
    await stack.log(['ERROR', 'ERROR', 'ERROR']);
    expect(fired()).toEqual(['errors']);
  });

  it('may be a new rule that names its id in the key alone', async () => {
    await stack.config.put({ pk: 'rule', sk: 'by-hand', match: 'HAND' });
    untilLive();
    await stack.log(['HAND']);
    expect(problems()).toEqual([]);
    expect(fired()).toEqual(['by-hand']);
  });

  it('is live within 30 s in every function, however their looks fall', async () => {
    const matchers = [0, 1, 2, 3, 4].map(() => createMatcher(stack.environmentOf('matcher'), stack.outside));
    const look = (matcher: (typeof matchers)[number], messages: string[] = []) =>
      matcher(
        subscriptionEvent(
          messages.map((message, n) => ({ id: eventId(n), timestamp: stack.clock.now(), message })),
        ),
      );
    for (const matcher of matchers) {
      stack.clock.advanceTo(stack.clock.now() + 2300);
      await look(matcher);
    }
    await edit('others', { match: 'QUITE OTHER' });
    for (let passed = 0; passed < 30_000; passed += 2300) {
      stack.clock.advanceTo(stack.clock.now() + 2300);
      await look(matchers[(passed / 2300) % matchers.length] ?? matchers[0] ?? expect.fail());
    }
    for (const matcher of matchers) await look(matcher, ['OTHER']);
    expect(fired()).toEqual([]);
  });

  it('that breaks a rule leaves the others working, is reported, and its last good version stays', async () => {
    await edit('errors', { when: { count: 3, within: '5m' } });
    await stack.advance(30 * SECOND);
    await stack.log(['nothing']);
    await edit('errors', { when: { count: 'many', within: '5m' }, severity: 'dreadful' });
    untilLive();
    await stack.log(['OTHER', 'ERROR', 'ERROR', 'ERROR']);
    expect(fired().sort()).toEqual(['errors', 'others']);
    expect(problems()).toEqual(expect.arrayContaining(['rule errors when.count', 'rule errors severity']));
    expect(await itemStates(stack.state)).toContainEqual(
      expect.objectContaining({ kind: 'rule', id: 'errors', state: 'stale' }),
    );

    const afterColdStart = await coldStart();
    expect(afterColdStart.rules.find(({ id }) => id === 'errors')).toMatchObject({
      severity: 'error',
      when: [{ condition: { is: { threshold: 3 } } }],
    });

    await edit('errors', { when: { count: 2, within: '5m' }, severity: 'info' });
    untilLive();
    await stack.log(['nothing']);
    expect((await itemStates(stack.state)).map(({ state }) => state)).toEqual(['ok', 'ok']);
  });

  it('that never was good is reported, and stops nobody', async () => {
    await stack.config.put({ pk: 'rule', sk: 'new', id: 'new', match: '{ broken', when: { count: 1 } });
    await stack.config.put({ pk: 'nonsense', sk: 'x', hello: ['world'] });
    await stack.config.put({ pk: 'rule', sk: 'renamed', id: 'another', when: { count: 1, within: '1m' } });
    untilLive();
    await stack.log(['OTHER']);
    expect(fired()).toEqual(['others']);
    expect((await itemStates(stack.state)).filter(({ state }) => state === 'broken')).toHaveLength(3);
    expect((await coldStart()).rules.map(({ id }) => id)).toEqual(['errors', 'others']);
  });

  it('with what DynamoDB can hold and JavaScript cannot stops nobody', async () => {
    const client = new DynamoDBClient(
      clientConfig(stack.environmentOf('matcher'), 'AWS_ENDPOINT_URL_DYNAMODB'),
    );
    const odd = {
      pk: { S: 'rule' },
      sk: { S: 'odd' },
      id: { S: 'odd' },
      maxGroups: { N: '123456789012345678901234567890' },
      match: { B: new Uint8Array([1, 2]) },
      redact: { SS: ['a', 'b'] },
      labels: { NS: ['1', '2'] },
    };
    await client.send(new PutItemCommand({ TableName: stack.tables.config, Item: odd }));
    client.destroy();
    untilLive();
    await stack.log(['OTHER']);
    expect(fired()).toEqual(['others']);
    expect(await itemStates(stack.state)).toContainEqual(
      expect.objectContaining({ id: 'odd', state: 'broken' }),
    );
  });

  it('within a set of strings is seen', async () => {
    const set = (value: string) => ({ logGroups: new Set([value]) });
    await edit('others', set('/elsewhere'));
    untilLive();
    await stack.log(['OTHER']);
    expect(fired()).toEqual([]);
    await edit('others', set('/app/*'));
    untilLive();
    await stack.log(['OTHER']);
    expect(fired()).toEqual(['others']);
  });

  it('that deletes a rule ends it', async () => {
    await stack.config.delete({ pk: 'rule', sk: 'others' });
    untilLive();
    await stack.log(['OTHER']);
    expect(fired()).toEqual([]);
    expect((await itemStates(stack.state)).map(({ id }) => id)).toEqual(['errors']);
  });
});

describe('whoever publishes a change', () => {
  it('and dies between any two calls leaves it to the next', async () => {
    for (let calls = 1; ; calls++) {
      await edit('errors', { title: `title ${calls}` });
      stack.clock.advanceTo(stack.clock.now() + MINUTE);
      const state = failingAfter(stack.state, calls);
      await currentConfiguration(stack.config, state, stack.outside).get();
      untilLive();
      await stack.log(['nothing']);
      const warm = await stack.configuration();
      expect(warm.rules.find(({ id }) => id === 'errors')?.title).toBe(`title ${calls}`);
      if (!state.hasFailed()) return expect(calls).toBeGreaterThan(4);
    }
  });

  it('cannot read the config table: everybody works on by what was published', async () => {
    const down: Table = { ...proxied(stack.config), scan: () => Promise.reject(new Error('throttled')) };
    stack.clock.advanceTo(stack.clock.now() + MINUTE);
    const cold = await currentConfiguration(down, stack.state, stack.outside).get();
    expect(cold.configuration.rules.map(({ id }) => id)).toEqual(['errors', 'others']);
    expect(stack.said('configuration')).toContainEqual(
      expect.objectContaining({ kind: 'table', reason: expect.stringContaining('throttled') }),
    );
  });
});

/** The same table as a plain object. */
function proxied(table: Table): Table {
  return {
    get: (key) => table.get(key),
    query: (query) => table.query(query),
    update: (key, change, condition) => table.update(key, change, condition),
    put: (value, condition) => table.put(value, condition),
    delete: (key, condition) => table.delete(key, condition),
    due: (shard, until, limit) => table.due(shard, until, limit),
    scan: () => table.scan(),
  };
}

/** A table that is gone after so many writes. */
function failingAfter(table: Table, writes: number): Table & { hasFailed(): boolean } {
  let left = writes;
  const spend = <Result>(call: () => Promise<Result>) => {
    left -= 1;
    return left < 0 ? Promise.reject(new Error('the function ends here')) : call();
  };
  return {
    ...proxied(table),
    hasFailed: () => left < 0,
    update: (key, change, condition) => spend(() => table.update(key, change, condition)),
    put: (value, condition) => spend(() => table.put(value, condition)),
    delete: (key, condition) => spend(() => table.delete(key, condition)),
  };
}
