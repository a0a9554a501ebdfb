import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';

/** What of a deployment alarms look at, and its dashboard shows. */
export interface Monitored {
  /** The dimension `service` of its metrics. */
  deployment: string;
  filterName: string;
  /** 0: it has no heartbeat. */
  heartbeatMinutes: number;
  functions: Readonly<Record<string, IFunction>>;
  /** Names of those that stand between a log event and a person. */
  serving: readonly string[];
  /** With the age from which waiting is worth an alarm. */
  queues: Readonly<Record<string, { queue: Queue; oldestMinutes: number }>>;
  deadLetters: Readonly<Record<string, Queue>>;
  tables: Readonly<Record<'config' | 'state', Table>>;
}
