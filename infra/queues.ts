import { Duration, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
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

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.pairs = {
      alerts: createPair(this, 'alerts'),
      deliveries: createPair(this, 'deliveries'),
      'matcher-failures': createPair(this, 'matcher-failures'),
    };
    this.evaluatorFailures = createDeadLetters(this, 'evaluator-dlq', QUEUES.alerts.deadLetterRetentionMs);
    Validations.of(this.evaluatorFailures).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason:
        'It is itself a dead-letter queue, of the schedule and of the evaluator, which CloudFormation does not record on the queue.',
    });
  }
}

function createPair(scope: Construct, name: QueueName): QueuePair {
  const topology = QUEUES[name];
  const deadLetters = createDeadLetters(scope, deadLetterName(name), topology.deadLetterRetentionMs);
  const queue = new Queue(scope, name, {
    visibilityTimeout: Duration.millis(topology.visibilityTimeoutMs),
    retentionPeriod: Duration.millis(topology.retentionMs),
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: topology.maxReceiveCount },
  });
  return { queue, deadLetters };
}

function createDeadLetters(scope: Construct, id: string, retentionMs: number): Queue {
  const queue = new Queue(scope, id, {
    retentionPeriod: Duration.millis(retentionMs),
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
  });
  Validations.of(queue).acknowledge({
    id: 'Serverless-SQSRedrivePolicy',
    reason: 'It is the end of the line: a dead-letter queue has no dead-letter queue.',
  });
  return queue;
}
