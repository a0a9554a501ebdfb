/** What is deployed, rather than what it is made of: the bundles, run as Lambda runs them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as Evaluator from '../../functions/evaluator/handler.ts';
import type * as Matcher from '../../functions/matcher/handler.ts';
import { bundleFunction, functionNames } from '../bench/bundles/bundle.ts';
import { subscriptionEvent } from '../support/events.ts';
import { MINUTE, SECOND, startTestStack, type TestStack } from '../support/stack.ts';

const DOCUMENT = `
version: 1
rules:
  - { id: errors, match: { regex: 'ERROR (?P<code>\\d+)' }, groupBy: [code], when: { count: 2, within: 1m } }
receivers:
  - { name: ops, sink: [{}] }
route: { receiver: ops, groupWait: 0s }
`;

/** Eight bundles, on a machine that is busy. */
const BUNDLING_MS_MAX = 120_000;

const paths = new Map<string, string[]>();
let folder: string;
let stack: TestStack;

async function bundled<Module>(name: string): Promise<Module> {
  return (await import(join(folder, name, 'index.mjs'))) as Module;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-bundled-'));
  for (const name of functionNames()) {
    const { files } = await bundleFunction(name);
    paths.set(
      name,
      files.map(({ path }) => join(folder, name, path)),
    );
    for (const { path, text } of files) {
      mkdirSync(dirname(join(folder, name, path)), { recursive: true });
      writeFileSync(join(folder, name, path), text);
    }
  }
  stack = await startTestStack(DOCUMENT);
}, BUNDLING_MS_MAX);

afterAll(async () => {
  await stack.stop();
  rmSync(folder, { recursive: true });
});

describe('a bundle', () => {
  it.each(functionNames())('of the %s loads, with every part of it', async (name) => {
    const { handler } = await bundled<{ handler: unknown }>(name);
    expect(handler).toBeTypeOf('function');
    for (const path of paths.get(name) ?? []) await import(path);
  });

  it('of the matcher counts and tells, and that of the evaluator resolves', async () => {
    const { createHandler: createMatcher } = await bundled<typeof Matcher>('matcher');
    const { createHandler: createEvaluator } = await bundled<typeof Evaluator>('evaluator');
    const matcher = createMatcher(stack.environmentOf('matcher'), stack.outside);
    const timestamp = stack.clock.now();
    const line = (id: string) => ({ id, timestamp, message: 'ERROR 42' });
    await matcher(subscriptionEvent([line('1'), line('2')]));
    await stack.advance(10 * SECOND);
    expect(stack.attempts()).toEqual(['sink delivered']);
    stack.clock.advanceTo(timestamp + 2 * MINUTE);
    await createEvaluator(stack.environmentOf('evaluator'), stack.outside)({});
    expect(stack.said('alert').map(({ status, alert }) => `${alert.labels.code} ${status}`)).toEqual([
      '42 firing',
      '42 resolved',
    ]);
  });
});
