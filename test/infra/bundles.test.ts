/** What is deployed, rather than what it is made of. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as Evaluator from '../../functions/evaluator/handler.ts';
import type * as Matcher from '../../functions/matcher/handler.ts';
import { TocsinStack } from '../../infra/stack.ts';
import {
  type Bundle,
  BYTES_MAX,
  BYTES_MAX_DEFAULT,
  bundleFunction,
  functionNames,
} from '../bench/bundles/bundle.ts';
import { subscriptionEvent } from '../support/events.ts';
import { MINUTE, SECOND, startTestStack, type TestStack } from '../support/stack.ts';

interface Code {
  Code: { S3Key: string };
  LoggingConfig: { LogGroup: { Ref: string } };
}

const bundles = new Map<string, Bundle>();
for (const name of functionNames()) bundles.set(name, await bundleFunction(name));

/** What every bundle of a released key, token or hook would look like. */
const SECRET =
  /hook\/[0-9a-f]{8}-[0-9a-f]{4}|\bAKIA[0-9A-Z]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY|\bxox[bp]-\d|SEC[0-9a-f]{64}/;

describe.each([...bundles])('the bundle of the %s', (name, { bytes, files, inputs }) => {
  it('is as small as it may be at most', () => {
    expect(bytes).toBeLessThanOrEqual(BYTES_MAX[name] ?? BYTES_MAX_DEFAULT);
  });

  it('holds a handler and no secret, no test, no local stand-in and no other language of zod', () => {
    expect(files.map(({ path }) => path)).toContain('index.mjs');
    for (const { path, text } of files) expect(SECRET.test(text), path).toBe(false);
    expect(inputs.filter((path) => /^(test|cli|infra)\/|dynalite|fauxqs|ses-v2-local/.test(path))).toEqual(
      [],
    );
    expect(inputs.filter((path) => /zod\/.*\/locales\/(?!en\.)/.test(path))).toEqual([]);
  });
});

it('neither the web client nor the mail client is loaded before the notifier sends', () => {
  const files = bundles.get('notifier')?.files ?? [];
  const handler = files.find(({ path }) => path === 'index.mjs')?.text ?? '';
  const loadedAtOnce = [...handler.matchAll(/from"\.\/(chunks\/[^"]+)"/g)].map(([, path]) => path);
  for (const client of ['undici', 'nodemailer']) {
    const chunk = files.find(({ path }) => path.startsWith(`chunks/${client}-`));
    expect(chunk?.text.length, client).toBeGreaterThan(100_000);
    expect(loadedAtOnce).not.toContain(chunk?.path);
  }
});

it('every function is deployed with the bundle of its own handler', () => {
  const app = new App({
    context: { logGroups: '/app/a', from: 'a@example.com' },
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
  });
  new TocsinStack(app, 'Tocsin');
  const assembly = app.synth();
  const { Resources } = JSON.parse(
    readFileSync(join(assembly.directory, 'Tocsin.template.json'), 'utf8'),
  ) as { Resources: Record<string, { Type: string; Properties: Code }> };
  const functions = Object.values(Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function');
  const handlers = functions.map(({ Properties: { Code, LoggingConfig } }) => {
    const folder = `asset.${Code.S3Key.replace('.zip', '')}`;
    const { Ref: logs } = LoggingConfig.LogGroup;
    const text = readFileSync(join(assembly.directory, folder, 'index.mjs'), 'utf8');
    return { logs, size: text.length, folder };
  });
  expect(new Set(handlers.map(({ folder }) => folder)).size).toBe(functionNames().length);
  for (const { logs, size } of handlers) {
    const name = functionNames().find((each) => logs.toLowerCase().includes(each)) ?? '';
    const own = bundles.get(name)?.files.find(({ path }) => path === 'index.mjs');
    expect(size, name).toBe(own?.text.length);
  }
});

const DOCUMENT = `
version: 1
rules:
  - { id: errors, match: { regex: 'ERROR (?P<code>\\d+)' }, groupBy: [code], when: { count: 2, within: 1m } }
receivers:
  - { name: ops, sink: [{}] }
route: { receiver: ops, groupWait: 0s }
`;

let folder: string;
let stack: TestStack;

async function bundled<Module>(name: string): Promise<Module> {
  return (await import(join(folder, name, 'index.mjs'))) as Module;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-bundled-'));
  for (const [name, { files }] of bundles) {
    for (const { path, text } of files) {
      mkdirSync(dirname(join(folder, name, path)), { recursive: true });
      writeFileSync(join(folder, name, path), text);
    }
  }
  stack = await startTestStack(DOCUMENT);
});

afterAll(async () => {
  await stack.stop();
  rmSync(folder, { recursive: true });
});

describe('a bundle, run as Lambda runs it', () => {
  it.each([...bundles])('of the %s loads, with every part of it', async (name, { files }) => {
    const { handler } = await bundled<{ handler: unknown }>(name);
    expect(handler).toBeTypeOf('function');
    for (const { path } of files) await import(join(folder, name, path));
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
