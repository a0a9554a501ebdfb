/** What people do about alerts: acknowledge, ask for quiet, end the quiet. */

import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { acknowledge, acknowledgementOf } from '../../../shared/alerts/acknowledgement.ts';
import { firingEpisodes } from '../../../shared/alerts/firing.ts';
import { parseMatcher } from '../../../shared/config/matchers.ts';
import type { LabelMatcher } from '../../../shared/config/model.ts';
import { matchesLabels } from '../../../shared/routing/matchers.ts';
import {
  addSilence,
  expireSilence,
  matchersProblem,
  SilenceError,
} from '../../../shared/routing/silences.ts';
import { loadStanding } from '../../../shared/routing/standing.ts';
import { oneLine } from '../../../shared/text/plain.ts';
import { parsed } from '../body.ts';
import { readConfiguration } from '../read/configuration.ts';
import { Refusal } from '../refusal.ts';
import type { Visit } from '../visit.ts';

const NAME_LENGTH_MAX = 80;
const COMMENT_LENGTH_MAX = 500;
const LONGEST_MS = 366 * 86_400_000;

const name = z.strictObject({
  rule: z.string().min(1).max(200),
  fingerprint: z.string().regex(/^[0-9a-zA-Z_-]{1,64}$/, 'a fingerprint was expected'),
  startsAt: z.int(),
});
const by = z.string().max(NAME_LENGTH_MAX).default('');
const forMs = z.int().min(60_000).max(LONGEST_MS);

const acknowledging = z.strictObject({ alert: name, by, forMs: forMs.nullable() });

/** `before`: who had done so already. @throws Refusal where the episode has ended or is not known. */
export async function postAcknowledge({
  place,
  body,
  now,
}: Visit): Promise<{ outcome: string; before: string | null }> {
  const { alert, by: who, forMs: lasting } = parsed(acknowledging, body);
  const episode = { ruleId: alert.rule, fingerprint: alert.fingerprint, startsAt: alert.startsAt };
  const until = lasting === null ? null : now + lasting;
  const before = await acknowledgementOf(place.state, episode);
  const { outcome } = await acknowledge(place.state, episode, { by: named(who, place.author), until }, now);
  if (outcome === 'unknown') throw noAlert();
  if (outcome === 'ended')
    throw new Refusal(
      409,
      'The alert has ended: there is nothing left to acknowledge.',
      '告警已经恢复，无需再确认。',
    );
  return { outcome, before: before?.by ?? null };
}

const silencing = z.strictObject({
  /** An alert, whose labels are silenced, or matchers as people write them. */
  alert: name.optional(),
  matchers: z.array(z.string().max(500)).max(20).optional(),
  by,
  comment: z.string().max(COMMENT_LENGTH_MAX).default(''),
  forMs,
  startsAt: z.int().optional(),
});

/** @throws Refusal where there is nothing to silence, or it cannot be. */
export async function postSilence(visit: Visit): Promise<{ id: string }> {
  const { place, body, now } = visit;
  const asked = parsed(silencing, body);
  const startsAt = Math.max(now, asked.startsAt ?? now);
  const silence = {
    id: randomBytes(4).toString('hex'),
    matchers: await matchersOf(visit, asked),
    startsAt,
    endsAt: startsAt + asked.forMs,
    recurs: null,
    author: named(asked.by, place.author),
    comment: oneLine(asked.comment),
    createdAt: now,
  };
  await addSilence(place.state, silence).catch((error: unknown) => {
    if (error instanceof SilenceError) throw new Refusal(400, error.message);
    throw error;
  });
  return { id: silence.id };
}

const asking = z.strictObject({ matchers: z.array(z.string().max(500)).max(20) });

/** How many of the alerts that fire matchers would keep quiet, or what is wrong with them: asked while they are written. */
export async function postMatching({
  place,
  body,
  reader,
}: Visit): Promise<{ matching: number; problem: string | null }> {
  const { matchers: texts } = parsed(asking, body);
  const matchers = texts.flatMap((text) => parseMatcher(text) ?? []);
  const strange = texts.find((text) => parseMatcher(text) === null);
  const problem =
    strange === undefined ? matchersProblem(matchers) : noMatcher(strange).sentence(reader.locale);
  if (problem !== null) return { matching: 0, problem };
  const firing = await firingEpisodes(place.state);
  const matching = firing.filter(({ alert }) => matchesLabels(matchers, alert.labels)).length;
  return { matching, problem: null };
}

async function matchersOf(
  { place, now }: Visit,
  { alert, matchers = [] }: z.infer<typeof silencing>,
): Promise<LabelMatcher[]> {
  if (alert === undefined) return matchers.map(writtenMatcher);
  const { timeIntervals } = await readConfiguration(place.state);
  const episode = { ruleId: alert.rule, fingerprint: alert.fingerprint, startsAt: alert.startsAt };
  const standing = await loadStanding(place.state, episode, timeIntervals, now);
  if (standing === undefined) throw noAlert();
  return Object.entries(standing.scope).map(([label, value]) => ({ label, operator: '=', value }));
}

function writtenMatcher(text: string): LabelMatcher {
  const matcher = parseMatcher(text);
  if (matcher === null) throw noMatcher(text);
  return matcher;
}

function noMatcher(text: string): Refusal {
  return new Refusal(
    400,
    `${text} is no matcher, expected one such as rule="errors".`,
    `${text} 不是匹配条件，应形如 rule="errors"。`,
  );
}

const expiring = z.strictObject({ id: z.string().max(63) });

/** @throws Refusal where there is no such silence. */
export async function postExpire({ place, body, now }: Visit): Promise<{ id: string }> {
  const { id } = parsed(expiring, body);
  const silence = await expireSilence(place.state, id, now);
  if (silence === undefined) throw new Refusal(404, `There is no silence ${id}.`, `没有静默 ${id}。`);
  return { id };
}

function noAlert(): Refusal {
  return new Refusal(404, 'There is no such alert any more.', '该告警已不存在。');
}

function named(claimed: string, otherwise: string): string {
  return oneLine(claimed).trim() || otherwise;
}
