/** Everything about one episode: what the card says, all lines, and what became of it, told or not, and why. */

import { timelineOf } from '../../../functions/responder/pages/timeline.ts';
import { acknowledgementEnd, type EpisodeName } from '../../../shared/alerts/acknowledgement.ts';
import { alertWords, type Reader } from '../../../shared/channels/alert-words.ts';
import { loadDelivery, loadPlan } from '../../../shared/deliveries/ledger.ts';
import type { Table } from '../../../shared/ports.ts';
import { type AlertStanding, loadStanding } from '../../../shared/routing/standing.ts';
import { formatValue, windowOf } from '../../../shared/text/condition.ts';
import { formatLasted } from '../../../shared/text/durations.ts';
import { reasonText } from '../../../shared/text/reasons.ts';
import { cardOf } from './card.ts';
import { readConfiguration } from './configuration.ts';
import { judged, type StandingAlert } from './now.ts';

/** As of `now` (ms); null where the episode is not kept any more. */
export async function readAlert(state: Table, name: EpisodeName, now: number, reader: Reader) {
  const { timeIntervals } = await readConfiguration(state);
  const standing = await loadStanding(state, name, timeIntervals, now);
  if (standing === undefined) return null;
  const { alert, groups, earlier, scope } = standing;
  const words = alertWords(alert, now, reader);
  return {
    ...cardOf(standingAlert(standing, now), now, reader),
    lines: words.lines,
    annotations: words.annotations,
    logsUrl: words.logsUrl,
    runbookUrl: words.runbookUrl,
    scope: Object.entries(scope).map(([label, text]) => ({ name: label, text })),
    receivers: groups.map(({ receiver, groupLabels, told, nextAt }) => ({
      receiver,
      groupLabels,
      told,
      nextAt,
    })),
    timeline: await wholeTimeline(state, standing, reader),
    earlier: earlier.map(({ startsAt, endsAt, condition, peak }) => ({
      startsAt,
      lasted: formatLasted((endsAt ?? startsAt) - startsAt, reader.locale),
      peak: formatValue(condition, peak, reader.locale),
    })),
  };
}

/** A moment of the timeline; those of deliveries and of counting are worded by the page. */
interface Moment {
  /** ms */
  at: number;
  text?: string;
  kind?: 'counted' | 'delivered' | 'retry' | 'failed' | 'pending';
  receiver?: string;
  delivery?: string;
  reason?: string | null;
}

/** From the first match to what became of every delivery. */
async function wholeTimeline(state: Table, standing: AlertStanding, reader: Reader): Promise<Moment[]> {
  const { alert, groups } = standing;
  const told = groups.flatMap(({ decisions }) => decisions.flatMap(({ notification }) => notification ?? []));
  const deliveries = await Promise.all([...new Set(told)].map((id) => deliveriesOf(state, id, reader)));
  // Lines from before the window are shown too where nothing newer came: they were not counted in it.
  const opened = alert.startsAt - (windowOf(alert.condition) ?? 0);
  const counted = Math.min(
    ...alert.lines.map(({ at }) => at).filter((at) => at >= opened),
    ...alert.series.filter(({ value }) => value > 0).map(({ at }) => at),
  );
  const first: Moment[] = counted <= alert.startsAt ? [{ at: counted, kind: 'counted' }] : [];
  const moments = [...first, ...timelineOf(standing, reader), ...deliveries.flat()];
  return moments.toSorted((a, b) => a.at - b.at);
}

async function deliveriesOf(state: Table, notificationId: string, { locale }: Reader): Promise<Moment[]> {
  const plan = await loadPlan(state, notificationId);
  if (plan === undefined) return [];
  const { receiver } = plan.notification;
  const found = plan.deliveries.map(async ({ id }): Promise<Moment[]> => {
    const delivery = (await loadDelivery(state, notificationId, id))?.delivery;
    if (delivery === undefined) return [];
    const attempts = (delivery.log ?? []).map(({ at, outcome, reason }): Moment => {
      const why = reason === null ? null : reasonText(reason, locale);
      return { at, kind: outcome, receiver, delivery: id, reason: why };
    });
    if (delivery.status !== 'pending') return attempts;
    return [...attempts, { at: delivery.notBefore, kind: 'pending', receiver, delivery: id, reason: null }];
  });
  return (await Promise.all(found)).flat();
}

function standingAlert(shown: AlertStanding, now: number): Omit<StandingAlert, 'groups'> {
  const { alert, groups, withheld, silences } = shown;
  const last = shown.acknowledgement;
  const holds = last !== undefined && acknowledgementEnd(last, alert, now) === null;
  const acknowledgement = holds ? last : null;
  if (alert.status === 'resolved')
    return { alert, standing: 'resolved', why: null, acknowledgement, silences: [] };
  const state = judged({ groups, withheld, isSilenced: silences.length > 0, isAcknowledged: holds });
  return { alert, acknowledgement, silences, ...state };
}
