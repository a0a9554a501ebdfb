import type { Decision } from '../../shared/routing/decisions.ts';
import type { ExplainedGroup } from '../../shared/routing/explain.ts';
import type { AlertStanding } from '../../shared/routing/standing.ts';
import { formatTime } from '../../shared/text/times.ts';
import { matchersText, routeText } from '../route/told-text.ts';
import { alertLine, standingLines } from './alert-text.ts';

/** Why an alert was or was not told: group by group, decision by decision, as of `now` (ms). */
export function explainText(standing: AlertStanding, now: number, timeZone: string): string {
  const { alert, groups, withheld } = standing;
  const lines = [alertLine(alert, timeZone), ...standingLines(standing, now, timeZone)];
  if (groups.length === 0 && withheld === null) lines.push('  nobody is told yet: no route took it');
  for (const group of groups) lines.push(...groupLines(group, timeZone));
  return lines.join('\n');
}

function groupLines(group: ExplainedGroup, timeZone: string): string[] {
  const { receiver, routeId, groupLabels, at, decisions, ofGroup, nextAt } = group;
  const next = nextAt === null ? ['the group has ended'] : [`decides again ${formatTime(nextAt, timeZone)}`];
  return [
    `  ${receiver}, by route ${routeText(routeId)}, group ${matchersText(groupLabels)}, since ${formatTime(at, timeZone)}`,
    ...decisions.map((decision) => `    ${decisionText(decision, timeZone)}`),
    ...(decisions.length === 0 ? ['    nothing was decided about it yet'] : []),
    '    the group as a whole:',
    ...[...ofGroup.map((decision) => decisionText(decision, timeZone)), ...next].map(
      (text) => `      ${text}`,
    ),
  ];
}

function decisionText({ at, until, times, reason }: Decision, timeZone: string): string {
  const more =
    times === undefined || until === undefined
      ? ''
      : ` (${times} times, last ${formatTime(until, timeZone)})`;
  return `${formatTime(at, timeZone)}  ${reason}${more}`;
}
