import type { Context } from 'aws-lambda';
import { CloudWatchLogGroups } from '../../shared/aws/log-groups.ts';
import { patientLogsClient } from '../../shared/aws/logs-client.ts';
import type { LogGroups } from '../../shared/ports.ts';
import type { KeepDeps } from '../../shared/subscriptions/keep.ts';
import { clientConfig, type SdkEnvironment } from '../aws-clients.ts';
import { answerRequest, isCustomResourceRequest, type PutAnswer } from '../custom-resource/request.ts';
import { readEnvironment } from '../environment.ts';
import { measured } from '../metrics.ts';
import { type Outside, REAL_OUTSIDE } from '../outside.ts';
import { follow, lookAfter, type Subscriptions } from './follow.ts';

/** A deployment (custom resource), a log group that has come into being (EventBridge), or the clock. */
export type SubscriberHandler = (event: unknown, context?: Context) => Promise<void>;

/** Time kept to answer CloudFormation, ms. */
const RESERVE_MS = 30_000;

/** @throws Error where the environment lacks a variable. */
export function createHandler(
  environment: SdkEnvironment,
  { happened }: Pick<Outside, 'happened'> = REAL_OUTSIDE,
  ports: { logGroups?: LogGroups; put?: PutAnswer } = {},
): SubscriberHandler {
  const names = readEnvironment(
    environment,
    ['TOCSIN_FILTER_NAME', 'TOCSIN_MATCHER_ARN', 'TOCSIN_OWN_LOG_GROUPS'],
    ['TOCSIN_LOG_GROUP_GLOBS'],
  );
  const subscriptions: Subscriptions = {
    filter: { name: names.TOCSIN_FILTER_NAME, destinationArn: names.TOCSIN_MATCHER_ARN },
    watched: {
      globs: listOf(names.TOCSIN_LOG_GROUP_GLOBS),
      own: listOf(names.TOCSIN_OWN_LOG_GROUPS),
    },
  };
  const logGroups =
    ports.logGroups ??
    new CloudWatchLogGroups(patientLogsClient(clientConfig(environment, 'AWS_ENDPOINT_URL_CLOUDWATCH_LOGS')));

  return async (event, context) => {
    const outOfTime = () => (context?.getRemainingTimeInMillis() ?? Number.POSITIVE_INFINITY) < RESERVE_MS;
    const deps: KeepDeps = { logGroups, happened, outOfTime };
    if (isCustomResourceRequest(event))
      return await answerRequest(event, (request) => follow(deps, subscriptions, request), ports.put);
    await lookAfter(deps, subscriptions, event);
  };
}

function listOf(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(',');
}

let ready: SubscriberHandler | undefined;

export const handler: SubscriberHandler = measured(async (event, context) => {
  ready ??= createHandler(process.env);
  await ready(event, context);
});
