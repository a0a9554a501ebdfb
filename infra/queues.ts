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
  /** Where invocations of the functions end that keep the deployment going, where they fail for good. */
  readonly upkeepFailures: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.pairs = {
      alerts: createPair(this, 'alerts'),
      deliveries: createPair(this, 'deliveries'),
      'matcher-failures': createPair(this, 'matcher-failures'),
    };
    this.evaluatorFailures = createFailures(this, 'evaluator-dlq');
    this.upkeepFailures = createFailures(this, 'upkeep-dlq');
  }
}

/** A dead-letter queue behind functions and schedules rather than behind a queue. */
function createFailures(scope: Construct, id: string): Queue {
  const queue = createDeadLetters(scope, id, QUEUES.alerts.deadLetterRetentionMs);
  Validations.of(queue).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason:
      'It is itself a dead-letter queue, of functions and schedules, which CloudFormation does not record on the queue.',
  });
  return queue;
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
