import * as z from 'zod';
import { durationSchema } from '../durations.ts';
import { LOCALES, SEVERITIES } from '../model.ts';
import { timeZoneSchema } from '../zones.ts';
import { templateSchema } from './template-schema.ts';

/**
 * What every channel takes, as people write it (contract §1.4). A channel's schema reuses it like this, and its
 * output then fits `ChannelOptions`:
 *
 *     export const schema = z
 *       .strictObject({ ...channelOptionShape, webhook: secretSchema, keyword: z.string().optional() })
 *       .transform(channelOptions);
 *
 * Keys may have `.default(…)`, `.optional()` and transforms of their own. Say what is expected in `error`:
 * `z.string({ error: 'an e-mail address' })`; for a check of one's own
 * `.refine(check, { error: 'is no …', params: { expected: 'a …' } })`.
 */
export const channelOptionShape = {
  locale: z.enum(LOCALES).default('zh-CN').describe('Language of the messages'),
  timeZone: timeZoneSchema
    .nullable()
    .default(null)
    .describe("IANA zone of times in messages; default: the document's"),
  sendResolved: z.boolean().default(true).describe('Also tell when an alert has resolved'),
  severities: z
    .array(z.enum(SEVERITIES))
    .min(1)
    .nullable()
    .default(null)
    .describe('Only alerts of these severities'),
  title: templateSchema.nullable().default(null).describe("Template of the message's title"),
  body: templateSchema
    .nullable()
    .default(null)
    .describe("Template of each alert's text, in place of the rule's summary"),
  timeout: durationSchema({ minMs: 1_000, maxMs: 60_000 })
    .default(10_000)
    .describe('Deadline of one send, 1s to 60s'),
};

/** The last step of a channel's schema: the deadline gets its unit into its name. */
export function channelOptions<Parsed extends { timeout: number }>(
  parsed: Parsed,
): Omit<Parsed, 'timeout'> & { timeoutMs: number } {
  const { timeout, ...rest } = parsed;
  return { ...rest, timeoutMs: timeout };
}
