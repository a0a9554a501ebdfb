import { messageHtml } from '../../infra/local/feishu/card-view.ts';
import type { Notification } from '../../shared/alerts/notification.ts';
import type { ChannelContext } from '../../shared/channels/channel.ts';
import { deliverableChannels } from '../../shared/channels/registry.ts';
import type { Locale } from '../../shared/config/model.ts';
import type { Mail } from '../../shared/ports.ts';
import { escapeHtml } from '../../shared/text/html.ts';

const URL_OF_HOOK = 'https://hooks.example.com/services/0123456789';

/** One entry of each channel, as people write it. */
const WRITTEN: Record<string, Record<string, unknown>> = {
  feishu: {
    webhook: 'https://open.feishu.cn/open-apis/bot/v2/hook/0123456789',
    mention: { critical: ['all'] },
  },
  email: { to: ['ops@example.com'], from: 'Tocsin <alerts@example.com>' },
  webhook: { url: URL_OF_HOOK },
  dingtalk: { webhook: 'https://oapi.dingtalk.com/robot/send?access_token=0123456789' },
  wecom: { webhook: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123456789' },
  slack: { webhook: 'https://hooks.slack.com/services/T0/B0/0123456789' },
  pagerduty: { routingKey: 'R0123456789012345678901234567890' },
  sms: { to: ['+8613800000000'] },
  alertmanager: { url: 'https://alertmanager.example.com' },
  eventbridge: { bus: 'alerts' },
};

/** The notification as every channel sends it, as HTML, by the channel's name. */
export async function rendered(notification: Notification, locale: Locale): Promise<Record<string, string>> {
  const shown: Record<string, string> = {};
  for (const [kind, written] of Object.entries(WRITTEN)) {
    const channel = Object.values(deliverableChannels).find((candidate) => candidate.kind === kind);
    if (channel === undefined) throw new Error(`There is no channel ${kind}.`);
    const sent: Sent = { mails: [], bodies: [] };
    await channel.deliver(
      notification,
      channel.schema.parse({ ...written, locale }),
      contextOf(notification, sent),
    );
    shown[kind] = htmlOf(kind, sent, locale);
  }
  return shown;
}

interface Sent {
  mails: Mail[];
  bodies: unknown[];
}

function contextOf({ at }: Notification, sent: Sent): ChannelContext {
  return {
    clock: () => at,
    transport: {
      async request({ body }) {
        sent.bodies.push(JSON.parse(body));
        return { status: 200, headers: {}, body: '{"code":0,"errcode":0,"status":"success"}' };
      },
    },
    mailer: {
      async send(mail) {
        sent.mails.push(mail);
        return { messageId: 'gallery' };
      },
    },
    texts: {
      async send(to, text) {
        sent.bodies.push({ to, text });
        return { messageId: 'gallery' };
      },
    },
    events: {
      async put(_bus, events) {
        sent.bodies.push(...events);
        return events.map(() => null);
      },
    },
    secrets: { get: () => Promise.reject(new Error('no secrets here')) },
    timeZone: 'Asia/Shanghai',
  };
}

function htmlOf(kind: string, { mails, bodies }: Sent, locale: Locale): string {
  const [mail] = mails;
  if (mail !== undefined) return withPictures(mail);
  const [body] = bodies;
  if (kind === 'feishu') {
    const card = messageHtml(body as Record<string, unknown>, locale);
    return `<main><article class="message"><div class="bubble">${card}</div></article></main>`;
  }
  return `<main><article class="message"><div class="bubble"><div class="body"><pre>${escapeHtml(JSON.stringify(body, null, 2))}</pre></div></div></article></main>`;
}

function withPictures({ html, pictures }: Mail): string {
  return pictures.reduce(
    (page, { id, png }) =>
      page.replaceAll(`cid:${id}"`, `data:image/png;base64,${Buffer.from(png).toString('base64')}"`),
    html,
  );
}
