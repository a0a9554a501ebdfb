import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OptionError } from '../../infra/option-error.ts';
import { TocsinStack } from '../../infra/stack.ts';
import { resourcesOf, unbundledApp } from './synthesized.ts';

const DOCUMENT = (count: number, webhook: string) => `
version: 1
rules:
  - { id: errors, match: ERROR, when: { count: ${count}, within: 5m } }
receivers:
  - { name: ops, feishu: [{ webhook: "${webhook}" }] }
route: { receiver: ops }
`;

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-config-'));
  file = join(folder, 'tocsin.yaml');
});
afterEach(() => rmSync(folder, { recursive: true }));

function synthesized(text: string, name = 'Tocsin') {
  writeFileSync(file, text);
  const app = unbundledApp({ config: file, logGroups: '/app/a', from: 'a@example.com' });
  const stack = new TocsinStack(app, name);
  return { app, stack };
}

function digestsOf(stack: TocsinStack): Record<string, string> {
  const found = Object.values(resourcesOf(stack, 'Custom::TocsinDocument')).map(
    ({ Properties }) => Properties,
  );
  const own = found.find(({ owner }) => owner === 'default');
  return (own?.digests ?? {}) as Record<string, string>;
}

describe('the document of a deployment', () => {
  it('is known to CloudFormation by the digests of its items, which change with it alone', () => {
    const digests = (count: number) => digestsOf(synthesized(DOCUMENT(count, 'secret:ops#hook')).stack);
    const before = digests(3);
    expect(Object.keys(before)).toEqual(
      expect.arrayContaining(['rule#errors', 'receiver#ops', 'route#root']),
    );
    expect(digests(3)).toEqual(before);
    const after = digests(4);
    expect(after['rule#errors']).not.toBe(before['rule#errors']);
    expect({ ...after, 'rule#errors': '' }).toEqual({ ...before, 'rule#errors': '' });
  });

  it('travels beside the template, in a layer of the function that applies it', () => {
    const { app, stack } = synthesized(DOCUMENT(3, 'secret:ops#hook'));
    const [layer] = Object.values(resourcesOf(stack, 'AWS::Lambda::LayerVersion'));
    expect(layer).toBeDefined();
    const assembly = app.synth();
    const manifest = JSON.parse(readFileSync(join(assembly.directory, 'Tocsin.assets.json'), 'utf8')) as {
      files: Record<string, { source: { path: string } }>;
    };
    const folders = Object.values(manifest.files).map(({ source }) => source.path);
    const documents = folders
      .map((path) => join(assembly.directory, path, 'tocsin/default.json'))
      .filter((path) => existsSync(path));
    const items = JSON.parse(readFileSync(documents[0] ?? '', 'utf8')) as { kind: string; id: string }[];
    expect(items.map(({ kind, id }) => `${kind}#${id}`)).toContain('rule#errors');
  });

  it('is judged before anything is deployed: each mistake with its place', () => {
    expect(() => synthesized(DOCUMENT(3, 'secret:ops#hook').replace('count: 3', 'cuont: 3'))).toThrow(
      OptionError,
    );
    expect(() => synthesized(DOCUMENT(3, 'secret:ops#hook').replace('count: 3', 'cuont: 3'))).toThrow(
      /tocsin\.yaml:4:\d+: .*cuont/,
    );
  });

  it('holds no secret', () => {
    const literal = 'https://open.feishu.cn/open-apis/bot/v2/hook/0123abcd-0000-0000-0000-000000000000';
    expect(() => synthesized(DOCUMENT(3, literal))).toThrow(/receivers\[0\]\.feishu\[0\]\.webhook/);
  });
});
