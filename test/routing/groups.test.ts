import { describe, expect, it } from 'vitest';
import { MemoryTable } from '../../shared/memory/table.ts';
import { digestRoute } from '../../shared/routing/folds.ts';
import {
  claimFlush,
  enterGroup,
  finishFlush,
  type GroupHead,
  loadHead,
  notePlans,
  removeGroup,
} from '../../shared/routing/groups.ts';

const ROUTE = digestRoute('ops');

describe('a group that ends and begins anew', () => {
  it('takes nothing that is repeated of its first flush before for its own first one', async () => {
    const state = new MemoryTable();
    await enterGroup(state, 'g', ROUTE, {}, 1_000);
    const before = (await claimFlush(state, 'g', 1, 1_000)) as GroupHead;
    expect(await removeGroup(state, 'g', before)).toBe(true);
    const anew = await enterGroup(state, 'g', ROUTE, {}, 2_000);
    await notePlans(state, 'g', before, ['told before']);
    const next = { route: ROUTE, nextFlushAt: 9_000, nextRoundAt: 9_000, lastSentAt: null, log: [] };
    await finishFlush(state, 'g', before, next);
    expect(await removeGroup(state, 'g', before)).toBe(false);
    expect(await loadHead(state, 'g')).toEqual(anew);
  });
});
