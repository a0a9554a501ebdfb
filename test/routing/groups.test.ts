import { describe, expect, it } from 'vitest';
import { MemoryTable } from '../../shared/memory/table.ts';
import { digestRoute } from '../../shared/routing/folds.ts';
import {
  claimFlush,
  enterGroup,
  FLUSH_LEASE_MS,
  finishFlush,
  type GroupHead,
  loadHead,
  notePlans,
  removeGroup,
} from '../../shared/routing/groups.ts';

const ROUTE = digestRoute('ops');

describe('a group', () => {
  it('is not removed where an alert arrived after its flush had begun', async () => {
    const state = new MemoryTable();
    await enterGroup(state, 'g', ROUTE, {}, 1_000);
    const head = (await claimFlush(state, 'g', 1, 1_000)) as GroupHead;
    await enterGroup(state, 'g', ROUTE, {}, 5_000);
    expect(await removeGroup(state, 'g', head)).toBe(false);
    expect(await loadHead(state, 'g')).toMatchObject({ begunAt: 1_000, arrivals: 2 });
  });

  it('is flushed by one function at a time, and by another once it must have ended', async () => {
    const state = new MemoryTable();
    await enterGroup(state, 'g', ROUTE, {}, 1_000);
    expect(await claimFlush(state, 'g', 1, 1_000)).toBeDefined();
    expect(await claimFlush(state, 'g', 1, 1_000 + FLUSH_LEASE_MS - 1)).toBeUndefined();
    expect(await claimFlush(state, 'g', 1, 1_000 + FLUSH_LEASE_MS)).toBeDefined();
  });

  it('goes on to the next flush once', async () => {
    const state = new MemoryTable();
    await enterGroup(state, 'g', ROUTE, {}, 1_000);
    const head = (await claimFlush(state, 'g', 1, 1_000)) as GroupHead;
    const next = { route: ROUTE, nextFlushAt: 9_000, nextRoundAt: 9_000, lastSentAt: null, log: [] };
    await finishFlush(state, 'g', head, next);
    await finishFlush(state, 'g', head, { ...next, nextFlushAt: 90_000 });
    expect(await removeGroup(state, 'g', head)).toBe(false);
    expect(await loadHead(state, 'g')).toMatchObject({ sequence: 2, nextFlushAt: 9_000 });
  });
});

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
