import type { Body } from '../../shared/config/items.ts';
import { bodiesOf, listOf, type Notes, present, secretFor, slug } from './translation.ts';

/** One entry of `…_configs` as a channel; null where there is nothing like it. */
type Channel = (entry: Body, place: Place) => Body | null;

interface Place {
  /** The receiver's name, fit for the name of a secret. */
  name: string;
  path: string;
  global: Body;
  notes: Notes;
}

/** What Alertmanager's documentation gives as the default of `send_resolved`. */
const SILENT_AT_THE_END = new Set(['email_configs', 'slack_configs', 'wechat_configs']);

const CHANNELS: Record<string, { kind: string; translate: Channel }> = {
  email_configs: { kind: 'email', translate: email },
  slack_configs: { kind: 'slack', translate: slack },
  pagerduty_configs: { kind: 'pagerduty', translate: pagerDuty },
  webhook_configs: { kind: 'webhook', translate: webhook },
  sns_configs: { kind: 'sms', translate: sms },
};

const INSTEAD: Record<string, string> = {
  wechat_configs:
    'an application of WeCom has no channel here: a group robot has, wecom: [{ webhook: secret:NAME }]',
};

/** A receiver of Alertmanager's as one of ours; what has no counterpart is noted at its `path`. */
export function translateReceiver(source: Body, global: Body, path: string, notes: Notes): Body {
  const receiver: Body = { name: source.name };
  for (const [key, value] of Object.entries(source)) {
    if (key === 'name') continue;
    const channel = Object.hasOwn(CHANNELS, key) ? CHANNELS[key] : undefined;
    if (channel === undefined) {
      notes.add(
        `${path}.${key}`,
        (Object.hasOwn(INSTEAD, key) ? INSTEAD[key] : undefined) ??
          'has no channel here: a webhook may stand in',
      );
      continue;
    }
    const entries = bodiesOf(value).flatMap((entry, index) => {
      const name = slug(String(source.name), 'receiver');
      const place = { name, path: `${path}.${key}[${index}]`, global, notes };
      const translated = channel.translate(entry, place);
      return translated === null ? [] : [present({ ...translated, ...resolved(entry, key) })];
    });
    if (entries.length > 0) receiver[channel.kind] = entries;
  }
  if (Object.keys(receiver).length === 1 && Object.keys(source).length > 1)
    notes.add(path, `${String(source.name)} has no channel left, and is a mute`);
  return receiver;
}

function resolved(entry: Body, key: string): Body {
  const sends = typeof entry.send_resolved === 'boolean' ? entry.send_resolved : !SILENT_AT_THE_END.has(key);
  return sends ? {} : { sendResolved: false };
}

function email(entry: Body, { path, global, notes }: Place): Body | null {
  notes.unknown(path, entry, ['to', 'from', 'send_resolved']);
  const to = listOf(entry.to)
    .flatMap((text) => String(text).split(','))
    .map((address) => address.trim().replace(/^.*<([^>]+)>$/, '$1'))
    .filter((address) => address !== '');
  if (to.length === 0) {
    notes.add(path, 'names nobody in `to`');
    return null;
  }
  return { to, from: entry.from ?? global.smtp_from };
}

function slack(entry: Body, { name, path, notes }: Place): Body {
  notes.unknown(path, entry, ['api_url', 'api_url_file', 'send_resolved', 'channel']);
  if (entry.channel !== undefined)
    notes.add(`${path}.channel`, 'a webhook of Slack belongs to one channel: create it for this one');
  return { webhook: secretFor(notes, `${path}.api_url`, `slack-${name}`, 'webhook') };
}

function pagerDuty(entry: Body, { name, path, notes }: Place): Body {
  notes.unknown(path, entry, [
    'routing_key',
    'routing_key_file',
    'service_key',
    'service_key_file',
    'send_resolved',
  ]);
  if (entry.service_key !== undefined)
    notes.add(
      `${path}.service_key`,
      'belongs to the Events API v1: create an integration of the Events API v2',
    );
  return { routingKey: secretFor(notes, `${path}.routing_key`, `pagerduty-${name}`, 'routingKey') };
}

function webhook(entry: Body, { name, path, notes }: Place): Body {
  notes.unknown(path, entry, ['url', 'url_file', 'send_resolved', 'max_alerts']);
  const isPlain = typeof entry.url === 'string' && /^https:\/\/[^?#@]+$/.test(entry.url);
  return { url: isPlain ? entry.url : secretFor(notes, `${path}.url`, `webhook-${name}`, 'url') };
}

function sms(entry: Body, { path, notes }: Place): Body | null {
  notes.unknown(path, entry, ['phone_number', 'send_resolved', 'sigv4']);
  if (typeof entry.phone_number === 'string') return { to: [entry.phone_number] };
  notes.add(path, 'a topic of SNS has no channel here: eventbridge may stand in');
  return null;
}
