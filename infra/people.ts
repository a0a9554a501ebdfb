import { ArnFormat, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { seeAccountPolicies } from './account-policies.ts';
import type { Deployment } from './deployment.ts';
import { keyStatement } from './key.ts';
import type { Queues } from './queues.ts';
import type { Tables } from './tables.ts';
import { DUE_INDEX } from './topology.ts';
import { acknowledgeWildcards } from './wildcards.ts';

export interface PeopleProps {
  tables: Tables;
  queues: Queues;
  deployment: Deployment;
}

const READ = ['dynamodb:GetItem', 'dynamodb:Query'];
const WRITE = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'];

/**
 * Policies to give to people: who looks, who also acts on alerts and on what failed, who also writes rules. Nobody has
 * them until you attach them.
 */
export class People extends Construct {
  /** `tocsin rules`, `subscriptions`, `alerts`, `diff`, the console. */
  readonly viewer: ManagedPolicy;
  /** Also `tocsin ack`, `silence`, `dlq`. */
  readonly operator: ManagedPolicy;
  /** Also `tocsin apply`, `pull`, `subscribe`. */
  readonly author: ManagedPolicy;

  constructor(scope: Construct, id: string, { tables, queues, deployment }: PeopleProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const logGroup = (name: string) =>
      stack.formatArn({
        service: 'logs',
        resource: 'log-group',
        resourceName: name,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
    const { config, state } = tables;
    const deadLetters = [
      ...Object.values(queues.pairs).map((pair) => pair.deadLetters),
      queues.evaluatorFailures,
      queues.upkeepFailures,
    ].map(({ queueArn }) => queueArn);
    const sources = Object.values(queues.pairs).map(({ queue }) => queue.queueArn);
    const ownLogs = logGroup(`${deployment.ownPrefix}*`);
    const anyLogGroup = logGroup('*');
    const look = [
      allow('FindStack', ['cloudformation:DescribeStacks'], [stack.stackId]),
      allow('ReadConfiguration', [...READ, 'dynamodb:Scan'], [config.tableArn]),
      allow('ReadState', READ, [state.tableArn, `${state.tableArn}/index/${DUE_INDEX}`]),
      allow('SeeQueues', ['sqs:GetQueueAttributes'], [...sources, ...deadLetters]),
      allow('ReadOwnLogs', ['logs:FilterLogEvents', 'logs:GetLogEvents'], [ownLogs]),
      allow(
        'SeeSubscriptions',
        ['logs:DescribeLogGroups', 'logs:DescribeSubscriptionFilters'],
        [anyLogGroup],
      ),
      seeAccountPolicies(this),
      ...(deployment.key === undefined ? [] : [keyStatement(deployment.key)]),
    ];
    const act = [
      allow('Act', WRITE, [state.tableArn]),
      allow(
        'TakeDeadLetters',
        ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'],
        deadLetters,
      ),
      allow('Redrive', ['sqs:SendMessage'], sources),
    ];
    const write = [allow('Write', WRITE, [config.tableArn]), allow('Subscribe', SUBSCRIBE, [anyLogGroup])];
    this.viewer = new ManagedPolicy(this, 'Viewer', { statements: look });
    this.operator = new ManagedPolicy(this, 'Operator', { statements: [...look, ...act] });
    this.author = new ManagedPolicy(this, 'Author', { statements: [...look, ...act, ...write] });
    acknowledgeWildcards(
      this,
      [ownLogs, anyLogGroup],
      'Who looks reads the logs of the functions, all under one prefix, and which log groups of the account are watched; who writes rules decides that.',
    );
  }
}

const SUBSCRIBE = ['logs:PutSubscriptionFilter', 'logs:DeleteSubscriptionFilter'];

function allow(sid: string, actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ sid, actions, resources });
}
