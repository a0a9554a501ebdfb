import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';

/** Where the SDK finds its endpoints and credentials: the environment of a function, or of the local stack. */
export interface SdkEnvironment {
  [name: string]: string | undefined;
}

/**
 * For every logger that takes `info` or `error`, and so does the SDK's own, which keeps nothing, each request and answer
 * is copied whole. This one hears warnings only.
 */
export const HEARS_WARNINGS = {
  debug: () => undefined,
  warn: (...said) => console.warn(...said),
} as NonNullable<DynamoDBClientConfig['logger']>;

/** A client by the SDK's own variables, read from the given environment rather than from the process. */
export function dynamoDbClient(environment: SdkEnvironment): DynamoDBClient {
  const config = clientConfig(environment, 'AWS_ENDPOINT_URL_DYNAMODB');
  return new DynamoDBClient({ ...config, logger: HEARS_WARNINGS });
}

/** Queues, by the Region and endpoint of the environment. */
export function sqsClient(environment: SdkEnvironment): SQSClient {
  const config = clientConfig(environment, 'AWS_ENDPOINT_URL_SQS');
  return new SQSClient({ ...config, logger: HEARS_WARNINGS });
}

/**
 * The endpoint where the environment names one, with its region and static credentials: those are a stand-in's. For AWS
 * itself the SDK finds both where it always does.
 */
export function clientConfig(environment: SdkEnvironment, endpointVariable: string) {
  const endpoint = environment[endpointVariable];
  const {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  } = environment;
  if (endpoint === undefined) return {};
  const known = accessKeyId !== undefined && secretAccessKey !== undefined;
  return {
    endpoint,
    ...(region === undefined ? {} : { region }),
    ...(known ? { credentials: { accessKeyId, secretAccessKey } } : {}),
  };
}
