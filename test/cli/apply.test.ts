import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aliveItems } from '../../infra/alive.ts';
import type { Deployment } from '../../infra/deployment.ts';
import type { RawItem } from '../../shared/config/items.ts';
import type { Item } from '../../shared/ports.ts';
import { startTables, type Tables } from './embedded-tables.ts';
import { tocsin } from './tocsin.ts';

const DOCUMENT = `version: 1
rules:
  - { id: errors, match: { level: error }, when: { count: 10, within: 5m } }
  - { id: slow, match: '{ $.ms > 800 }' }
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
route: { receiver: ops }
`;

let folder: string;
let tables: Tables;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-apply-'));
  tables = await startTables();
});
afterEach(async () => {
  await tables.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function run(verb: string, document: string, ...argv: string[]) {
  writeFileSync(join(folder, 'tocsin.yaml'), document);
  return await tocsin(folder, [verb, 'tocsin.yaml', '--local', tables.url, ...argv]);
}
const standing = async () =>
  (await tables.config.scan()).map(({ pk, sk }) => `${pk} ${sk}`).sort((a, b) => (a < b ? -1 : 1));
const ITEMS = ['receiver ops', 'route root', 'rule errors', 'rule slow'];

describe('tocsin apply', () => {
  it('writes one item of native attributes for each part, and then nothing until something changes', async () => {
    expect(await run('diff', DOCUMENT)).toMatchObject({ code: 1 });
    const first = await run('apply', DOCUMENT);
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toContain('+ rule errors\n');
    expect(first.out).toContain(`version 1: 4 written, 0 deleted in ${tables.url}\n`);
    expect(await standing()).toEqual(ITEMS);
    expect(await tables.config.get({ pk: 'rule', sk: 'errors' })).toMatchObject({
      id: 'errors',
      match: { level: 'error' },
      when: { count: 10, within: '5m' },
      _owner: 'default',
    });
    expect(await run('diff', DOCUMENT)).toMatchObject({
      code: 0,
      out: `no differences from ${tables.url}\n`,
    });
    expect((await run('apply', DOCUMENT, '--json')).json()).toEqual([
      { type: 'summary', version: null, written: 0, deleted: 0 },
    ]);
  });

  it('writes only what changed, and deletes what the document no longer holds', async () => {
    await run('apply', DOCUMENT);
    const changed = DOCUMENT.replace('count: 10', 'count: 12').replace(/.*id: slow.*\n/, '');
    const ran = await run('apply', changed, '--json');
    expect(ran.code).toBe(0);
    expect(ran.json()).toEqual([
      {
        type: 'difference',
        change: 'change',
        kind: 'rule',
        id: 'errors',
        conflict: null,
        changes: [{ path: 'when.count', from: 10, to: 12 }],
      },
      expect.objectContaining({ change: 'remove', kind: 'rule', id: 'slow' }),
      { type: 'summary', version: 2, written: 1, deleted: 1 },
    ]);
    expect(await standing()).toEqual(ITEMS.slice(0, 3));
  });

  it('refuses to overwrite what somebody edited, made or deleted by hand, unless forced', async () => {
    await run('apply', DOCUMENT);
    await tables.config.update({ pk: 'rule', sk: 'errors' }, { set: { title: 'Tuned at night' } });
    await tables.config.delete({ pk: 'receiver', sk: 'ops' });
    await tables.config.put({ pk: 'rule', sk: 'mine', id: 'mine' });
    const changed = DOCUMENT.replace('count: 10', 'count: 12').replace(
      'receivers:',
      '  - { id: mine, severity: info }\nreceivers:',
    );
    const refused = await run('apply', changed);
    expect(refused.code).toBe(1);
    expect(refused.out).toContain('~ rule errors  (somebody edited it by hand)\n');
    expect(refused.out).toContain('    title: "Tuned at night" -> (nothing)\n');
    expect(refused.out).toContain('~ rule mine  (somebody made it by hand)\n');
    expect(refused.out).toContain('+ receiver ops  (somebody deleted it by hand)\n');
    expect(refused.err).toBe(
      'tocsin apply: nothing was applied, for other hands changed rule errors, rule mine, receiver ops: `tocsin pull tocsin.yaml` takes that into the document, --force overwrites it.\n',
    );
    expect((await tables.config.get({ pk: 'rule', sk: 'errors' }))?.title).toBe('Tuned at night');
    expect(await run('apply', changed, '--force')).toMatchObject({ code: 0 });
    expect((await tables.config.get({ pk: 'rule', sk: 'errors' }))?.title).toBeUndefined();
    expect(await run('diff', changed)).toMatchObject({ code: 0 });
  });

  it('warns where items of others miss what it takes away', async () => {
    const { id, kind, body } = aliveItems({ ownPrefix: '/tocsin/Shop/' } as Deployment, {
      receiver: 'ops',
    })[0] as RawItem;
    await tables.config.put({ ...(body as Item), pk: kind, sk: id, _owner: 'tocsin' });
    expect(await run('apply', DOCUMENT)).toMatchObject({ code: 0, err: '' });
    const renamed = DOCUMENT.replaceAll('ops', 'oncall');
    const ran = await run('apply', renamed);
    expect(ran.code).toBe(0);
    expect(ran.err).toBe(
      'tocsin apply: WARNING: rule tocsin-alive of owner tocsin: receiver: there is no receiver "ops", expected one of oncall.\n',
    );
  });

  it("leaves other owners' items alone", async () => {
    await run('apply', DOCUMENT, '--owner', 'platform');
    const own = 'version: 1\nrules: [{ id: pay, match: PAY, action: record }]\n';
    expect(await run('apply', own, '--owner', 'payments')).toMatchObject({ code: 0 });
    expect(await standing()).toEqual([...ITEMS.slice(0, 3), 'rule pay', 'rule slow']);
    const taken = `${own.trimEnd().slice(0, -1)}, { id: slow, action: record }]\n`;
    const ran = await run('apply', taken, '--owner', 'payments');
    expect(ran.code).toBe(1);
    expect(ran.out).toContain('it belongs to the owner platform');
    const shared = own.replace('action: record', 'receiver: ops');
    for (const verb of ['apply', 'diff', 'pull'])
      expect(await run(verb, shared, '--owner', 'payments')).toMatchObject({ code: 0, err: '' });
    const missing = await run(
      'apply',
      own.replace('action: record', 'receiver: opps'),
      '--owner',
      'payments',
    );
    expect(missing).toMatchObject({
      code: 1,
      err: expect.stringContaining('no receiver "opps", expected ops'),
    });
  });

  it('refuses an invalid document, a failing test and a secret written out, and writes nothing', async () => {
    const failing = `${DOCUMENT}tests: [{ rule: slow, logs: [{ message: x }], expect: [{ at: 0s, firing: [{}] }] }]\n`;
    const secret = DOCUMENT.replace(
      'ops@example.com] }]',
      'ops@example.com] }], feishu: [{ webhook: "https://open.feishu.cn/open-apis/bot/v2/hook/abcd-secret" }]',
    );
    const cases: [string, string][] = [
      [DOCUMENT.replace('count', 'cuont'), 'rules[0].when.cuont: unknown key, expected count'],
      [failing, 'nothing was applied, for a test fails.'],
      [secret, 'nothing was applied, for secrets are written out in full at tocsin.yaml:6:'],
    ];
    for (const [document, sentence] of cases) {
      const ran = await run('apply', document);
      expect(ran.code).toBe(1);
      expect(ran.err).toContain(sentence);
      expect(ran.out + ran.err).not.toContain('abcd-secret');
    }
    expect(await standing()).toEqual([]);
  });

  it('says in one sentence that nothing is there', async () => {
    writeFileSync(join(folder, 'tocsin.yaml'), DOCUMENT);
    const ran = await tocsin(folder, ['diff', 'tocsin.yaml', '--local', 'http://127.0.0.1:9']);
    expect(ran).toMatchObject({ code: 3, out: '' });
    expect(ran.err).toBe('tocsin diff: Nothing answers at http://127.0.0.1:9: is `tocsin local` running?\n');
    expect(await tocsin(folder, ['diff', 'tocsin.yaml', '--local', 'here'])).toMatchObject({ code: 2 });
  });

  it('says in one sentence that something else is there', async () => {
    const page = createServer((_request, response) => response.end('<!doctype html>'));
    await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
    const { code, err } = await tocsin(folder, ['rules', '--local', url]);
    await new Promise((resolve) => page.close(resolve));
    expect(code).toBe(3);
    expect(err).toBe(
      `tocsin rules: What answers at ${url} is neither the console of \`tocsin local\` nor its DynamoDB.\n`,
    );
  });

  it('says in one sentence that a Region is none', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'none');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'none');
    const { code, err } = await tocsin(folder, ['rules', '--region', 'no region']);
    vi.unstubAllEnvs();
    expect(code).toBe(3);
    expect(err).toBe(
      'tocsin rules: The AWS Region that is set is none: a name such as eu-central-1 was expected.\n',
    );
  });
});
