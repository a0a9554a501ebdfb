import * as z from 'zod';
import { channelOptionShape, channelOptions } from '../../config/schema/channel-options.ts';
import { secretSchema } from '../../config/secrets.ts';

/** An incoming webhook of Slack (contract §1.4). */
export const slackSchema = z
  .strictObject({
    ...channelOptionShape,
    webhook: secretSchema.describe("The webhook's address, https://hooks.slack.com/services/…"),
  })
  .transform(channelOptions);

export type SlackSettings = z.output<typeof slackSchema>;
