import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHandler } from '../../../functions/applier/handler.ts';
import { digestsOf } from '../../../shared/applied/deployed.ts';
import type { RawItem } from '../../../shared/config/items.ts';
import type { Happening } from '../../../shared/happenings.ts';
import { MemoryTable } from '../../../shared/memory/table.ts';

const clock = () => Date.UTC(2026, 10, 21);

let folder: string;
let config: MemoryTable;
let state: MemoryTable;
let answers: { Status: string; Data?: Record<string, string>; Reason?: string }[];
let happenings: Happening[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-applier-'));
  config = new MemoryTable();
  state = new MemoryTable();
  answers = [];
  happenings = [];
});

afterEach(() => rmSync(folder, { recursive: true }));

const rule = (id: string, count: number): RawItem => ({
  kind: 'rule',
  id,
  body: { id, match: 'ERROR', when: { count, within: '5m' } },
});

/** Deploys a document after another, as CloudFormation does; answers what the stack is told. */
async function deploy(items: RawItem[], before?: RawItem[]) {
  writeFileSync(join(folder, 'default.json'), JSON.stringify(items));
  const handler = createHandler(
    { TOCSIN_CONFIG_TABLE: 'c', TOCSIN_STATE_TABLE: 's', TOCSIN_DOCUMENTS: folder },
    { clock, happened: (happening) => happenings.push(happening) },
    {
      config,
      state,
      put: async (_url, body) => {
        answers.push(JSON.parse(body) as (typeof answers)[number]);
      },
    },
  );
  await handler({
    RequestType: before === undefined ? 'Create' : 'Update',
    ResponseURL: 'https://cloudformation.example.com/?signature=hush',
    StackId: 'stack',
    RequestId: 'request',
    LogicalResourceId: 'default',
    ResourceProperties: { owner: 'default', digests: digestsOf(items) },
    ...(before === undefined
      ? {}
      : { OldResourceProperties: { owner: 'default', digests: digestsOf(before) } }),
  });
  return answers.at(-1);
}

async function countOf(id: string) {
  return ((await config.get({ pk: 'rule', sk: id }))?.when as { count: number } | undefined)?.count;
}

async function tune(id: string, count: number) {
  await config.update({ pk: 'rule', sk: id }, { set: { when: { count, within: '5m' } } });
}

describe('a deployment', () => {
  it('brings the document the first time', async () => {
    const answer = await deploy([rule('a', 1), rule('b', 1)]);
    expect(answer).toMatchObject({
      Status: 'SUCCESS',
      Data: { Applied: 'version 1: 2 of 2 items changed', Drift: 'none' },
    });
    expect([await countOf('a'), await countOf('b')]).toEqual([1, 1]);
  });

  it('changes what the document changed, and lets go what it dropped', async () => {
    const first = [rule('a', 1), rule('b', 1), rule('c', 1)];
    await deploy(first);
    await deploy([rule('a', 1), rule('b', 2)], first);
    expect([await countOf('a'), await countOf('b'), await countOf('c')]).toEqual([1, 2, undefined]);
  });

  it('leaves what somebody tuned by hand, though the document changed it too, and says so', async () => {
    const first = [rule('a', 1), rule('b', 1)];
    await deploy(first);
    await tune('a', 7);
    const answer = await deploy([rule('a', 2), rule('b', 2)], first);
    expect([await countOf('a'), await countOf('b')]).toEqual([7, 2]);
    expect(answer?.Data?.Drift).toBe('rule a: somebody edited it by hand');
    expect(happenings).toEqual([
      { type: 'drift', kind: 'rule', id: 'a', reason: 'somebody edited it by hand' },
    ]);
  });

  it('leaves what was applied otherwise since, where the document did not change it', async () => {
    const first = [rule('a', 1), rule('b', 1)];
    await deploy(first);
    // As `tocsin apply` with a newer document would.
    await deploy([rule('a', 5), rule('b', 1)], first);
    const answer = await deploy([rule('a', 1), rule('b', 2)], first);
    expect([await countOf('a'), await countOf('b')]).toEqual([5, 2]);
    expect(answer?.Data?.Drift).toBe('rule a: it was applied otherwise since the last deployment');
  });

  it('does not bring back what somebody deleted', async () => {
    const first = [rule('a', 1)];
    await deploy(first);
    await config.delete({ pk: 'rule', sk: 'a' });
    const answer = await deploy([rule('a', 2)], first);
    expect(await countOf('a')).toBeUndefined();
    expect(answer?.Data?.Drift).toBe('rule a: somebody deleted it by hand');
  });

  it('tells CloudFormation where a table cannot be read', async () => {
    config.scan = async () => {
      throw new Error('The table is away.');
    };
    expect(await deploy([rule('a', 1)])).toMatchObject({ Status: 'FAILED', Reason: 'The table is away.' });
  });
});
