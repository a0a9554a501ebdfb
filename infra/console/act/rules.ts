/**
 * What people change in a rule from the page. It is an edit by hand, as in the DynamoDB console: it goes live within
 * half a minute, `tocsin apply` stops at it, `tocsin pull` takes it into the document. It is checked before it is
 * written, and the history says who made it.
 */
import * as z from 'zod';
import { digest } from '../../../shared/alerts/identity.ts';
import { beginVersion, endVersion } from '../../../shared/applied/history.ts';
import { editItem, OWNER_DEFAULT, readStanding, type Standing } from '../../../shared/applied/standing.ts';
import type { Body } from '../../../shared/config/items.ts';
import { parsed } from '../body.ts';
import { readerOfItems } from '../read/configuration.ts';
import { thresholdIn, withThreshold } from '../read/threshold.ts';
import { Refusal } from '../refusal.ts';
import type { Visit } from '../visit.ts';

const enabling = z.strictObject({ id: z.string().max(200), enabled: z.boolean() });

/** @throws Refusal where there is no such rule. */
export async function postEnable(visit: Visit): Promise<{ id: string }> {
  const { id, enabled } = parsed(enabling, visit.body);
  const what = `console: ${enabled ? 'enabled' : 'disabled'} ${id}`;
  return await edit(visit, id, what, ({ enabled: _before, ...body }) =>
    enabled ? body : { ...body, enabled: false },
  );
}

const moving = z.strictObject({
  id: z.string().max(200),
  clause: z.int().min(0).max(100),
  is: z.string().min(1).max(100),
  /** The document as whoever saves saw it, by `seen` of `/api/rule`. */
  seen: z.string().max(100).optional(),
});

/** @throws Refusal where the rule has no such threshold, or this is none. */
export async function postThreshold(visit: Visit): Promise<{ id: string }> {
  const { id, clause, is, seen } = parsed(moving, visit.body);
  return await edit(visit, id, `console: ${id} fires at ${is}`, (body) => {
    if (seen !== undefined && seen !== digest(body)) throw changedMeanwhile();
    const before = readerOfItems().parseItem('rule', body);
    const condition = before.ok ? before.value.when[clause]?.condition : undefined;
    if (condition === undefined || thresholdIn(body, clause, condition) === null)
      throw new Refusal(409, 'The rule has no such threshold.', '规则没有这个阈值。');
    return withThreshold(body, clause, condition, is);
  });
}

async function edit(
  { place, now }: Visit,
  id: string,
  what: string,
  change: (body: Body) => Body,
): Promise<{ id: string }> {
  const before = (await readStanding(place.config)).find((item) => item.kind === 'rule' && item.id === id);
  if (before === undefined) throw new Refusal(404, `There is no rule ${id}.`, `没有规则 ${id}。`);
  const after = change(before.body);
  const [problem] = readerOfItems().validate({ kind: 'rule', id, body: after });
  if (problem !== undefined) throw new Refusal(400, `${problem.path}: ${problem.message}.`);
  const about = { at: now, by: place.author, owner: ownerOf(before), what };
  const step = { kind: before.kind, id, before: before.body, after, conflict: null };
  const version = await beginVersion(place.state, about, [step]);
  const isMade = await editItem(place.config, before, after);
  await endVersion(place.state, version);
  if (!isMade) throw changedMeanwhile();
  return { id };
}

function changedMeanwhile(): Refusal {
  return new Refusal(
    409,
    'Somebody else changed the rule meanwhile. Nothing was saved: look at what it says now.',
    '其他人刚刚修改了该规则，未保存：请先看看它现在的内容。',
  );
}

function ownerOf({ owner }: Standing): string {
  return owner ?? OWNER_DEFAULT;
}
