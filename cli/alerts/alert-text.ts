import { acknowledgementEnd } from '../../shared/alerts/acknowledgement.ts';
import type { NotifiedAlert } from '../../shared/alerts/notification.ts';
import { type AlertWords, alertWords } from '../../shared/channels/alert-words.ts';
import type { ExplainedGroup } from '../../shared/routing/explain.ts';
import type { AlertStanding } from '../../shared/routing/standing.ts';
import { formatValue } from '../../shared/text/condition.ts';
import { formatLasted } from '../../shared/text/durations.ts';
import { oneLine } from '../../shared/text/plain.ts';
import { formatTime } from '../../shared/text/times.ts';
import { silenceText } from '../silence/silence-text.ts';
import { alertId } from './find.ts';

const TOLD: Record<ExplainedGroup['told'], string> = {
  nothing: 'not told',
  firing: 'told firing',
  resolved: 'told resolved',
  left: 'done with',
};

/** One line for a list. */
export function alertLine(alert: NotifiedAlert, timeZone: string): string {
  const since = formatTime(alert.startsAt, timeZone);
  return `${alertId(alert)}  ${alert.status}  ${alert.severity}  since ${since}  ${labelText(alert)}`.trimEnd();
}

/** Everything about an alert, line by line, as of `now` (ms). */
export function alertText(standing: AlertStanding, now: number, timeZone: string): string {
  const { alert } = standing;
  const words = alertWords(alert, now, { locale: 'en', timeZone });
  return [
    alertLine(alert, timeZone),
    `  ${words.title}`,
    ...(words.summary === null ? [] : [`  ${words.summary}`]),
    ...[...words.facts, ...words.annotations, ...runbookOf(words)].map(
      ({ name, text }) => `  ${name.padEnd(10)} ${text.replaceAll('\n', '\n             ')}`,
    ),
    ...words.notes.map((note) => `  ${note}`),
    ...standingLines(standing, now, timeZone),
    ...standing.groups.map((group) => receiverLine(group, timeZone)),
    ...standing.earlier.map((earlier) => earlierLine(earlier, timeZone)),
    ...words.lines.map(({ at, text }) => `  ${at}  ${text.replaceAll('\n', '\n            ')}`),
  ].join('\n');
}

function runbookOf({ runbookUrl }: AlertWords): { name: string; text: string }[] {
  return runbookUrl === null ? [] : [{ name: 'Runbook', text: runbookUrl }];
}

/** Who is at it and what keeps it quiet, line by line. */
export function standingLines(
  { alert, acknowledgement, silences, withheld }: AlertStanding,
  now: number,
  timeZone: string,
): string[] {
  const lines = silences.map((silence) => `  silenced   ${silenceText(silence, 'active', timeZone)}`);
  if (withheld !== null) lines.push(`  nobody is told: ${withheld}`);
  if (acknowledgement === undefined) return lines;
  const { by, at, until } = acknowledgement;
  const over = acknowledgementEnd(acknowledgement, alert, now);
  const end = until === null ? 'until it ends' : `until ${formatTime(until, timeZone)}`;
  const holds = over === null ? end : `over: ${over}`;
  return [...lines, `  acknowledged by ${oneLine(by)} (as claimed) at ${formatTime(at, timeZone)}, ${holds}`];
}

function receiverLine({ receiver, told, nextAt }: ExplainedGroup, timeZone: string): string {
  const next = nextAt === null || told === 'left' ? '' : `, looked at again ${formatTime(nextAt, timeZone)}`;
  return `  receiver   ${receiver}: ${TOLD[told]}${next}`;
}

function earlierLine({ startsAt, endsAt, condition, peak }: NotifiedAlert, timeZone: string): string {
  const lasted = formatLasted((endsAt ?? startsAt) - startsAt, 'en');
  return `  earlier    ${formatTime(startsAt, timeZone)} for ${lasted}, peak ${formatValue(condition, peak, 'en')}`;
}

function labelText({ labels }: NotifiedAlert): string {
  return Object.entries(labels)
    .filter(([name]) => name !== 'rule' && name !== 'severity')
    .map(([name, value]) => `${oneLine(name)}=${JSON.stringify(oneLine(value))}`)
    .join(' ');
}
