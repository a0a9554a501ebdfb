import * as z from 'zod';
import { channelOptionShape, channelOptions } from '../../config/schema/channel-options.ts';
import { secretSchema } from '../../config/secrets.ts';
import { mentionSchema } from '../mention.ts';

/** Phone numbers, with a country code and a hyphen abroad, or user ids. */
const PEOPLE = /^(?:all|\+?\d{1,4}-?\d{5,14}|[A-Za-z0-9_$:.-]{1,64})$/;

/** A custom robot of a DingTalk group (contract §1.4). */
export const dingtalkSchema = z
  .strictObject({
    ...channelOptionShape,
    webhook: secretSchema.describe(
      "The robot's address, https://oapi.dingtalk.com/robot/send?access_token=TOKEN",
    ),
    secret: secretSchema
      .nullable()
      .default(null)
      .describe("The robot's signature key, SEC…, where it has one"),
    keyword: z
      .string({ error: "one of the robot's keywords" })
      .min(1)
      .max(50)
      .nullable()
      .default(null)
      .describe("One of the robot's keywords; every message then holds it"),
    mention: mentionSchema(PEOPLE, 'all, a phone number or a user id').describe(
      'Whom to mention, a list or lists by severity: phone numbers, user ids or all; never on resolved',
    ),
  })
  .transform(channelOptions);

export type DingtalkSettings = z.output<typeof dingtalkSchema>;
