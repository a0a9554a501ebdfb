import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule, type CfnScheduleProps } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { DailyTime } from './alive.ts';
import { keyStatement } from './key.ts';
import { sendStatement } from './permissions.ts';

const MINUTE_MS = 60_000;

export interface ClockProps {
  fn: IFunction;
  /** Whole minutes, or a time of day. */
  pace: { everyMs: number } | DailyTime;
  /** What the function is invoked with, as JSON; by default Scheduler's own words. */
  input?: Record<string, unknown>;
  /** Encrypts the dead letters. */
  key: IKey | undefined;
  /** Takes the ticks that could not be handed to the function. */
  deadLetters: Queue;
}

/** EventBridge Scheduler invoking a function at a steady pace or once a day, at least once a tick. */
export class Clock extends Construct {
  constructor(scope: Construct, id: string, props: ClockProps) {
    super(scope, id);
    const role = this.createRole(props);
    const schedule = new CfnSchedule(this, 'Schedule', {
      ...expressionOf(props.pace),
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: props.fn.functionArn,
        roleArn: role.roleArn,
        ...(props.input === undefined ? {} : { input: Stack.of(this).toJsonString(props.input) }),
        // An older tick is worthless: the next one does its work; a daily one may come late.
        retryPolicy: {
          maximumEventAgeInSeconds: 'everyMs' in props.pace ? Math.max(props.pace.everyMs / 1000, 60) : 3600,
          maximumRetryAttempts: 3,
        },
        deadLetterConfig: { arn: props.deadLetters.queueArn },
      },
    });
    // Scheduler checks on creation that it may assume the role; the policy must stand by the first tick.
    schedule.node.addDependency(role);
  }

  private createRole(props: ClockProps): Role {
    const stack = Stack.of(this);
    const group = stack.formatArn({
      service: 'scheduler',
      resource: 'schedule-group',
      resourceName: 'default',
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com').withConditions({
        StringEquals: { 'aws:SourceAccount': stack.account, 'aws:SourceArn': group },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({
        sid: 'Tick',
        actions: ['lambda:InvokeFunction'],
        resources: [props.fn.functionArn],
      }),
    );
    role.addToPolicy(sendStatement('KeepLostTicks', [props.deadLetters.queueArn]));
    if (props.key !== undefined) role.addToPolicy(keyStatement(props.key));
    return role;
  }
}

function expressionOf(
  pace: ClockProps['pace'],
): Pick<CfnScheduleProps, 'scheduleExpression' | 'scheduleExpressionTimezone'> {
  if ('everyMs' in pace) {
    const minutes = pace.everyMs / MINUTE_MS;
    return { scheduleExpression: minutes === 1 ? 'rate(1 minute)' : `rate(${minutes} minutes)` };
  }
  const { hour, minute, timeZone } = pace;
  return {
    scheduleExpression: `cron(${minute} ${hour} * * ? *)`,
    scheduleExpressionTimezone: timeZone,
  };
}
