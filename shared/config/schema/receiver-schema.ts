import * as z from 'zod';
import { parseDuration } from '../durations.ts';
import {
  CHANNEL_KINDS,
  type ChannelConfig,
  type ChannelKind,
  type ChannelOptions,
  type Receiver,
} from '../model.ts';
import { literalSecrets } from '../secrets.ts';
import { nameSchema } from './names.ts';

/** Each channel's schema of one entry; `shared/channels` has them, and imports this folder. */
export type ChannelSchemas = Record<ChannelKind, z.ZodType<ChannelOptions & Record<string, unknown>>>;

const LIMIT_EXPECTED = 'a number per time, such as 100/m or 20/5m';

const limitSchema = z
  .string({ error: LIMIT_EXPECTED })
  .meta({ description: 'Notifications per time, such as 100/m; beyond it they fold into a digest' })
  .transform((text, context) => {
    const match = /^([1-9]\d{0,8})\/(\S+)$/.exec(text.replace(/\s/g, ''));
    const per = match?.[2] ?? '';
    const perMs = parseDuration(/^\d/.test(per) ? per : `1${per}`);
    if (match !== null && perMs !== null && perMs > 0) return { count: Number(match[1]), perMs };
    const message = `${JSON.stringify(text)} is no limit`;
    context.addIssue({ code: 'custom', message, params: { expected: LIMIT_EXPECTED } });
    return z.NEVER;
  });

type ChannelLists = Partial<Record<ChannelKind, z.ZodOptional<z.ZodArray<ChannelSchemas[ChannelKind]>>>>;

function channelLists(channels: ChannelSchemas): Required<ChannelLists> {
  const entries = CHANNEL_KINDS.map((kind) => [kind, z.array(channels[kind]).optional()] as const);
  return Object.fromEntries(entries) as Required<ChannelLists>;
}

/** A receiver as people write it (contract §1.4); its channels in the order of CHANNEL_KINDS. */
export function receiverSchema(channels: ChannelSchemas): z.ZodType<Receiver> {
  return z
    .strictObject({
      name: nameSchema,
      ...channelLists(channels),
      limit: limitSchema.optional(),
      fallback: nameSchema
        .optional()
        .describe('Receiver that is told when a channel of this one fails for good'),
    })
    .transform((written): Receiver => {
      const { name, limit = null, fallback = null } = written;
      const list = CHANNEL_KINDS.flatMap((kind) =>
        (written[kind] ?? []).map((settings): ChannelConfig => ({ kind, settings })),
      );
      return { name, channels: list, limit, fallback };
    });
}

/** Paths in a raw receiver of secrets that are written out in full; `apply` refuses them. */
export function literalSecretsOf(channels: ChannelSchemas, receiver: unknown): (string | number)[][] {
  if (typeof receiver !== 'object' || receiver === null) return [];
  return CHANNEL_KINDS.flatMap((kind) => {
    const entries: unknown = (receiver as Record<string, unknown>)[kind];
    if (!Array.isArray(entries)) return [];
    return entries.flatMap((entry, index) =>
      literalSecrets(channels[kind], entry).map((path) => [kind, index, ...path]),
    );
  });
}
