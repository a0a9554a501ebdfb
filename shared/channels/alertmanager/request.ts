import type { Notification, NotifiedAlert } from '../../alerts/notification.ts';
import { alertWords } from '../alert-words.ts';
import { prometheusAnnotations, prometheusLabels } from '../labels.ts';
import type { Message } from '../message.ts';

const LINES_MAX = 3;
/** Alertmanager ends what is not sent again in time; tocsin tells the end itself, so this only bounds a lost one. */
const FIRING_MS = 7 * 86_400_000;
/** What was over before it could be told still fires for so long, or Alertmanager would tell nobody. */
const ALREADY_OVER_MS = 5 * 60_000;

/** An alert of `POST /api/v2/alerts` (prometheus/alertmanager, api/v2/openapi.yaml, postableAlert). */
export interface PostableAlert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** RFC 3339. */
  startsAt: string;
  endsAt: string;
  generatorURL?: string;
}

/** Label names that every version of Alertmanager takes; names that become alike keep one value each, numbered. */
function withPlainNames(labels: Record<string, string>): Record<string, string> {
  const plain: Record<string, string> = {};
  // Names that are fine as they are go first, and keep them.
  const isFine = (name: string) => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
  const names = Object.keys(labels).toSorted((a, b) => Number(isFine(b)) - Number(isFine(a)));
  for (const name of names) {
    const value = labels[name] ?? '';
    const base = name.replace(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=\d|$)/, '_');
    let free = base;
    for (let number = 2; Object.hasOwn(plain, free); number++) free = `${base}_${number}`;
    // An empty label is no label.
    if (value !== '') plain[free] = value;
  }
  return plain;
}

function endOf(alert: NotifiedAlert, at: number): number {
  if (alert.alreadyOver) return at + ALREADY_OVER_MS;
  return alert.status === 'resolved' ? (alert.endsAt ?? at) : at + FIRING_MS;
}

/** The alerts of a notification; those that have resolved end at `endsAt`; `body` is the receiver's template. */
export function postableAlerts(
  notification: Notification,
  message: Message,
  body: string | null,
): PostableAlert[] {
  const { at, receiver } = notification;
  return notification.alerts.map((alert) => {
    const words = alertWords(alert, at, message, { receiver, body });
    const generatorURL = words.links?.view ?? words.logsUrl;
    return {
      labels: withPlainNames(prometheusLabels(alert)),
      annotations: withPlainNames(prometheusAnnotations(words, message.notes, LINES_MAX)),
      startsAt: new Date(alert.startsAt).toISOString(),
      endsAt: new Date(endOf(alert, at)).toISOString(),
      ...(generatorURL === null ? {} : { generatorURL }),
    };
  });
}
