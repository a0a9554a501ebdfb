import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { HEARTBEAT } from '../shared/alerts/signs-of-life.ts';
import type { RawItem } from '../shared/config/items.ts';
import { type AliveOptions, dailyTimeOf } from './alive.ts';
import type { Deployment } from './deployment.ts';
import { TocsinFunction } from './functions.ts';
import { Clock } from './schedule.ts';
import type { Subscriptions } from './subscriptions.ts';
import { UPKEEP } from './upkeep.ts';

const MINUTE_MS = 60_000;

/** Scheduler puts in the time that the tick was due, the same at every try. */
const SCHEDULED_TIME = '<aws.scheduler.scheduled-time>';

/** The owner of the items that the product itself brings. */
export const HEARTBEAT_OWNER = 'tocsin';

export interface HeartbeatProps {
  /** 0: there are no beats. */
  everyMinutes: number;
  /** undefined: nobody is told every day. */
  alive: AliveOptions | undefined;
  failures: Queue;
  subscriptions: Subscriptions;
  deployment: Deployment;
  /** The policy of the account subscribes its log group; otherwise a filter does. */
  accountPolicy: boolean;
}

/**
 * A line in a log, time and again, that must take the whole way and come out as a delivery to nobody; and another one,
 * once a day, that must come out as a message to people. Its log group is
 * the one of the product's own that the matcher takes events of: what comes of them is no line in it.
 */
export class Heartbeat extends Construct {
  readonly function: TocsinFunction;

  constructor(scope: Construct, id: string, props: HeartbeatProps) {
    super(scope, id);
    const { everyMinutes, alive, failures, deployment } = props;
    this.function = new TocsinFunction(this, 'Handler', {
      shape: UPKEEP.heartbeat,
      name: 'heartbeat',
      statements: [],
      queues: {},
      environment: {},
      deployment,
    });
    this.function.onAsyncFailure(failures, 0, MINUTE_MS);
    if (!props.accountPolicy) props.subscriptions.add('heartbeat', this.function.logGroup.logGroupName);
    const clock = { fn: this.function.fn, deadLetters: failures, key: deployment.key };
    if (everyMinutes > 0) new Clock(this, 'Clock', { ...clock, pace: { everyMs: everyMinutes * MINUTE_MS } });
    if (alive !== undefined)
      new Clock(this, 'Daily', { ...clock, pace: dailyTimeOf(alive), input: { alive: SCHEDULED_TIME } });
  }
}

/** The rule and the receiver of the heartbeat, as people would write them. */
export function heartbeatItems({ ownPrefix }: Deployment): RawItem[] {
  const rule = {
    id: HEARTBEAT,
    title: 'Heartbeat of tocsin',
    severity: 'info',
    logGroups: [`${ownPrefix}heartbeat`],
    match: '{ $.tocsin = "heartbeat" }',
    groupBy: ['$.beat'],
    receiver: HEARTBEAT,
  };
  return [
    { kind: 'rule', id: HEARTBEAT, body: rule },
    { kind: 'receiver', id: HEARTBEAT, body: { name: HEARTBEAT, sink: [{ sendResolved: false }] } },
  ];
}
