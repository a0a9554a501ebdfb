/**
 * The alerts that fire now and that some inhibit rule names as its source: one small partition, written when such an
 * alert begins and ends, so that it outlives functions. When the rules change, what fires is looked through once, and
 * once more when every function has heard of the change.
 */
import { digest } from '../alerts/identity.ts';
import type { AlertMessage } from '../alerts/messages.ts';
import type { NotifiedAlert } from '../alerts/notification.ts';
import { isHeadKey, loadEpisode } from '../alerts/store.ts';
import { forEachConcurrently } from '../concurrency.ts';
import { type InhibitRule, SEVERITIES } from '../config/model.ts';
import { dueKeys } from '../due.ts';
import type { Item, Key, Table } from '../ports.ts';
import { type FiringSource, isSource } from './inhibition.ts';

const PARTITION = 'inhibitors';
const PREFIX = 'source#';
const INDEX: Key = { pk: PARTITION, sk: 'index' };
/** Functions hear of a changed configuration within this, ms. */
const SETTLED_MS = 60_000;
const AT_A_TIME = 16;
const FIRING_MAX = 100_000;

/** Keeps the index up to date with a transition that is being taken. */
export async function noteSource(
  state: Table,
  rules: readonly InhibitRule[],
  { key, alert }: Pick<AlertMessage, 'key' | 'alert'>,
): Promise<void> {
  if (!mayBeSource(rules, alert.labels)) return;
  if (alert.status === 'firing' && isSource(rules, alert.labels)) await enter(state, key, alert);
  else await state.delete(sourceKey(alert));
}

/** What fires now of the rules' sources. `now`: ms. */
export async function firingSources(
  state: Table,
  rules: readonly InhibitRule[],
  now: number,
): Promise<FiringSource[]> {
  const items = await state.query({ pk: PARTITION });
  const sources = items.filter(({ sk }) => sk.startsWith(PREFIX));
  if (isCurrent(items, rules, now)) return sources.map(sourceOf);
  await rebuild(state, rules, sources, now);
  const rebuilt = await state.query({ pk: PARTITION, from: PREFIX, to: 'source$' });
  return rebuilt.map(sourceOf);
}

function isCurrent(items: readonly Item[], rules: readonly InhibitRule[], now: number): boolean {
  const index = items.find(({ sk }) => sk === INDEX.sk);
  if (index?.rules !== namesOf(rules)) return false;
  return index.isSettled === true || now < Number(index.builtAt) + SETTLED_MS;
}

/** Looks through everything that fires; what ended unseen while other rules were in force leaves. */
async function rebuild(
  state: Table,
  rules: readonly InhibitRule[],
  known: readonly Item[],
  now: number,
): Promise<void> {
  const before = await state.get(INDEX);
  const keys = (await dueKeys(state, Number.MAX_SAFE_INTEGER, FIRING_MAX)).filter(isHeadKey);
  const firing = new Set<string>();
  await forEachConcurrently(keys, AT_A_TIME, async (key) => {
    const episode = await loadEpisode(state, key);
    if (episode?.alert.status !== 'firing' || episode.withheld !== null) return;
    firing.add(sourceKey(episode.alert).sk);
    if (isSource(rules, episode.alert.labels)) await enter(state, key, episode.alert);
  });
  await forEachConcurrently(known, AT_A_TIME, async (source) => {
    if (!firing.has(source.sk)) await removeWhereOver(state, keyOfAlert(source), source);
  });
  const isSettled = before?.rules === namesOf(rules);
  await state.put({ ...INDEX, rules: namesOf(rules), builtAt: now, isSettled });
}

/** The episode is asked again afterwards: its end may have been taken while this was written. */
async function enter(state: Table, key: Key, alert: NotifiedAlert): Promise<void> {
  const { ruleId, title, labels, startsAt } = alert;
  const source = sourceKey(alert);
  await state.put({ ...source, ruleId, title, labels, startsAt, alertPk: key.pk, alertSk: key.sk });
  await removeWhereOver(state, key, source, startsAt);
}

async function removeWhereOver(
  state: Table,
  alertKey: Key,
  source: Key & { startsAt?: unknown },
  startsAt = Number(source.startsAt),
): Promise<void> {
  const latest = await loadEpisode(state, alertKey);
  const fires =
    latest === undefined || (latest.alert.status === 'firing' && latest.alert.startsAt === startsAt);
  if (!fires) await state.delete({ pk: source.pk, sk: source.sk });
}

/** Also what is one with another severity: an alert may have been a source until its severity changed. */
function mayBeSource(rules: readonly InhibitRule[], labels: Record<string, string>): boolean {
  return rules.length > 0 && SEVERITIES.some((severity) => isSource(rules, { ...labels, severity }));
}

function namesOf(rules: readonly InhibitRule[]): string {
  return digest(rules.map(({ sourceMatchers }) => sourceMatchers));
}

function keyOfAlert({ alertPk, alertSk }: Item): Key {
  return { pk: String(alertPk), sk: String(alertSk) };
}

function sourceKey({ fingerprint, startsAt }: Pick<NotifiedAlert, 'fingerprint' | 'startsAt'>): Key {
  return { pk: PARTITION, sk: `${PREFIX}${fingerprint}#${String(startsAt).padStart(15, '0')}` };
}

function sourceOf({ ruleId, title, labels }: Item): FiringSource {
  return { ruleId: String(ruleId), title: String(title), labels: labels as Record<string, string> };
}
