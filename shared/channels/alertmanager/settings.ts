import * as z from 'zod';
import { channelOptionShape, channelOptions } from '../../config/schema/channel-options.ts';
import { addressSchema } from '../address.ts';

/** An existing Alertmanager, API v2 (contract §1.4). */
export const alertmanagerSchema = z
  .strictObject({
    ...channelOptionShape,
    url: addressSchema.describe(
      'Its address, without /api/v2/alerts; or secret:NAME where it holds a password',
    ),
  })
  .transform(channelOptions);

export type AlertmanagerSettings = z.output<typeof alertmanagerSchema>;
