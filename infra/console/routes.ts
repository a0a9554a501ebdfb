/** What the page asks for and what it does, by address. */
import { readActivity } from '../../shared/activity.ts';
import type { Table } from '../../shared/ports.ts';
import { postAcknowledge, postExpire, postMatching, postSilence } from './act/alerts.ts';
import { postRedrive } from './act/deliveries.ts';
import { postLines } from './act/lines.ts';
import { postEnable, postThreshold } from './act/rules.ts';
import { postTry } from './act/try.ts';
import { readAlert } from './read/alert.ts';
import { endedRow, groupCard } from './read/card.ts';
import { readConfiguration } from './read/configuration.ts';
import { getDeliveries } from './read/deliveries.ts';
import { readEnded } from './read/ended.ts';
import { readNow } from './read/now.ts';
import { firingAlerts, itemStates } from './read/overview.ts';
import { getPreview, getRule } from './read/rule.ts';
import { getRules } from './read/rules.ts';
import { getSilences } from './read/silences.ts';
import { getSystem } from './read/system.ts';
import { Refusal } from './refusal.ts';
import type { Visit } from './visit.ts';

export type Handler = (visit: Visit) => Promise<unknown>;

export const READS: Readonly<Record<string, Handler>> = {
  '/api/stack': async ({ place }) => place.stack,
  '/api/rules': ({ place }) => itemStates(place.state),
  '/api/alerts': ({ place }) => firingAlerts(place.state),
  '/api/session': async ({ place, mayAct, now }) => ({
    place: place.journal === null ? place.name : null,
    author: place.author,
    mayAct,
    now,
  }),
  '/api/now': getNow,
  '/api/alert': getAlert,
  '/api/rulebook': getRules,
  '/api/rule': getRule,
  '/api/preview': getPreview,
  '/api/silences': getSilences,
  '/api/deliveries': getDeliveries,
  '/api/system': getSystem,
};

export const ACTS: Readonly<Record<string, Handler>> = {
  '/api/acknowledge': postAcknowledge,
  '/api/silence': postSilence,
  '/api/expire': postExpire,
  '/api/enable': postEnable,
  '/api/threshold': postThreshold,
  '/api/redrive': postRedrive,
};

/** What is sent with a body and changes nothing: as free as reading. */
export const QUESTIONS: Readonly<Record<string, Handler>> = {
  '/api/try': postTry,
  '/api/matching': postMatching,
};

/** The same for who may act only: what is answered is nobody else's business. */
export const CONFIDENCES: Readonly<Record<string, Handler>> = { '/api/lines': postLines };

async function getNow({ place, now, reader }: Visit): Promise<unknown> {
  const { groups, pending, failing, counts, more } = await readNow(place.state, now);
  const ended = (await readEnded(place.state)).map((alert) => endedRow(alert, reader));
  const watching = await readWatching(place.state);
  return {
    now,
    counts,
    more,
    pending,
    failing,
    ended,
    watching,
    groups: groups.map((group) => groupCard(group, now, reader)),
  };
}

/** What is looked at while nothing fires, so that quiet is not taken for a deaf ear. */
async function readWatching(state: Table): Promise<{ rules: number; lastEvent: number | null }> {
  const [{ rules }, { event }] = await Promise.all([readConfiguration(state), readActivity(state)]);
  const lastEvent = event.size === 0 ? null : Math.max(...event.values());
  return { rules: rules.filter(({ enabled }) => enabled).length, lastEvent };
}

async function getAlert({ place, query, now, reader }: Visit): Promise<unknown> {
  const ruleId = query.get('rule') ?? '';
  const fingerprint = query.get('fingerprint') ?? '';
  const startsAt = Number(query.get('startsAt'));
  const alert = await readAlert(place.state, { ruleId, fingerprint, startsAt }, now, reader);
  if (alert === null)
    throw new Refusal(
      404,
      'There is no such alert any more: ended ones are kept for seven days.',
      '该告警已不存在：恢复的告警保留七天。',
    );
  return { now, alert };
}
