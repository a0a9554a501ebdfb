import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  EventInvokeConfig,
  EventSourceMapping,
  type IDestination,
  Function as LambdaFunction,
  RecursiveLoop,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { bundledCode } from './bundling.ts';
import type { Deployment } from './deployment.ts';
import { keyStatement } from './key.ts';
import { logStatement, secretsArn, sendStatement } from './permissions.ts';
import type { QueuePair } from './queues.ts';
import { type FunctionTopology, type QueueName, type QueueSource, SECRET_PREFIX } from './topology.ts';
import { acknowledgeWildcards } from './wildcards.ts';

/** What a function is made of, as far as its own resource and its sources go. */
export type FunctionShape = Pick<
  FunctionTopology,
  'memoryMb' | 'timeoutMs' | 'queueSources' | 'readsSecrets' | 'allowRecursion'
>;

export interface TocsinFunctionProps {
  shape: FunctionShape;
  /** What it may do beside writing its own log. */
  statements: readonly PolicyStatement[];
  /** Where its sources are found. */
  queues: Readonly<Partial<Record<QueueName, QueuePair>>>;
  environment: Record<string, string>;
  /** Its folder in `functions/`, and the last part of its log group's name. */
  name: string;
  deployment: Deployment;
  /** Concurrent executions kept for it and not exceeded; undefined: what the account has left. */
  reservedConcurrency?: number | undefined;
}

/** One function of the topology with its role, its log group and the queues that invoke it. */
export class TocsinFunction extends Construct {
  readonly fn: LambdaFunction;
  readonly logGroup: LogGroup;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: TocsinFunctionProps) {
    super(scope, id);
    const { deployment } = props;
    this.logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `${deployment.ownPrefix}${props.name}`,
      retention: deployment.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(deployment.key === undefined ? {} : { encryptionKey: deployment.key }),
    });
    // A role of its own: the managed policy that CDK would attach may write to every log group of the account.
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    for (const statement of [logStatement(this.logGroup), ...props.statements])
      this.role.addToPolicy(statement);
    if (deployment.key !== undefined) this.role.addToPolicy(keyStatement(deployment.key));
    this.fn = createFunction(this, props, this.role, this.logGroup);
    for (const source of props.shape.queueSources) this.consume(source, props.queues);
    acknowledgeFindings(this, deployment.tracing);
    if (props.shape.readsSecrets)
      acknowledgeWildcards(
        this,
        [secretsArn(this)],
        `Receivers name their secrets in the configuration, which changes without a deployment; only names that start with "${SECRET_PREFIX}" are open, in this account and Region.`,
      );
  }

  /**
   * Says what becomes of asynchronous invocations that Lambda gives up.
   * @param retries after the first failure, at most 2
   * @param maxAgeMs how long an invocation may wait for its turn
   */
  onAsyncFailure(queue: Queue, retries: number, maxAgeMs: number): void {
    const onFailure: IDestination = { bind: () => ({ destination: queue.queueArn }) };
    this.role.addToPolicy(sendStatement('KeepFailures', [queue.queueArn]));
    new EventInvokeConfig(this, 'Async', {
      function: this.fn,
      onFailure,
      retryAttempts: retries,
      maxEventAge: Duration.millis(maxAgeMs),
    });
  }

  private consume(source: QueueSource, queues: TocsinFunctionProps['queues']): void {
    const pair = queues[source.queue];
    if (pair === undefined)
      throw new Error(`There is no queue "${source.queue}" for this function to consume.`);
    const mapping = new EventSourceMapping(this, `From-${source.queue}`, {
      target: this.fn,
      eventSourceArn: pair.queue.queueArn,
      batchSize: source.batchSize,
      maxConcurrency: source.maximumConcurrency,
      reportBatchItemFailures: true,
    });
    Validations.of(mapping).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'Lambda offers no failure destination for SQS sources; the queue has a dead-letter queue.',
    });
  }
}

function createFunction(
  scope: Construct,
  props: TocsinFunctionProps,
  role: Role,
  logGroup: LogGroup,
): LambdaFunction {
  const { shape, deployment } = props;
  return new LambdaFunction(scope, 'Function', {
    code: bundledCode(`functions/${props.name}/handler.ts`),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: shape.memoryMb,
    timeout: Duration.millis(shape.timeoutMs),
    // Powertools' name for what distinguishes metrics of one kind: the deployment.
    environment: { ...props.environment, POWERTOOLS_SERVICE_NAME: deployment.name },
    ...(deployment.key === undefined ? {} : { environmentEncryption: deployment.key }),
    tracing: deployment.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
    role,
    logGroup,
    ...(shape.allowRecursion ? { recursiveLoop: RecursiveLoop.ALLOW } : {}),
    ...(props.reservedConcurrency === undefined
      ? {}
      : { reservedConcurrentExecutions: props.reservedConcurrency }),
  });
}

function acknowledgeFindings(scope: TocsinFunction, tracing: boolean): void {
  Validations.of(scope).acknowledge({
    id: 'Serverless-LambdaDLQ',
    reason:
      'A function that is invoked asynchronously has a failure destination, which keeps the reason as a dead-letter queue would not; the others are invoked from queues that have dead-letter queues.',
  });
  if (tracing)
    acknowledgeWildcards(scope, ['*'], 'Writing traces to X-Ray is a permission that knows no resources.');
  else
    Validations.of(scope).acknowledge({
      id: 'Serverless-LambdaTracing',
      reason:
        'X-Ray is billed by the trace and its permission cannot be bound to a resource; an alert is followed by its id through logs and tables instead. The option tracing switches it on.',
    });
}
