import { fileURLToPath } from 'node:url';
import { Duration, RemovalPolicy, Stack, Token, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  EventInvokeConfig,
  EventSourceMapping,
  type IDestination,
  RecursiveLoop,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { logStatement, permissionsOf, type Resources, sendStatement } from './permissions.ts';
import { FUNCTIONS, type FunctionName, type QueueSource, SECRET_PREFIX } from './topology.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Some dependencies are CommonJS and call `require` for Node's own modules, which an ES module does not have. */
const REQUIRE = `import{createRequire as tocsinRequire}from'node:module';const require=tocsinRequire(import.meta.url);`;

export interface TocsinFunctionProps {
  name: FunctionName;
  resources: Resources;
  environment: Record<string, string>;
  logGroupName: string;
  logRetention: RetentionDays;
  /** Concurrent executions kept for it and not exceeded; undefined: what the account has left. */
  reservedConcurrency?: number | undefined;
}

/** One function of the topology with its role, its log group and the queues that invoke it. */
export class TocsinFunction extends Construct {
  readonly fn: NodejsFunction;
  readonly logGroup: LogGroup;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: TocsinFunctionProps) {
    super(scope, id);
    const topology = FUNCTIONS[props.name];
    this.logGroup = new LogGroup(this, 'Logs', {
      logGroupName: props.logGroupName,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // A role of its own: the managed policy that CDK would attach may write to every log group of the account.
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    for (const statement of [logStatement(this.logGroup), ...permissionsOf(this, topology, props.resources)])
      this.role.addToPolicy(statement);
    this.fn = createFunction(this, props, this.role, this.logGroup);
    for (const source of topology.queueSources) this.consume(source, props.resources);
    acknowledgeFindings(this);
    if (topology.readsSecrets) acknowledgeSecrets(this);
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

  private consume(source: QueueSource, resources: Resources): void {
    const mapping = new EventSourceMapping(this, `From-${source.queue}`, {
      target: this.fn,
      eventSourceArn: resources.queues[source.queue].queue.queueArn,
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
): NodejsFunction {
  const topology = FUNCTIONS[props.name];
  return new NodejsFunction(scope, 'Function', {
    entry: `${ROOT}${topology.entry}`,
    handler: topology.handler,
    projectRoot: ROOT,
    depsLockFilePath: `${ROOT}package-lock.json`,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    memorySize: topology.memoryMb,
    timeout: Duration.millis(topology.timeoutMs),
    environment: props.environment,
    awsSdkConnectionReuse: false,
    role,
    logGroup,
    ...(topology.allowRecursion ? { recursiveLoop: RecursiveLoop.ALLOW } : {}),
    ...(props.reservedConcurrency === undefined
      ? {}
      : { reservedConcurrentExecutions: props.reservedConcurrency }),
    bundling: {
      format: OutputFormat.ESM,
      target: 'node24',
      mainFields: ['module', 'main'],
      bundleAwsSDK: true,
      minify: true,
      banner: REQUIRE,
    },
  });
}

function acknowledgeFindings(scope: TocsinFunction): void {
  Validations.of(scope).acknowledge(
    {
      id: 'Serverless-LambdaDLQ',
      reason:
        'A function that is invoked asynchronously has a failure destination, which keeps the reason as a dead-letter queue would not; the others are invoked from queues that have dead-letter queues.',
    },
    {
      id: 'Serverless-LambdaTracing',
      reason:
        'X-Ray is billed by the trace and its permission cannot be bound to a resource; an alert is followed by its id through logs and tables instead.',
    },
  );
}

function acknowledgeSecrets(scope: TocsinFunction): void {
  const { partition, region, account } = Stack.of(scope);
  const shown = (value: string, name: string) => (Token.isUnresolved(value) ? `<AWS::${name}>` : value);
  const arn = `arn:${shown(partition, 'Partition')}:secretsmanager:${shown(region, 'Region')}:${shown(account, 'AccountId')}:secret:${SECRET_PREFIX}*`;
  Validations.of(scope).acknowledge({
    id: `AwsSolutions-IAM5[Resource::${arn}]`,
    reason: `Receivers name their secrets in the configuration, which changes without a deployment; only names that start with "${SECRET_PREFIX}" are open, in this account and Region.`,
  });
}
