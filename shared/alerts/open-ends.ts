/**
 * What holds until an event ends it, by source: a log stream of `consecutive`, a clause of `absent`. An alert whose end
 * is open is over when none of its sources is left. A source is noted before its breach is applied and forgotten before
 * its end is, so whoever looks last sees what is left. What an older version of the rule noted holds nothing open.
 */
import type { Clause, Item, Key, Table } from '../ports.ts';
import { type RuleVersion, writtenUpTo } from '../revision.ts';
import { alertPartition } from './store.ts';

const PREFIX = 'open#';
/** A source that was not heard of for so long (ms) is forgotten. */
const KEPT_MS = 30 * 86_400_000;

export interface AlertName {
  ruleId: string;
  fingerprint: string;
}

/** An alert, and the version of its rule that is asked for its sources. */
export type HeldAlert = AlertName & RuleVersion;

/** Notes a source, or that it was heard of at `now` (ms); answers whether it was noted already. */
export async function noteOpenEnd(
  table: Table,
  alert: HeldAlert,
  source: string,
  now: number,
): Promise<boolean> {
  const { generation, revision } = alert;
  const key = keyOf(alert, source);
  const set = { generation, revision, ttl: Math.ceil((now + KEPT_MS) / 1000) };
  const own: Clause = { attribute: 'generation', is: '=', value: generation };
  if ((await table.update(key, { set }, [[own]])) !== undefined) return true;
  const older = writtenUpTo(revision).map((clause) => [clause]);
  await table.put({ ...key, ...set }, older);
  return false;
}

/** Forgets a source; answers whether any other is left. */
export async function closeOpenEnd(table: Table, alert: HeldAlert, source: string): Promise<boolean> {
  await table.delete(keyOf(alert, source), [
    [{ attribute: 'generation', is: 'absent' }],
    [{ attribute: 'generation', is: '=', value: alert.generation }],
  ]);
  return await hasOtherOpenEnds(table, alert, source);
}

/** Whether any source is left, but for one. */
export async function hasOtherOpenEnds(table: Table, alert: HeldAlert, source: string): Promise<boolean> {
  const { sk: own } = keyOf(alert, source);
  return (await openEnds(table, alert)).some((end) => end.sk !== own && isOf(alert, end));
}

/** Whether a source is noted. */
export async function isOpenEnd(table: Table, alert: HeldAlert, source: string): Promise<boolean> {
  const end = await table.get(keyOf(alert, source));
  return end !== undefined && isOf(alert, end);
}

/** Forgets all sources of an alert that ends for another reason. */
export async function forgetOpenEnds(table: Table, alert: AlertName): Promise<void> {
  for (const { pk, sk } of await openEnds(table, alert)) await table.delete({ pk, sk });
}

async function openEnds(table: Table, { ruleId, fingerprint }: AlertName): Promise<Item[]> {
  const pk = alertPartition(ruleId, fingerprint);
  return await table.query({ pk, from: PREFIX, to: `${PREFIX}\u{ffff}` });
}

function isOf({ generation: own }: HeldAlert, { generation = own }: Item): boolean {
  return generation === own;
}

function keyOf({ ruleId, fingerprint }: AlertName, source: string): Key {
  return { pk: alertPartition(ruleId, fingerprint), sk: `${PREFIX}${source}` };
}
