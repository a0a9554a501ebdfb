import { describe, expect, it } from 'vitest';
import { MemoryTable } from '../../shared/memory/table.ts';
import { loadMembers, markTold, upsertMember } from '../../shared/routing/members.ts';
import { sampleAlert } from '../channels/sample-notification.ts';

const GROUP = 'g1';
const NOW = 1_800_000_000_000;
const FIRES = sampleAlert({ status: 'firing', endsAt: null });
const IS_OVER = sampleAlert({ status: 'resolved', endsAt: NOW, alreadyOver: true });
const ENDS = sampleAlert({ status: 'resolved', endsAt: NOW });

const entering = (seq: number, alert: typeof FIRES) => ({ seq, generation: 'x', alert });

async function tellAll(table: MemoryTable): Promise<void> {
  for (const { key, seq, alert } of await loadMembers(table, GROUP))
    await markTold(table, { key, seq, status: alert.status }, NOW);
}

describe('a member of a group', () => {
  it('is what its newest transition says, in whatever order they come', async () => {
    const table = new MemoryTable();
    for (const seq of [2, 1, 3, 2]) await upsertMember(table, GROUP, entering(seq, seq === 3 ? ENDS : FIRES));
    expect(await loadMembers(table, GROUP)).toMatchObject([{ seq: 3, alert: { status: 'resolved' } }]);
  });

  it('is not told again where two wrote the same breach down, one as over and one as firing', async () => {
    const table = new MemoryTable();
    expect(await upsertMember(table, GROUP, entering(1, IS_OVER))).toBe(true);
    await tellAll(table);
    expect(await upsertMember(table, GROUP, entering(5, FIRES))).toBe(false);
    expect(await upsertMember(table, GROUP, entering(6, ENDS))).toBe(false);
    expect(await loadMembers(table, GROUP)).toEqual([]);
  });

  it('is told to end where it was told to fire, though somebody else told that it was over', async () => {
    const table = new MemoryTable();
    await upsertMember(table, GROUP, entering(2, FIRES));
    const [fires] = await loadMembers(table, GROUP);
    await tellAll(table);
    if (fires === undefined) throw new Error('the alert did not enter the group');
    await markTold(table, { key: fires.key, seq: 1, status: 'resolved' }, NOW);
    expect(await upsertMember(table, GROUP, entering(3, ENDS))).toBe(true);
    expect(await loadMembers(table, GROUP)).toMatchObject([{ seq: 3, told: 'firing' }]);
  });
});
