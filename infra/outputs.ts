import { CfnOutput, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ApplyReport } from './applier.ts';
import type { TocsinFunction } from './functions.ts';
import type { Operations } from './operations/operations.ts';
import type { People } from './people.ts';
import type { Queues } from './queues.ts';
import type { Responder } from './responder.ts';
import type { Subscriber } from './subscriber.ts';
import type { Tables } from './tables.ts';
import { deadLetterName, type QueueName } from './topology.ts';

/** What there is to say something of. */
interface Deployed extends Construct {
  readonly tables: Tables;
  readonly queues: Queues;
  readonly functions: Readonly<Record<'matcher', TocsinFunction>>;
  readonly filterName: string;
  readonly responder: Responder | null;
  readonly operations: Operations;
  readonly people: People;
  readonly subscribed: Subscriber['report'] | null;
  readonly applied: ApplyReport | null;
}

/**
 * What a stack says of its tocsin: where its parts are, for the command line and for people, and what the deployment
 * itself did. The names are plain ones, of the first tocsin in a stack; those of another carry its path.
 */
export class Outputs extends Construct {
  constructor(scope: Deployed, id: string) {
    super(scope, id);
    const values = { ...placesOf(scope), ...reportsOf(scope) };
    const isFirst = isFirstOfItsStack(scope);
    for (const [name, value] of Object.entries(values)) {
      const output = new CfnOutput(this, name, { value });
      if (isFirst) output.overrideLogicalId(name);
    }
  }
}

function placesOf({ tables, queues, functions, filterName, responder, operations, people }: Deployed) {
  return {
    ConfigTable: tables.config.tableName,
    StateTable: tables.state.tableName,
    MatcherArn: functions.matcher.fn.functionArn,
    FilterName: filterName,
    ...(responder === null ? {} : { ResponderUrl: responder.url }),
    AlarmTopicArn: operations.topic.topicArn,
    DashboardName: operations.dashboard.dashboardName,
    ViewerPolicyArn: people.viewer.managedPolicyArn,
    OperatorPolicyArn: people.operator.managedPolicyArn,
    AuthorPolicyArn: people.author.managedPolicyArn,
    ...Object.fromEntries(
      Object.entries(queues.pairs).flatMap(([name, { queue, deadLetters }]) => [
        [`${pascal(name)}QueueUrl`, queue.queueUrl],
        [`${pascal(deadLetterName(name as QueueName))}QueueUrl`, deadLetters.queueUrl],
      ]),
    ),
  };
}

/** For whoever reads what `cdk deploy` prints. */
function reportsOf({ subscribed, applied }: Deployed) {
  return {
    ...(subscribed === null
      ? {}
      : { LogGroupsSubscribed: subscribed.subscribed, LogGroupsNotSubscribed: subscribed.notSubscribed }),
    ...(applied === null ? {} : { ConfigApplied: applied.applied, ConfigDrift: applied.drift }),
  };
}

function isFirstOfItsStack(tocsin: Construct): boolean {
  const others = Stack.of(tocsin)
    .node.findAll()
    .filter((construct) => construct instanceof Outputs && construct.node.scope !== tocsin);
  return others.length === 0;
}

/** `matcher-failures` to `MatcherFailures`: outputs take letters and digits only. */
function pascal(name: string): string {
  return name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
