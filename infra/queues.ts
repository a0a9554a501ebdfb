import { Duration, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLetterName, QUEUES, type QueueName } from './topology.ts';

export interface QueuePair {
  queue: Queue;
  deadLetters: Queue;
}

/** The queues of the topology, each with its dead-letter queue; encrypted by SQS, reachable over TLS only. */
export class Queues extends Construct {
  readonly pairs: Readonly<Record<QueueName, QueuePair>>;
  /** Where rounds of the evaluator end that could not be started or failed: the clock has no queue of its own. */
  readonly evaluatorFailures: Queue;
  /** Where invocations of the functions end that keep the deployment going, where they fail for good. */
  readonly upkeepFailures: Queue;

  /** @param key encrypts them instead of the one that SQS manages */
  constructor(scope: Construct, id: string, key?: IKey) {
    super(scope, id);
    this.pairs = {
      alerts: createPair(this, 'alerts', key),
      deliveries: createPair(this, 'deliveries', key),
      'matcher-failures': createPair(this, 'matcher-failures', key),
    };
    this.evaluatorFailures = createFailures(this, 'evaluator-dlq', key);
    this.upkeepFailures = createFailures(this, 'upkeep-dlq', key);
  }
}

/** A dead-letter queue behind functions and schedules rather than behind a queue. */
function createFailures(scope: Construct, id: string, key: IKey | undefined): Queue {
  const queue = createDeadLetters(scope, id, QUEUES.alerts.deadLetterRetentionMs, key);
  Validations.of(queue).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason:
      'It is itself a dead-letter queue, of functions and schedules, which CloudFormation does not record on the queue.',
  });
  return queue;
}

function createPair(scope: Construct, name: QueueName, key: IKey | undefined): QueuePair {
  const topology = QUEUES[name];
  const deadLetters = createDeadLetters(scope, deadLetterName(name), topology.deadLetterRetentionMs, key);
  const queue = new Queue(scope, name, {
    visibilityTimeout: Duration.millis(topology.visibilityTimeoutMs),
    retentionPeriod: Duration.millis(topology.retentionMs),
    ...encryptionBy(key),
    enforceSSL: true,
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: topology.maxReceiveCount },
  });
  return { queue, deadLetters };
}

function createDeadLetters(scope: Construct, id: string, retentionMs: number, key: IKey | undefined): Queue {
  const queue = new Queue(scope, id, {
    retentionPeriod: Duration.millis(retentionMs),
    ...encryptionBy(key),
    enforceSSL: true,
  });
  Validations.of(queue).acknowledge({
    id: 'Serverless-SQSRedrivePolicy',
    reason: 'It is the end of the line: a dead-letter queue has no dead-letter queue.',
  });
  return queue;
}

function encryptionBy(key: IKey | undefined): Pick<QueueProps, 'encryption' | 'encryptionMasterKey'> {
  if (key === undefined) return { encryption: QueueEncryption.SQS_MANAGED };
  return { encryption: QueueEncryption.KMS, encryptionMasterKey: key };
}
