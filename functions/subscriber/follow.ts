import * as z from 'zod/mini';
import type { SubscriptionFilter } from '../../shared/ports.ts';
import {
  endSubscriptions,
  type KeepDeps,
  type Kept,
  keepSubscribed,
  subscribeNew,
} from '../../shared/subscriptions/keep.ts';
import type { Watched } from '../../shared/subscriptions/watched.ts';
import type { Attributes, CustomResourceRequest } from '../custom-resource/request.ts';

/** What the subscriber itself looks after, and the filter that hands it over. */
export interface Subscriptions {
  watched: Omit<Watched, 'names'>;
  filter: SubscriptionFilter;
}

const names = z._default(z.array(z.string()), []);
const properties = z.object({ names, globs: names });
/** The clock names the log groups that the stack subscribed, to be looked after too. */
const tick = z.object({ names });
/** What CloudTrail tells EventBridge about a new log group. */
const created = z.object({ detail: z.object({ requestParameters: z.object({ logGroupName: z.string() }) }) });

/** A stack's attribute holds so much text. */
const ATTRIBUTE_MAX = 1_000;

/**
 * Brings the subscriptions to what a deployment says: those of its globs that are new are made, those that it dropped
 * end, and all end with the stack. Log groups that cannot be subscribed do not fail the deployment; they are named.
 * @throws PortError where log groups cannot be listed
 */
export async function follow(
  deps: KeepDeps,
  { watched, filter }: Subscriptions,
  { RequestType, ResourceProperties, OldResourceProperties }: CustomResourceRequest,
): Promise<Attributes> {
  const now = { ...watched, names: properties.parse(ResourceProperties).names };
  if (RequestType === 'Delete') {
    await endSubscriptions(deps, now, { ...now, globs: [] }, filter.name);
    return {};
  }
  const before = properties.parse(OldResourceProperties ?? {});
  await endSubscriptions(deps, { ...before, own: watched.own }, now, filter.name);
  return told(await keepSubscribed(deps, now, filter));
}

/**
 * The clock's look at everything, or at one log group that has just come into being.
 * @throws Error where the event is neither
 */
export async function lookAfter(
  deps: KeepDeps,
  { watched, filter }: Subscriptions,
  event: unknown,
): Promise<void> {
  const news = created.safeParse(event);
  if (!news.success) await keepSubscribed(deps, { ...watched, ...tick.parse(event) }, filter);
  else await subscribeNew(deps, watched, filter, news.data.detail.requestParameters.logGroupName);
}

function told({ standing, refused, unfinished }: Kept): Attributes {
  const reasons = refused.map(({ logGroup, reason }) => `${logGroup}: ${reason}`);
  if (unfinished) reasons.unshift('time ran out before every log group was seen: the hourly look goes on');
  const text = reasons.length === 0 ? 'none' : reasons.join('; ');
  return { Subscribed: String(standing), NotSubscribed: text.slice(0, ATTRIBUTE_MAX) };
}
