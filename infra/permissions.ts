import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { isInChina } from './deployment.ts';
import { type Outlets, outletStatements } from './outlets.ts';
import type { QueuePair } from './queues.ts';
import { type Sender, senderArns } from './sender.ts';
import type { Tables } from './tables.ts';
import {
  DUE_INDEX,
  type FunctionTopology,
  type QueueName,
  SECRET_PREFIX,
  type TableName,
} from './topology.ts';

/** What functions work with. */
export interface Resources {
  tables: Tables;
  queues: Readonly<Record<QueueName, QueuePair>>;
  sender: Sender;
  outlets: Required<Outlets>;
}

const READ_STATE = ['dynamodb:GetItem', 'dynamodb:Query'];
const WRITE = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'];
/** What an event source mapping does on behalf of the function. */
const CONSUME = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/**
 * What a function may do, derived from the topology: each statement names its actions, and resources of this stack
 * alone; outside it only the sender's SES identities, the outlets and the secrets under `tocsin/`.
 */
export function permissionsOf(
  scope: Construct,
  topology: FunctionTopology,
  resources: Resources,
): PolicyStatement[] {
  return [
    ...tableStatements(topology, resources.tables),
    ...queueStatements(topology, resources.queues),
    ...outsideStatements(scope, topology, resources.sender),
    ...(topology.usesOutlets ? outletStatements(scope, resources.outlets) : []),
  ];
}

/** Writing the function's own log, whose streams Lambda names. */
export function logStatement(logGroup: ILogGroup): PolicyStatement {
  return allow('WriteOwnLog', ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
}

/** Sending to queues. */
export function sendStatement(sid: string, queueArns: string[]): PolicyStatement {
  return allow(sid, ['sqs:SendMessage'], queueArns);
}

/** Reading and writing tables. */
export function tableStatements(
  topology: Pick<FunctionTopology, 'tables' | 'readsDueIndex'>,
  tables: Tables,
): PolicyStatement[] {
  const statements: PolicyStatement[] = [];
  const names: readonly TableName[] = ['config', 'state'];
  for (const name of names) {
    const access = topology.tables[name];
    // The configuration is small and read whole; the state is never scanned.
    const read = name === 'config' ? [...READ_STATE, 'dynamodb:Scan'] : READ_STATE;
    const sid = name === 'config' ? 'Configuration' : 'State';
    if (access !== undefined)
      statements.push(allow(sid, access === 'read' ? read : [...read, ...WRITE], [tables[name].tableArn]));
  }
  if (topology.readsDueIndex)
    statements.push(allow('DueIndex', ['dynamodb:Query'], [`${tables.state.tableArn}/index/${DUE_INDEX}`]));
  return statements;
}

function queueStatements(topology: FunctionTopology, queues: Resources['queues']): PolicyStatement[] {
  const sent = [
    ...topology.sendsTo.map((name) => queues[name].queue),
    ...topology.deadLettersTo.map((name) => queues[name].deadLetters),
  ];
  const consumed = topology.queueSources.map((source) => queues[source.queue].queue);
  const hidden = topology.changesVisibilityOf.map((name) => queues[name].queue);
  return [
    ...allowOn('Send', ['sqs:SendMessage'], sent),
    ...allowOn('Consume', CONSUME, consumed),
    ...allowOn('RetryLater', ['sqs:ChangeMessageVisibility'], hidden),
  ];
}

function outsideStatements(scope: Construct, topology: FunctionTopology, sender: Sender): PolicyStatement[] {
  const statements: PolicyStatement[] = [];
  // There is no SES in China: mail goes over SMTP there.
  if (topology.sendsMail && !isInChina(scope))
    statements.push(allow('SendMail', ['ses:SendEmail'], senderArns(scope, sender)));
  if (topology.readsSecrets)
    statements.push(allow('ReadSecrets', ['secretsmanager:GetSecretValue'], [secretsArn(scope)]));
  return statements;
}

/** Every secret of this account and Region whose name starts with the product's prefix. */
export function secretsArn(scope: Construct): string {
  return Stack.of(scope).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${SECRET_PREFIX}*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

function allowOn(sid: string, actions: string[], queues: { queueArn: string }[]): PolicyStatement[] {
  return queues.length === 0
    ? []
    : [
        allow(
          sid,
          actions,
          queues.map((queue) => queue.queueArn),
        ),
      ];
}

function allow(sid: string, actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ sid, actions, resources });
}
