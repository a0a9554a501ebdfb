import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send, Visitor } from '../console/browser.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { tocsin } from './tocsin.ts';

const TOCSIN = fileURLToPath(new URL('../../cli/bin.mjs', import.meta.url));
const DOCUMENT = `
version: 1
rules:
  - { id: errors, match: ERROR, when: { count: 1, within: 5m } }
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
route: { receiver: ops }
`;

let stack: TestStack;
let child: ChildProcessWithoutNullStreams;
let link = '';
beforeAll(async () => {
  stack = await startTestStack(DOCUMENT);
  await stack.log(['ERROR']);
  child = spawn(process.execPath, [TOCSIN, 'console', '--local', stack.urls.console, '--json']);
  for await (const line of createInterface({ input: child.stdout })) {
    ({ link } = JSON.parse(line) as { link: string });
    break;
  }
});
afterAll(() => stack.stop());

describe('tocsin console', () => {
  it('shows nothing without its link, and everything with it', async () => {
    const { origin } = new URL(link);
    expect((await send(origin, '/api/now')).status).toBe(401);
    const visitor = await Visitor.through(link);
    expect(await visitor.read('/api/session')).toMatchObject({ mayAct: true, place: stack.urls.console });
    expect(await visitor.read('/api/alerts')).toMatchObject([{ ruleId: 'errors' }]);
    expect(await visitor.read('/api/deliveries')).toMatchObject({ attempts: null, dead: [] });
    expect(await visitor.read('/api/system')).toMatchObject({ configuration: { broken: 0 } });
  });

  it('says in one sentence that its port is taken', async () => {
    const { port } = new URL(stack.urls.console);
    const ran = await tocsin('.', ['console', '--local', stack.urls.console, '--port', port]);
    expect(ran).toMatchObject({
      code: 3,
      err: `tocsin console: Port ${port} of 127.0.0.1 cannot be had: something else listens there.\n`,
    });
  });

  it('ends when it is interrupted', async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  });
});
