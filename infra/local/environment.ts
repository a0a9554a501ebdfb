import { environmentOf, type FunctionName, type SettingName } from '../topology.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION, LOCAL_TABLES } from './aws/dynamo.ts';
import type { RunningQueues } from './aws/sqs.ts';
import { LINKS_SECRET } from './links-key.ts';

const CONFIGURATION_SET = 'tocsin';
const MAIL_FROM = 'Tocsin <tocsin@example.com>';

export interface LocalEndpoints {
  dynamoDbUrl: string;
  queues: RunningQueues;
  /** null: the real SES, by the user's own AWS settings. */
  sesUrl: string | null;
  mailFrom: string | null;
  /** null: not known yet. */
  responderUrl: string | null;
}

/** A function's environment on this machine: the variables of the stack, and the SDK's own for the stand-ins. */
export function localEnvironment(name: FunctionName, endpoints: LocalEndpoints): Record<string, string> {
  const { dynamoDbUrl, queues, sesUrl } = endpoints;
  const declared = environmentOf(name, {
    tableName: (table) => LOCAL_TABLES[table],
    queueUrl: (queue) => queues.queueUrl(queue),
    deadLetterUrl: (queue) => queues.deadLetterUrl(queue),
    setting: (setting) => settingOf(setting, endpoints),
  });
  return {
    ...declared,
    AWS_REGION: LOCAL_REGION,
    AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDbUrl,
    AWS_ENDPOINT_URL_SQS: queues.url,
    ...(sesUrl === null ? {} : { AWS_ENDPOINT_URL_SESV2: sesUrl }),
  };
}

function settingOf(
  name: SettingName,
  { mailFrom, responderUrl, sesUrl }: LocalEndpoints,
): string | undefined {
  switch (name) {
    case 'mailFrom':
      return mailFrom ?? MAIL_FROM;
    case 'responderUrl':
      return responderUrl === null ? undefined : `${responderUrl}/`;
    case 'configurationSet':
      // The user's own SES knows no set of this name, and tells this machine nothing.
      return sesUrl === null ? undefined : CONFIGURATION_SET;
    case 'linksSecret':
      return LINKS_SECRET;
    default:
      return undefined;
  }
}
