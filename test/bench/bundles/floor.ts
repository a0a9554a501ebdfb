/** By client: what a handler that uses it must load at least. */
const CLIENTS: Readonly<Record<string, readonly string[]>> = {
  '@aws-sdk/client-dynamodb': ['DynamoDBClient', 'ConditionalCheckFailedException'],
  '@aws-sdk/lib-dynamodb': [
    'DynamoDBDocumentClient',
    'GetCommand',
    'QueryCommand',
    'ScanCommand',
    'PutCommand',
    'UpdateCommand',
    'DeleteCommand',
  ],
  '@aws-sdk/client-sqs': ['SQSClient', 'SendMessageBatchCommand'],
  '@aws-sdk/client-sesv2': ['SESv2Client', 'SendEmailCommand'],
  '@aws-sdk/client-secrets-manager': ['SecretsManagerClient', 'GetSecretValueCommand'],
  '@aws-sdk/client-sns': ['SNSClient', 'PublishCommand'],
  '@aws-sdk/client-eventbridge': ['EventBridgeClient', 'PutEventsCommand'],
  '@aws-sdk/client-cloudwatch-logs': [
    'CloudWatchLogsClient',
    'paginateDescribeLogGroups',
    'DescribeSubscriptionFiltersCommand',
    'PutSubscriptionFilterCommand',
    'DeleteSubscriptionFilterCommand',
  ],
};

const CLIENT = /node_modules\/(@aws-sdk\/(?:client|lib)-[a-z0-9-]+)\/(?!.*node_modules)/;

/**
 * The source of a handler that loads the SDK clients which these files belong to, and nothing else.
 * @throws Error where a client is not known here
 */
export function floorOf(inputs: readonly string[]): string {
  const used = new Set(inputs.map((path) => CLIENT.exec(path)?.[1]).filter((name) => name !== undefined));
  const names = [...used].sort();
  const lines = names.map((name, at) => {
    const imported = CLIENTS[name];
    if (imported === undefined) throw new Error(`The floor does not know what a handler takes of ${name}.`);
    return `import { ${imported.map((symbol) => `${symbol} as ${symbol}${at}`).join(', ')} } from '${name}';`;
  });
  const kept = names.flatMap((name, at) => (CLIENTS[name] ?? []).map((symbol) => `${symbol}${at}`));
  return `${lines.join('\n')}\nexport const handler = async () => [${kept.join(', ')}];\n`;
}
