import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../cli/main.ts';
import { MINUTE, startTestStack, type TestStack } from '../support/stack.ts';

const DOCUMENT = `
version: 1
rules:
  - { id: errors, match: ERROR, groupBy: { who: $.who }, when: { count: 1, within: 5m } }
  - { id: others, match: OTHER, when: { count: 9, within: 5m } }
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
route: { receiver: ops }
`;

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack(DOCUMENT);
  await stack.log(['nothing of interest']);
  await stack.config.put({
    pk: 'rule',
    sk: 'others',
    id: 'others',
    match: 'OTHER',
    when: { count: 'many', within: '5m' },
  });
  await stack.advance(MINUTE);
});
afterAll(async () => stack.stop());

async function tocsin(...argv: string[]) {
  let out = '';
  let err = '';
  const write = (text: string) => {
    out += text;
  };
  const io = {
    stdout: write,
    stderr: (text: string) => {
      err += text;
    },
    stdin: Readable.from([]),
    env: {},
    cwd: '/',
  };
  return { code: await main(argv, { ...io, isTerminal: false }), out, err };
}

describe('tocsin rules', () => {
  it('says of each rule whether it is in force, and of a broken one where and why', async () => {
    const { code, out } = await tocsin('rules', '--local', stack.urls.console);
    expect(code).toBe(1);
    expect(out).toContain('errors: in force\n');
    expect(out).toMatch(/others: broken, last good version in force\n {4}when\.count: .+/);
  });

  it('gives the same to machines', async () => {
    const { out } = await tocsin('rules', '--local', stack.urls.console, '--json');
    const items = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(items).toMatchObject([
      { type: 'rule', id: 'errors', state: 'ok' },
      { type: 'rule', id: 'others', state: 'stale', problems: [{ path: 'when.count' }] },
    ]);
  });

  it('says in one sentence where nothing answers, or nobody was named', async () => {
    expect(await tocsin('rules', '--local', 'http://127.0.0.1:9')).toMatchObject({ code: 3 });
    expect(await tocsin('rules', 'x')).toMatchObject({ code: 2 });
  });
});
