import { ArnFormat, CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { seeAccountPolicies } from './account-policies.ts';
import type { Deployment } from './deployment.ts';
import { TocsinFunction } from './functions.ts';
import { type ChosenLogGroups, nameOf } from './log-groups.ts';
import { Clock } from './schedule.ts';
import { UPKEEP } from './upkeep.ts';
import { acknowledgeWildcards } from './wildcards.ts';

const HOUR_MS = 3_600_000;

/** Log groups of any deployment of tocsin: two that watched each other would never fall silent. */
const ALL_OWN = '/tocsin/*';

export interface SubscriberProps {
  chosen: ChosenLogGroups;
  filterName: string;
  matcherArn: string;
  /** Filters wait for it. */
  permission: CfnPermission;
  failures: Queue;
  deployment: Deployment;
}

/**
 * Keeps log groups subscribed: at each deployment, when a log group comes into being (where a CloudTrail trail tells
 * EventBridge), and by an hourly look at all of them.
 */
export class Subscriber extends Construct {
  readonly function: TocsinFunction;
  /** How many log groups are subscribed, and which could not be, as of the last deployment. */
  readonly report: { subscribed: string; notSubscribed: string };

  constructor(scope: Construct, id: string, props: SubscriberProps) {
    super(scope, id);
    const { chosen, failures } = props;
    this.function = new TocsinFunction(this, 'Handler', {
      shape: UPKEEP.subscriber,
      statements: this.statements(chosen),
      queues: {},
      environment: {
        TOCSIN_FILTER_NAME: props.filterName,
        TOCSIN_MATCHER_ARN: props.matcherArn,
        TOCSIN_OWN_LOG_GROUPS: ALL_OWN,
        ...(chosen.globs.length === 0 ? {} : { TOCSIN_LOG_GROUP_GLOBS: chosen.globs.join(',') }),
      },
      name: 'subscriber',
      deployment: props.deployment,
    });
    this.function.onAsyncFailure(failures, 2, HOUR_MS);
    const { fn } = this.function;
    const names = chosen.fixed.map(nameOf);
    new Clock(this, 'Hourly', {
      fn,
      pace: { everyMs: HOUR_MS },
      deadLetters: failures,
      key: props.deployment.key,
      input: { names },
    });
    if (chosen.globs.length > 0) this.hearOfNewOnes(failures);
    const followed = new CustomResource(this, 'Follow', {
      serviceToken: fn.functionArn,
      resourceType: 'Custom::TocsinSubscriptions',
      serviceTimeout: Duration.minutes(16),
      properties: { names, globs: chosen.globs },
    });
    followed.node.addDependency(props.permission);
    this.report = {
      subscribed: followed.getAttString('Subscribed'),
      notSubscribed: followed.getAttString('NotSubscribed'),
    };
  }

  private hearOfNewOnes(failures: Queue): void {
    const target = new LambdaFunction(this.function.fn, {
      deadLetterQueue: failures,
      retryAttempts: 3,
      maxEventAge: Duration.hours(1),
    });
    new Rule(this, 'Created', {
      description: 'Log groups that come into being, as CloudTrail tells',
      eventPattern: {
        source: ['aws.logs'],
        detailType: ['AWS API Call via CloudTrail'],
        detail: { eventSource: ['logs.amazonaws.com'], eventName: ['CreateLogGroup'] },
      },
      targets: [target],
    });
  }

  private statements({ fixed, globs }: ChosenLogGroups): PolicyStatement[] {
    const arn = (name: string) => logGroupArn(this, `${name}:*`);
    const all = logGroupArn(this, '*');
    const watched = [...fixed.map(nameOf), ...globs.filter((glob) => !glob.startsWith('!'))].map(arn);
    acknowledgeWildcards(
      this,
      [all, ...watched],
      'The ARN of a log group ends in ":*" for its streams; globs open what the option logGroups names and no more; looking at and ending subscriptions must reach what earlier deployments watched.',
    );
    return [
      // What was watched at an earlier deployment is unsubscribed by this one, whatever it was.
      new PolicyStatement({
        sid: 'LookAndEnd',
        actions: [
          'logs:DescribeLogGroups',
          'logs:DescribeSubscriptionFilters',
          'logs:DeleteSubscriptionFilter',
        ],
        resources: [all],
      }),
      seeAccountPolicies(this),
      new PolicyStatement({
        sid: 'Subscribe',
        actions: ['logs:PutSubscriptionFilter'],
        resources: watched,
      }),
      new PolicyStatement({
        sid: 'NeverItself',
        effect: Effect.DENY,
        actions: ['logs:PutSubscriptionFilter'],
        resources: [arn(ALL_OWN)],
      }),
    ];
  }
}

function logGroupArn(scope: Construct, resourceName: string): string {
  return Stack.of(scope).formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
