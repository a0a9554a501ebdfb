import type { Happening } from '../../shared/happenings.ts';
import { describeCondition, formatValue } from '../../shared/text/condition.ts';

/** Says in plain words what happens, a line each; answers null for what is not worth a line. */
export function narrate(happening: Happening): string | null {
  switch (happening.type) {
    case 'events':
    case 'notification':
    case 'subscription':
    case 'drift':
      return null;
    case 'uncounted':
      return `! ${happening.events} events of ${happening.logGroup} do not count: ${happening.reason}`;
    case 'groups-exceeded':
      return `! rule ${happening.ruleId} met more than ${happening.maxGroups} groups (maxGroups); the rest count as __overflow__`;
    case 'absence-suspended':
      return `! rule ${happening.ruleId} ${labels(happening.labels)}: nothing came, but logs are known not to arrive: asked again later`;
    case 'alert':
      return alertLine(happening);
    case 'acted':
      return `  ${happening.by} (as claimed) ${happening.action === 'silence' ? 'silenced' : 'acknowledged'} ${labels(happening.labels)}`;
    case 'flush':
      return happening.result !== 'withheld' && happening.result !== 'folded'
        ? null
        : `  group ${labels(happening.groupLabels)} -> ${happening.receiver}: ${happening.reason}`;
    case 'delivery':
      return deliveryLine(happening);
    case 'returned':
      return `! mail of ${happening.receiver} to ${happening.address}: ${happening.reason}`;
    case 'configuration':
      return `! ${happening.kind} ${happening.id}: ${happening.path}: ${happening.reason}; the last good version stays in force`;
    case 'recovered':
      return `  finished what was left undone: ${happening.what}`;
  }
}

function alertLine({ status, alert, withheld }: Extract<Happening, { type: 'alert' }>): string {
  const { rule, severity, ...rest } = alert.labels;
  const what = `${rule} (${severity})${Object.keys(rest).length > 0 ? ` ${labels(rest)}` : ''}`;
  const untold = withheld === null ? '' : `; nobody is told: ${withheld}`;
  if (status === 'firing') return `* FIRING   ${what}: ${findingOf(alert)}${untold}`;
  return `* RESOLVED ${what}${alert.endReason === null ? '' : `: ${alert.endReason}`}${untold}`;
}

/** What was found, and what had been asked. */
function findingOf({ condition, value }: Extract<Happening, { type: 'alert' }>['alert']): string {
  if (condition.kind === 'count') return `${value} matches`;
  return `${formatValue(condition, value, 'en')} (${describeCondition(condition, 'en')})`;
}

function deliveryLine({
  outcome,
  channel,
  receiver,
  status,
  alerts,
  reason,
  id,
}: Extract<Happening, { type: 'delivery' }>) {
  const what = `${status}, ${alerts.length} ${alerts.length === 1 ? 'alert' : 'alerts'}, ${channel} of ${receiver}`;
  if (outcome === 'delivered') return `> delivered: ${what} (${id})`;
  return outcome === 'retry' ? `> will try again: ${what}: ${reason}` : `> FAILED: ${what}: ${reason}`;
}

function labels(of: Record<string, string>): string {
  const pairs = Object.entries(of).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? '{}' : pairs.join(' ');
}

/** Counts events between two lines, so that a busy log does not flood the terminal. */
export class ReadCounter {
  #events = 0;
  #matched = 0;

  add({ events, matched }: Extract<Happening, { type: 'events' }>): void {
    this.#events += events;
    this.#matched += matched;
  }

  /** What came since the last time; null: nothing. */
  take(): string | null {
    if (this.#events === 0) return null;
    const line = `  read ${this.#events} ${this.#events === 1 ? 'event' : 'events'}, ${this.#matched} matched`;
    this.#events = 0;
    this.#matched = 0;
    return line;
  }
}
