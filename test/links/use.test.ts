import { describe, expect, it } from 'vitest';
import type { Link } from '../../shared/links/link.ts';
import { claimUse, finishUse, useOf } from '../../shared/links/use.ts';
import { MemoryTable } from '../../shared/memory/table.ts';

const NOW = Date.UTC(2026, 10, 21, 3);
const LINK: Link = {
  purpose: 'silence',
  ruleId: 'order-errors',
  fingerprint: '0123456789abcdef',
  startsAt: NOW - 60_000,
  receiver: 'ops',
  expiresAt: NOW + 3_600_000,
  nonce: 'abc',
};

describe('the use of a link', () => {
  it('is one person’s, once', async () => {
    const state = new MemoryTable();
    expect(await useOf(state, LINK)).toBeUndefined();
    expect(await claimUse(state, LINK, 'Ann', NOW)).toEqual({ kind: 'claimed' });
    expect(await claimUse(state, LINK, 'Bob', NOW + 1)).toEqual({ kind: 'busy' });
    expect(await useOf(state, LINK)).toBeUndefined();
    await finishUse(state, LINK);
    const use = { claimedBy: 'Ann', at: NOW };
    expect(await claimUse(state, LINK, 'Bob', NOW + 3_599_000)).toEqual({ kind: 'used', use });
    expect(await useOf(state, LINK)).toEqual(use);
  });

  it('is anybody’s again where whoever claimed it failed before the act', async () => {
    const state = new MemoryTable();
    await claimUse(state, LINK, 'Ann', NOW);
    expect(await claimUse(state, LINK, 'Bob', NOW + 30_000)).toEqual({ kind: 'claimed' });
  });

  it('leaves links of other purposes, episodes and messages alone', async () => {
    const state = new MemoryTable();
    await claimUse(state, LINK, 'Ann', NOW);
    await finishUse(state, LINK);
    for (const change of [{ purpose: 'acknowledge' as const }, { startsAt: NOW }, { nonce: 'other' }]) {
      expect(await claimUse(state, { ...LINK, ...change }, 'Bob', NOW)).toEqual({ kind: 'claimed' });
    }
  });

  it('is known as long as the link could be tried', async () => {
    const state = new MemoryTable();
    await claimUse(state, LINK, 'Ann', NOW);
    const [item] = await state.scan();
    expect(Number(item?.ttl) * 1000).toBeGreaterThan(LINK.expiresAt);
  });
});
