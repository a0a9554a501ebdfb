import type { Body } from '../../shared/config/items.ts';
import { listOf, type Notes, present, secretFor } from './translation.ts';

/** The keys of a rule that an alerter reads, and the channel that they make. */
interface Alerter {
  keys: string[];
  channel(source: Body, place: { name: string; path: string; notes: Notes }): { [kind: string]: Body[] };
}

const secretly =
  (kind: string, field: string, key: string): Alerter['channel'] =>
  (_source, { name, path, notes }) => ({
    [kind]: [{ [field]: secretFor(notes, `${path}: ${key}`, `${kind}-${name}`, field) }],
  });

const ALERTERS: Record<string, Alerter> = {
  email: {
    keys: ['email', 'cc', 'from_addr', 'email_reply_to', 'smtp_host', 'smtp_port', 'smtp_auth_file'],
    channel: (source, { path, notes }) => {
      for (const key of ['smtp_host', 'smtp_auth_file'])
        if (source[key] !== undefined)
          notes.add(`${path}: ${key}`, 'mails leave by SES, or by smtp: secret:NAME');
      const { from_addr: from, email_reply_to: replyTo } = source;
      const cc = listOf(source.cc);
      return {
        email: [
          present({
            to: listOf(source.email),
            cc: cc.length === 0 ? undefined : cc,
            from,
            replyTo: replyTo === undefined ? undefined : listOf(replyTo),
          }),
        ],
      };
    },
  },
  slack: {
    keys: ['slack_webhook_url', 'slack_username_override', 'slack_channel_override', 'slack_emoji_override'],
    channel: secretly('slack', 'webhook', 'slack_webhook_url'),
  },
  lark: { keys: ['lark_bot_id', 'lark_msgtype'], channel: secretly('feishu', 'webhook', 'lark_bot_id') },
  dingtalk: {
    keys: ['dingtalk_access_token', 'dingtalk_sign', 'dingtalk_msgtype'],
    channel: secretly('dingtalk', 'webhook', 'dingtalk_access_token'),
  },
  workwechat: {
    keys: ['work_wechat_bot_id', 'work_wechat_msgtype'],
    channel: secretly('wecom', 'webhook', 'work_wechat_bot_id'),
  },
  pagerduty: {
    keys: [
      'pagerduty_service_key',
      'pagerduty_client_name',
      'pagerduty_api_version',
      'pagerduty_incident_key',
    ],
    channel: secretly('pagerduty', 'routingKey', 'pagerduty_service_key'),
  },
  post: { keys: ['http_post_url'], channel: webhook },
  post2: { keys: ['http_post2_url'], channel: webhook },
  debug: { keys: [], channel: () => ({}) },
};

function webhook(source: Body, { name, path, notes }: { name: string; path: string; notes: Notes }) {
  const [url] = listOf(source.http_post_url ?? source.http_post2_url);
  const isPlain = typeof url === 'string' && /^https:\/\/[^?#@]+$/.test(url);
  return {
    webhook: [{ url: isPlain ? url : secretFor(notes, `${path}: http_post_url`, `webhook-${name}`, 'url') }],
  };
}

/** Who a rule tells; null: nobody. `known`: the keys that were looked at. */
export function receiverOf(
  source: Body,
  name: string,
  path: string,
  notes: Notes,
): { receiver: Body | null; known: Set<string> } {
  const receiver: Body = { name };
  const known = new Set<string>();
  for (const alert of listOf(source.alert)) {
    const kind = typeof alert === 'string' ? alert : (Object.keys(alert as Body)[0] ?? '');
    const alerter = Object.hasOwn(ALERTERS, kind) ? ALERTERS[kind] : undefined;
    if (alerter === undefined) {
      notes.add(`${path}: alert`, `${kind} has no channel here: a webhook may stand in`);
      continue;
    }
    for (const key of alerter.keys) known.add(key);
    Object.assign(receiver, alerter.channel(source, { name, path, notes }));
  }
  if (Object.keys(receiver).length > 1) return { receiver, known };
  notes.add(`${path}: alert`, 'nobody is told: the rule is recorded only');
  return { receiver: null, known };
}
