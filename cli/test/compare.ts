/** What a test expected against what was, told so that one sees at once what to change. */
import type { NotifiedAlert } from '../../shared/alerts/notification.ts';
import type { RuleTest } from '../../shared/config/schema/test-schema.ts';
import type { Notified } from '../../shared/happenings.ts';
import { formatDuration } from '../../shared/text/durations.ts';

/** Timers keep their time to this precision, ms. */
export const NOTIFY_TOLERANCE_MS = 5000;

type Labels = Record<string, string>;

export interface Difference {
  /** The part of the test that does not hold. */
  path: (string | number)[];
  /** One sentence, what was last. */
  message: string;
}

/** `firing` is the exact set: each set of labels belongs to one alert of its own, and no alert is left. */
export function compareFiring(
  { atMs, firing }: RuleTest['expect'][number],
  alerts: readonly NotifiedAlert[],
  path: (string | number)[],
): Difference[] {
  const wanted = firing.map(({ labels }) => labels);
  const { missing, left } = assign(wanted, alerts);
  if (missing.length === 0 && left.length === 0) return [];
  const was = alerts.length === 0 ? 'nothing was firing' : `firing were ${alerts.map(alertText).join(', ')}`;
  const faults = [
    ...missing.map((labels) => `${labelsText(labels)} is not firing`),
    ...left.map(({ labels }) => `${labelsText(ownLabels(labels))} is firing and was not expected`),
  ];
  return [{ path, message: `at ${time(atMs)} ${faults.join('; ')}: ${was}` }];
}

/**
 * Gives every set of labels an alert of its own that has these labels, as many as possible (augmenting paths, Kuhn
 * 1955): one set may fit several alerts, and a greedy choice could leave another without.
 */
function assign(wanted: readonly Labels[], alerts: readonly NotifiedAlert[]) {
  const takenBy = new Map<NotifiedAlert, number>();
  const place = (index: number, tried: Set<NotifiedAlert>): boolean =>
    alerts.some((alert) => {
      if (tried.has(alert) || !fits(wanted[index] ?? {}, alert.labels)) return false;
      tried.add(alert);
      const holder = takenBy.get(alert);
      if (holder !== undefined && !place(holder, tried)) return false;
      takenBy.set(alert, index);
      return true;
    });
  const missing = wanted.filter((_, index) => !place(index, new Set()));
  return { missing, left: alerts.filter((alert) => !takenBy.has(alert)) };
}

function fits(wanted: Labels, labels: Labels): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}

/** `notified`: at ms after the test's start. What leaves after `untilMs` is not looked at. */
export function compareNotified(
  { notify }: RuleTest,
  notified: readonly Notified[],
  untilMs: number,
): Difference[] {
  const left = notified.filter(({ at }) => at <= untilMs);
  const missing: Difference[] = [];
  for (const [index, expected] of (notify ?? []).entries()) {
    const found = left.findIndex(({ at, receiver, status }) => {
      const isNear = Math.abs(at - expected.atMs) <= NOTIFY_TOLERANCE_MS;
      return isNear && receiver === expected.receiver && status === expected.status;
    });
    if (found >= 0) left.splice(found, 1);
    else missing.push({ path: ['notify', index], message: missingText(expected, notified) });
  }
  const unexpected = left.map((notification) => ({
    path: ['notify'],
    message: `${notificationText(notification)} was not expected`,
  }));
  return [...missing, ...unexpected];
}

function missingText(
  { atMs, receiver, status }: NonNullable<RuleTest['notify']>[number],
  notified: readonly Notified[],
): string {
  const left =
    notified.length === 0 ? 'nothing left' : `what left is ${notified.map(notificationText).join(', ')}`;
  return `at ${time(atMs)} no ${status} left for ${receiver}: ${left}`;
}

function notificationText({ at, receiver, status }: Notified): string {
  return `${status} to ${receiver} at ${time(at)}`;
}

function alertText({ labels, value }: NotifiedAlert): string {
  return `${labelsText(ownLabels(labels))} (value ${value})`;
}

/** The rule is the test's; its severity and the labels from logs tell alerts apart. */
function ownLabels({ rule: _rule, ...labels }: Labels): Labels {
  return labels;
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

/** `3m30s`, as it is written in the document. */
function time(ms: number): string {
  return formatDuration(ms, 'en').replaceAll(' ', '');
}
