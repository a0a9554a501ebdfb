import type { z } from 'zod';
import type { ChannelKind, ChannelOptions } from '../config/model.ts';
import { alertmanagerChannel } from './alertmanager/channel.ts';
import { alertmanagerSchema } from './alertmanager/settings.ts';
import type { Channel } from './channel.ts';
import { dingtalkChannel } from './dingtalk/channel.ts';
import { dingtalkSchema } from './dingtalk/settings.ts';
import { emailChannel } from './email/channel.ts';
import { emailSchema } from './email/settings.ts';
import { eventbridgeChannel } from './eventbridge/channel.ts';
import { eventbridgeSchema } from './eventbridge/settings.ts';
import { feishuChannel } from './feishu/channel.ts';
import { feishuSchema } from './feishu/settings.ts';
import { pagerdutyChannel } from './pagerduty/channel.ts';
import { pagerdutySchema } from './pagerduty/settings.ts';
import { sinkChannel, sinkSchema } from './sink/channel.ts';
import { slackChannel } from './slack/channel.ts';
import { slackSchema } from './slack/settings.ts';
import { smsChannel } from './sms/channel.ts';
import { smsSchema } from './sms/settings.ts';
import { webhookChannel } from './webhook/channel.ts';
import { webhookSchema } from './webhook/settings.ts';
import { wecomChannel } from './wecom/channel.ts';
import { wecomSchema } from './wecom/settings.ts';

/** What people may write under a receiver, channel by channel. */
export const channelSchemas: Record<ChannelKind, z.ZodType<ChannelOptions & Record<string, unknown>>> = {
  feishu: feishuSchema,
  email: emailSchema,
  webhook: webhookSchema,
  dingtalk: dingtalkSchema,
  wecom: wecomSchema,
  slack: slackSchema,
  pagerduty: pagerdutySchema,
  sms: smsSchema,
  alertmanager: alertmanagerSchema,
  eventbridge: eventbridgeSchema,
  sink: sinkSchema,
};

/** The channels that deliver; a kind that is missing here parses, and using it is reported. */
export const deliverableChannels: Partial<Record<ChannelKind, Channel>> = {
  feishu: feishuChannel,
  email: emailChannel,
  webhook: webhookChannel,
  dingtalk: dingtalkChannel,
  wecom: wecomChannel,
  slack: slackChannel,
  pagerduty: pagerdutyChannel,
  sms: smsChannel,
  alertmanager: alertmanagerChannel,
  eventbridge: eventbridgeChannel,
  sink: sinkChannel,
};
