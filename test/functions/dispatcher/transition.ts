import type { AlertMessage } from '../../../shared/alerts/messages.ts';
import { sampleAlert } from '../../channels/sample-notification.ts';

const MINUTE = 60_000;

/** A transition of an alert of one host, as the matcher and the evaluator send it. */
export function transition(
  host: string,
  seq: number,
  status: 'firing' | 'resolved',
  changes: Partial<AlertMessage> = {},
): AlertMessage {
  const startsAt = 1_000;
  const alert = sampleAlert({
    ruleId: 'errors',
    fingerprint: host,
    status,
    severity: 'critical',
    labels: { rule: 'errors', severity: 'critical', host },
    startsAt,
    endsAt: status === 'resolved' ? startsAt + MINUTE : null,
  });
  const key = { pk: `alert#errors#${host}`, sk: 'head' };
  return { version: 1, type: 'alert', key, seq, generation: 'g', receiver: null, alert, ...changes };
}
