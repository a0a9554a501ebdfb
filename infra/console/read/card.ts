/** An alert as the page shows it, in the reader's words. Its texts may come from a log: the page lays them out as text. */

import type { NotifiedAlert } from '../../../shared/alerts/notification.ts';
import { alertWords, type Reader } from '../../../shared/channels/alert-words.ts';
import { formatValue } from '../../../shared/text/condition.ts';
import { reasonText } from '../../../shared/text/reasons.ts';
import type { NowGroup, StandingAlert } from './now.ts';

const LINES_ON_CARD = 2;

/** An alert as its card shows it, in the words of the reader. */
export function cardOf(shown: Omit<StandingAlert, 'groups'>, now: number, reader: Reader) {
  const { alert, standing, why, acknowledgement, silences } = shown;
  const words = alertWords(alert, now, reader);
  return {
    id: { rule: alert.ruleId, fingerprint: alert.fingerprint, startsAt: alert.startsAt },
    standing,
    why: why === null ? null : reasonText(why, reader.locale),
    severity: alert.severity,
    severityWord: words.severityWord,
    status: alert.status,
    statusWord: words.statusWord,
    title: words.title,
    summary: words.summary,
    condition: words.condition,
    startsAt: alert.startsAt,
    endsAt: alert.endsAt,
    facts: words.facts,
    notes: words.notes,
    labels: words.labels,
    chart: words.chart,
    lines: words.lines.slice(0, LINES_ON_CARD),
    acknowledgement:
      acknowledgement === null ? null : { by: acknowledgement.by, until: acknowledgement.until },
    silences: silences.map(({ id, author, comment, endsAt }) => ({ id, author, comment, endsAt })),
  };
}

/** A group with its alerts, the worst first. */
export function groupCard(
  { id, receiver, groupLabels, nextAt, alerts }: NowGroup,
  now: number,
  reader: Reader,
) {
  const labels = Object.entries(groupLabels).map(([name, text]) => ({ name, text }));
  return { id, receiver, labels, nextAt, alerts: alerts.map((shown) => cardOf(shown, now, reader)) };
}

/** An alert that is over, on one line. */
export function endedRow(alert: NotifiedAlert, reader: Reader) {
  const { ruleId: rule, fingerprint, startsAt, endsAt, condition, peak } = alert;
  const { title, labels } = alertWords(alert, endsAt ?? startsAt, reader);
  return {
    id: { rule, fingerprint, startsAt },
    title,
    labels,
    endsAt,
    peak: formatValue(condition, peak, reader.locale),
  };
}
