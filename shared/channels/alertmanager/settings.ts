import * as z from 'zod';
import { channelOptionShape, channelOptions } from '../../config/channel-options.ts';
import { secretSchema } from '../../config/secrets.ts';

/** An existing Alertmanager, API v2 (contract §1.4). */
export const alertmanagerSchema = z
  .strictObject({
    ...channelOptionShape,
    url: secretSchema.describe('Its address, without /api/v2/alerts'),
  })
  .transform(channelOptions);
