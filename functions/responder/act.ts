/** What a confirmed form does: once per link, whoever sends it again. */
import { acknowledge } from '../../shared/alerts/acknowledgement.ts';
import { digest } from '../../shared/alerts/identity.ts';
import type { Link } from '../../shared/links/link.ts';
import { claimUse, countSilence, finishUse, type LinkUse, releaseUse } from '../../shared/links/use.ts';
import type { Table } from '../../shared/ports.ts';
import { addSilence, SilenceError } from '../../shared/routing/silences.ts';
import type { AlertStanding } from '../../shared/routing/standing.ts';
import { commentWritten, nameWritten } from '../../shared/text/written.ts';
import { type Action, CHOICES } from './choices.ts';

/** What a reader filled in, made harmless. */
export interface Wish {
  by: string;
  comment: string;
  /** How long, ms; null: until the alert ends. */
  forMs: number | null;
}

/** `until`: ms; null: until the alert ends. */
export type Acted =
  | { kind: 'done'; until: number | null }
  | { kind: 'used'; use: LinkUse }
  | { kind: 'busy' | 'over' | 'enough' };

/** Reads the fields of an action's form; null where one is not what the form offers, a name aside. */
export function readWish(action: Action, fields: URLSearchParams): Wish | null {
  const choices: Record<string, number | null> = CHOICES[action];
  const choice = fields.get('for') ?? '';
  const forMs = Object.hasOwn(choices, choice) ? choices[choice] : undefined;
  if (forMs === undefined) return null;
  const by = nameWritten(fields.get('name') ?? '');
  return { by, comment: commentWritten(fields.get('comment') ?? ''), forMs };
}

/** Does what a link is for, unless it was used before; `now`: ms. */
export async function act(
  state: Table,
  link: Link,
  action: Action,
  shown: AlertStanding,
  wish: Wish,
  now: number,
): Promise<Acted> {
  if (action === 'acknowledge' && shown.alert.status === 'resolved') return { kind: 'over' };
  const claimed = await claimUse(state, link, wish.by, now);
  if (claimed.kind !== 'claimed') return claimed;
  if (action === 'silence' && !(await countSilence(state, link))) {
    await releaseUse(state, link, now);
    return { kind: 'enough' };
  }
  const until = wish.forMs === null ? null : now + wish.forMs;
  const done =
    action === 'silence'
      ? await silence(state, link, shown, wish, until ?? now, now)
      : await confirmed(state, link, wish.by, until, now);
  await finishUse(state, link);
  return done ? { kind: 'done', until } : { kind: 'over' };
}

/** False where the alert ended meanwhile. */
async function confirmed(state: Table, link: Link, by: string, until: number | null, now: number) {
  return (await acknowledge(state, link, { by, until }, now)).outcome === 'acknowledged';
}

async function silence(
  state: Table,
  link: Link,
  { scope }: AlertStanding,
  { by, comment }: Wish,
  endsAt: number,
  now: number,
): Promise<true> {
  const matchers = Object.entries(scope).map(([label, value]) => ({ label, operator: '=' as const, value }));
  // Named by its link: a try that failed after this is not made twice.
  const id = digest([link.ruleId, link.fingerprint, link.startsAt, link.nonce]);
  const asked = { id, matchers, startsAt: now, endsAt, recurs: null, author: by, comment, createdAt: now };
  await addSilence(state, asked).catch((error: unknown) => {
    if (!(error instanceof SilenceError) || error.code !== 'exists') throw error;
  });
  return true;
}
