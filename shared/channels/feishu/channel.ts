import type { Notification } from '../../alerts/notification.ts';
import { attemptWith } from '../attempt.ts';
import type { Channel, ChannelContext, Outcome } from '../channel.ts';
import { messageFor } from '../message.ts';
import { turnAt, waiting } from '../turn.ts';
import { judgeAnswer, type Verdict } from './answer.ts';
import { busyWaitMs, isPatient } from './busy.ts';
import { otherLocale } from './languages.ts';
import { type Bilingual, bodyOf, contentOf, FORMS, type Form } from './request.ts';
import { type FeishuSettings, feishuSchema } from './settings.ts';

interface Bot {
  webhook: string;
  secret: string | null;
}

async function post(
  body: string,
  bot: Bot,
  settings: FeishuSettings,
  context: ChannelContext,
): Promise<Verdict> {
  const response = await context.transport.request({
    method: 'POST',
    url: bot.webhook,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body,
    timeoutMs: settings.timeoutMs,
  });
  return judgeAnswer(response);
}

/** Sends one form, signed by the clock of now; a refused signature gets exactly one more try. */
async function sendForm(
  both: Bilingual,
  form: Form,
  bot: Bot,
  settings: FeishuSettings,
  context: ChannelContext,
): Promise<Exclude<Verdict, { outcome: 'resign' }>> {
  const content = contentOf(both, settings, form);
  const send = () => post(bodyOf(content, bot.secret, context.clock()), bot, settings, context);
  const first = await send();
  const verdict = first.outcome === 'resign' ? await send() : first;
  return verdict.outcome === 'resign' ? { outcome: 'failed', reason: verdict.reason } : verdict;
}

/** From the full card down to plain text, until one form is not refused for what it is. */
async function sendForms(
  both: Bilingual,
  bot: Bot,
  settings: FeishuSettings,
  context: ChannelContext,
): Promise<Outcome> {
  const refusals: string[] = [];
  for (const form of FORMS) {
    const verdict = await sendForm(both, form, bot, settings, context);
    if (verdict.outcome === 'delivered' && refusals.length > 0) {
      return { outcome: 'delivered', reference: `sent as ${form}` };
    }
    if (verdict.outcome !== 'simplify') return verdict;
    refusals.push(`${form}: ${verdict.reason}`);
  }
  return { outcome: 'failed', reason: refusals.join('; ') };
}

/** Feishu, "Use custom bots in a group"; any minute holds less than the bot takes. */
const RATE = { everyMs: 640, burst: 4, words: 'the bot takes 100 messages a minute and 5 a second' };

/** null: it is this notification's turn. */
async function turnOf(
  { webhook }: Bot,
  notification: Notification,
  context: ChannelContext,
): Promise<Outcome | null> {
  const { id } = notification;
  const busyMs = isPatient(notification) ? busyWaitMs(id, context.clock()) : 0;
  if (busyMs > 0) return waiting(busyMs, 'Feishu is busiest at the full and half hour: this one can wait');
  return await turnAt(webhook, RATE, id, context);
}

async function deliverTo(
  bot: Bot,
  notification: Notification,
  settings: FeishuSettings,
  context: ChannelContext,
): Promise<Outcome> {
  const wait = await turnOf(bot, notification, context);
  if (wait !== null) return wait;
  const message = messageFor(notification, settings, context.timeZone);
  const second = { ...settings, locale: otherLocale(settings.locale) };
  const both = { message, other: messageFor(notification, second, context.timeZone) };
  return await sendForms(both, bot, settings, context);
}

/** A custom bot of a Feishu or Lark group. */
export const feishuChannel: Channel<FeishuSettings> = {
  kind: 'feishu',
  schema: feishuSchema,
  deliver: (notification, settings, context) =>
    attemptWith(
      { webhook: settings.webhook, secret: settings.secret },
      context,
      async ({ webhook, secret }, outside) => {
        if (webhook === null || !URL.canParse(webhook))
          return { outcome: 'failed', reason: 'the Feishu webhook is no web address' };
        return await deliverTo({ webhook, secret }, notification, settings, outside);
      },
    ),
};
