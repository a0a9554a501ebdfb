import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { TocsinStack } from '../../infra/stack.ts';
import {
  type Bundle,
  BYTES_MAX,
  BYTES_MAX_DEFAULT,
  bundleFunction,
  functionNames,
} from '../bench/bundles/bundle.ts';

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
