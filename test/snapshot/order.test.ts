/** Publishers that overtake one another, or die on the way: what they write keeps its order. */
import { expect, it } from 'vitest';
import { channelSchemas } from '../../shared/channels/registry.ts';
import { createItemReader } from '../../shared/config/items.ts';
import { MemoryTable } from '../../shared/memory/table.ts';
import type { Table } from '../../shared/ports.ts';
import { CurrentConfiguration } from '../../shared/snapshot/current.ts';

const SECOND = 1000;
/** Longer than a publisher's lease. */
const STALLED_MS = 25 * SECOND;
const reader = createItemReader(channelSchemas);

class Publishing {
  readonly config = new MemoryTable();
  readonly state = new MemoryTable();
  now = Date.UTC(2026, 10, 21, 2);

  async write(title: string | null): Promise<void> {
    this.now += 10 * SECOND;
    const key = { pk: 'rule', sk: 'errors' };
    if (title === null) await this.config.delete(key);
    else await this.config.put({ ...key, title, match: 'ERROR', when: { count: 1, within: '1m' } });
  }

  /** What a function reads that has just started, and publishes where that is due. */
  async read({ config = this.config, state = this.state }: { config?: Table; state?: Table } = {}) {
    const deps = { config, state, clock: () => this.now, happened: () => undefined, ...reader };
    const { version, configuration } = await new CurrentConfiguration(deps).get();
    const [rule] = configuration.rules;
    return { version, title: rule?.title, revision: rule?.revision ?? 0 };
  }
}

/** The table, where something happens after the calls of one name. */
function after(table: Table, name: keyof Table, then: () => Promise<void>): Table {
  return new Proxy(table, {
    get:
      (target, called: keyof Table) =>
      async (...given: [never, never, never]) => {
        const answer = await target[called](...given);
        if (called === name) await then();
        return answer;
      },
  });
}

it.each([
  ['puts nothing older in the place of what came after it read', 'second', 'third'],
  ['takes away no rule that was made again after it read', null, 'again'],
])('a publisher that stalls %s', async (_, readByIt, cameAfter) => {
  const publishing = new Publishing();
  await publishing.write('first');
  await publishing.read();
  await publishing.write(readByIt);
  const config = after(publishing.config, 'scan', async () => {
    await publishing.write(cameAfter);
    publishing.now += STALLED_MS;
    expect(await publishing.read()).toMatchObject({ title: cameAfter });
  });
  expect(await publishing.read({ config })).toMatchObject({ title: cameAfter });
});

it('a rule that is made again is newer than what it was, and no newer than the version that has it', async () => {
  const publishing = new Publishing();
  await publishing.write('first');
  const first = await publishing.read();
  await publishing.write(null);
  const gone = await publishing.read();
  await publishing.write('again');
  const again = await publishing.read();
  expect(again.revision).toBeGreaterThan(first.revision);
  expect(again.revision).toBeGreaterThan(gone.version);
  expect(again.version).toBeGreaterThanOrEqual(again.revision);
});

it('revisions run ahead of the version only until somebody goes on where publishers died', async () => {
  const publishing = new Publishing();
  await publishing.write('first');
  await publishing.read();
  const dies = async () => {
    throw new Error('The publisher died.');
  };
  for (const title of ['second', 'third', 'fourth']) {
    await publishing.write(title);
    publishing.now += STALLED_MS;
    await publishing.read({ state: after(publishing.state, 'put', dies) }).catch(() => undefined);
  }
  publishing.now += STALLED_MS;
  const { version, title, revision } = await publishing.read();
  expect(title).toBe('fourth');
  expect(revision).toBeGreaterThan(3);
  expect(version).toBeGreaterThanOrEqual(revision);
});

it('an item that a release without revisions wrote becomes newer than whatever was written by it before', async () => {
  const publishing = new Publishing();
  await publishing.write('first');
  const { version, revision } = await publishing.read();
  const [written] = await publishing.state.query({ pk: 'configuration', from: 'item#', to: 'item$' });
  const { revision: _unknown, ...item } = written ?? expect.fail();
  await publishing.state.put(item);
  await publishing.write('first');
  const again = await publishing.read();
  expect(again.revision).toBeGreaterThan(revision);
  expect(again.version).toBeGreaterThan(version);
});
