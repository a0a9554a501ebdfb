import type { Notification, NotifiedAlert } from '../../alerts/notification.ts';
import { byteLength, cutBytes, oneLine } from '../../text/plain.ts';
import { LABEL_BYTES_MAX } from '../alert-facts.ts';
import { type AlertWords, alertWords } from '../alert-words.ts';
import { tallyText } from '../digest.ts';
import { common, prometheusAnnotations, prometheusLabels } from '../labels.ts';
import type { Message } from '../message.ts';

/** Receivers' own limits start at about 1 MB; half of it leaves room for whatever they wrap it in. */
const BODY_BYTES_MAX = 512_000;
/** How many example lines of each alert go in, as long as there is room for them. */
const LINES = [5, 3, 1, 0];
/** What Alertmanager sends for an alert that has not ended: Go's zero time. */
const NEVER = '0001-01-01T00:00:00Z';

/** Version 4 of Alertmanager's webhook format (prometheus/alertmanager, notify/webhook and template.Data). */
export interface WebhookBody {
  version: '4';
  groupKey: string;
  truncatedAlerts: number;
  status: 'firing' | 'resolved';
  receiver: string;
  groupLabels: Record<string, string>;
  commonLabels: Record<string, string>;
  commonAnnotations: Record<string, string>;
  externalURL: string;
  alerts: WebhookAlert[];
}

interface WebhookAlert {
  status: 'firing' | 'resolved';
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** RFC 3339. */
  startsAt: string;
  endsAt: string;
  generatorURL: string;
  fingerprint: string;
}

function alertOf(
  alert: NotifiedAlert,
  words: AlertWords,
  notes: readonly string[],
  lines: number,
): WebhookAlert {
  return {
    status: alert.status === 'resolved' ? 'resolved' : 'firing',
    labels: prometheusLabels(alert),
    annotations: prometheusAnnotations(words, notes, lines),
    startsAt: new Date(alert.startsAt).toISOString(),
    endsAt: alert.endsAt === null ? NEVER : new Date(alert.endsAt).toISOString(),
    generatorURL: words.links?.view ?? words.logsUrl ?? '',
    fingerprint: alert.fingerprint,
  };
}

/** Where the links of the alerts lead, without what makes them one alert's. */
function externalUrl(alerts: readonly WebhookAlert[]): string {
  const [{ generatorURL } = { generatorURL: '' }] = alerts;
  return URL.canParse(generatorURL) ? new URL(generatorURL).origin : '';
}

/** As it was told; of a digest rule by rule, the worst first. */
function inOrder({ alerts }: Notification, { digest }: Message): readonly NotifiedAlert[] {
  return digest === null ? alerts : digest.rules.flatMap((rule) => rule.alerts.map(({ alert }) => alert));
}

/** The notification as Alertmanager would post it; `alerts` and `lines` bound what goes in. */
function bodyWith(
  notification: Notification,
  message: Message,
  body: string | null,
  alerts: number,
  lines: number,
): WebhookBody {
  const { receiver, at } = notification;
  const { digest } = message;
  const shown = inOrder(notification, message)
    .slice(0, alerts)
    .map((alert) => {
      const told = alertOf(alert, alertWords(alert, at, message, { receiver, body }), message.notes, lines);
      if (digest === null) return told;
      return {
        ...told,
        annotations: { ...told.annotations, digest: `${message.headline} (${tallyText(digest)})` },
      };
    });
  const groupLabels = Object.entries(notification.groupLabels).map(([name, value]) => {
    return [oneLine(name), cutBytes(oneLine(value), LABEL_BYTES_MAX)] as const;
  });
  return {
    version: '4',
    groupKey: notification.groupKey,
    truncatedAlerts: notification.alerts.length - shown.length,
    status: notification.status === 'resolved' ? 'resolved' : 'firing',
    receiver: notification.receiver,
    groupLabels: Object.fromEntries(groupLabels),
    commonLabels: common(shown.map(({ labels }) => labels)),
    commonAnnotations: common(shown.map(({ annotations }) => annotations)),
    externalURL: externalUrl(shown),
    alerts: shown,
  };
}

/** The body to post: lines go first where there is no room, then the last alerts; `body` is the receiver's template. */
export function renderWebhook(notification: Notification, message: Message, body: string | null): string {
  const { length } = notification.alerts;
  const render = (alerts: number, lines: number) =>
    JSON.stringify(bodyWith(notification, message, body, alerts, lines));
  const fits = (text: string) => byteLength(text) <= BODY_BYTES_MAX;
  for (const lines of LINES) {
    const text = render(length, lines);
    if (fits(text)) return text;
  }
  let alerts = length;
  let text = render(alerts, 0);
  while (!fits(text) && alerts > 0) {
    alerts = Math.floor(alerts / 2);
    text = render(alerts, 0);
  }
  return text;
}
