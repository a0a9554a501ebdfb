import { describe, expect, it } from 'vitest';
import {
  deadLetterName,
  FUNCTIONS,
  type FunctionName,
  QUEUES,
  type QueueName,
} from '../../infra/topology.ts';
import { createStack, rendered, resourcesOf } from './synthesized.ts';

const stack = createStack({ logGroups: '/app/orders,/app/pay', from: 'alerts@example.com' });
/** Every function has it: the name of the deployment, for metrics. */
const EVERYWHERE = ['POWERTOOLS_SERVICE_NAME'];
const functionNames = Object.keys(FUNCTIONS) as FunctionName[];
const queueNames = Object.keys(QUEUES) as QueueName[];

function idOf(name: string): string {
  return `Queues${name.replaceAll('-', '')}`;
}

describe('tables', () => {
  const tables = resourcesOf(stack, 'AWS::DynamoDB::Table');

  it('are two, recoverable to any point in time, on demand, and stay when the stack goes', () => {
    expect(Object.keys(tables)).toEqual(['Tablesconfig', 'Tablesstate']);
    for (const table of Object.values(tables)) {
      expect(table.Properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      });
      expect(table.DeletionPolicy).toBe('Retain');
    }
  });

  it('let the state alone expire and be asked for what is due', () => {
    expect(tables.Tablesconfig?.Properties).not.toHaveProperty('TimeToLiveSpecification');
    expect(tables.Tablesstate?.Properties).toMatchObject({
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      GlobalSecondaryIndexes: [
        {
          IndexName: 'due',
          KeySchema: [
            { AttributeName: 'dueShard', KeyType: 'HASH' },
            { AttributeName: 'dueAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });
  });
});

describe('queues', () => {
  const queues = resourcesOf(stack, 'AWS::SQS::Queue');

  it.each(queueNames)(
    '%s keeps four days and moves what fails to its own dead-letter queue, for 14 days',
    (name) => {
      const redrive = queues[idOf(name)]?.Properties.RedrivePolicy as Record<string, unknown>;
      expect(rendered(redrive.deadLetterTargetArn)).toBe(`<${idOf(deadLetterName(name))}.Arn>`);
      expect(redrive.maxReceiveCount).toBe(QUEUES[name].maxReceiveCount);
      expect(queues[idOf(name)]?.Properties.MessageRetentionPeriod).toBe(4 * 86_400);
      expect(queues[idOf(deadLetterName(name))]?.Properties.MessageRetentionPeriod).toBe(14 * 86_400);
    },
  );

  it('are all encrypted and refuse what does not come over TLS', () => {
    const policies = Object.values(resourcesOf(stack, 'AWS::SQS::QueuePolicy'));
    const guarded = policies.map(({ Properties }) => {
      expect(JSON.stringify(Properties.PolicyDocument)).toContain('"Bool":{"aws:SecureTransport":"false"}');
      return (Properties.Queues as unknown[]).map(rendered).join();
    });
    expect(guarded.sort()).toEqual(
      Object.keys(queues)
        .map((id) => `<${id}>`)
        .sort(),
    );
    for (const queue of Object.values(queues)) expect(queue.Properties.SqsManagedSseEnabled).toBe(true);
  });
});

describe('functions', () => {
  const functions = resourcesOf(stack, 'AWS::Lambda::Function');
  const mappings = Object.values(resourcesOf(stack, 'AWS::Lambda::EventSourceMapping'));
  const queues = resourcesOf(stack, 'AWS::SQS::Queue');

  it('are those of the topology and those that keep the deployment going', () => {
    const upkeep = ['Applier', 'Heartbeat', 'Subscriber'].map((name) => `${name}HandlerFunction`);
    expect(Object.keys(functions).sort()).toEqual(
      [...functionNames.map((name) => `${name}Function`), ...upkeep].sort(),
    );
  });

  it.each(functionNames)('%s runs on arm64 and nodejs24.x with exactly the variables it declares', (name) => {
    const properties = functions[`${name}Function`]?.Properties ?? {};
    const { memoryMb, timeoutMs, environment } = FUNCTIONS[name];
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: memoryMb,
      Timeout: timeoutMs / 1000,
    });
    const { Variables } = properties.Environment as { Variables: Record<string, unknown> };
    expect(Object.keys(Variables).sort()).toEqual(
      [...EVERYWHERE, ...environment.filter((variable) => variable !== 'TOCSIN_ALLOWED_HOSTS')].sort(),
    );
  });

  it('may recurse only where timers need it', () => {
    const allowed = functionNames.filter(
      (name) => functions[`${name}Function`]?.Properties.RecursiveLoop === 'Allow',
    );
    // Timers of groups; a fallback's message in place of one that failed for good.
    expect(allowed).toEqual(['dispatcher', 'notifier']);
  });

  it('are invoked by queues that hide messages six times as long as the function may take', () => {
    expect(mappings).toHaveLength(3);
    for (const { Properties } of mappings) {
      expect(Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
      const fn = functions[rendered(Properties.FunctionName).slice(1, -1)];
      const queue = queues[rendered(Properties.EventSourceArn).slice(1, -'.Arn>'.length)];
      const visibility = Number(queue?.Properties.VisibilityTimeout);
      expect(visibility).toBeGreaterThanOrEqual(6 * Number(fn?.Properties.Timeout));
      expect(Properties.ScalingConfig).toEqual({ MaximumConcurrency: expect.any(Number) });
    }
  });

  it('keep their own log for a limited time', () => {
    const logGroups = resourcesOf(stack, 'AWS::Logs::LogGroup');
    for (const logGroup of Object.values(logGroups)) expect(logGroup.Properties.RetentionInDays).toBe(30);
    const logged = Object.values(functions).map(({ Properties }) =>
      rendered((Properties.LoggingConfig as { LogGroup: unknown }).LogGroup),
    );
    expect(logged.sort()).toEqual(
      Object.keys(logGroups)
        .map((id) => `<${id}>`)
        .sort(),
    );
  });

  it('each have a path for failures: the queue that invokes it, or a destination', () => {
    const async = Object.values(resourcesOf(stack, 'AWS::Lambda::EventInvokeConfig'));
    const destinations = Object.fromEntries(
      async.map(({ Properties }) => {
        const { OnFailure } = Properties.DestinationConfig as { OnFailure: { Destination: unknown } };
        return [rendered(Properties.FunctionName), rendered(OnFailure.Destination)];
      }),
    );
    expect(destinations).toEqual({
      '<matcherFunction>': '<Queuesmatcherfailures.Arn>',
      '<evaluatorFunction>': '<Queuesevaluatordlq.Arn>',
      '<ApplierHandlerFunction>': '<Queuesupkeepdlq.Arn>',
      '<HeartbeatHandlerFunction>': '<Queuesupkeepdlq.Arn>',
      '<SubscriberHandlerFunction>': '<Queuesupkeepdlq.Arn>',
    });
    const consumers = mappings.map(({ Properties }) => rendered(Properties.FunctionName));
    // Invoked by whoever opens a link, who sees the failure.
    const seen = '<responderFunction>';
    for (const id of Object.keys(functions))
      expect([...Object.keys(destinations), ...consumers, seen]).toContain(`<${id}>`);
  });
});

describe('the clock', () => {
  it('invokes the evaluator each minute through EventBridge Scheduler, with retries and a dead-letter queue', () => {
    const schedule = resourcesOf(stack, 'AWS::Scheduler::Schedule').ClockSchedule;
    expect(schedule?.Properties.ScheduleExpression).toBe('rate(1 minute)');
    const target = schedule?.Properties.Target as Record<string, unknown>;
    expect(rendered(target.Arn)).toBe('<evaluatorFunction.Arn>');
    expect(target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 3 });
    expect(rendered((target.DeadLetterConfig as { Arn: unknown }).Arn)).toBe('<Queuesevaluatordlq.Arn>');
  });
});

describe('subscriptions', () => {
  const filters = resourcesOf(stack, 'AWS::Logs::SubscriptionFilter');
  const permissions = resourcesOf(stack, 'AWS::Lambda::Permission');

  it('hand every event of the named log groups to the matcher', () => {
    expect(Object.values(filters).map(({ Properties }) => rendered(Properties.LogGroupName))).toEqual([
      '/app/orders',
      '/app/pay',
      '<HeartbeatHandlerLogs>',
    ]);
    for (const { Properties } of Object.values(filters)) {
      expect(rendered(Properties.DestinationArn)).toBe('<matcherFunction.Arn>');
      expect(Properties.FilterPattern).toBe('');
    }
  });

  it('share one permission, bound to this account, and wait for it', () => {
    const ofLogs = Object.keys(permissions).filter(
      (id) => permissions[id]?.Properties.Principal === 'logs.amazonaws.com',
    );
    expect(ofLogs).toEqual(['SubscriptionsPermission']);
    const properties = permissions.SubscriptionsPermission?.Properties ?? {};
    expect(rendered(properties.SourceAccount)).toBe('<AWS::AccountId>');
    expect(rendered(properties.SourceArn)).toBe(
      'arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:*',
    );
    for (const { DependsOn } of Object.values(filters))
      expect(DependsOn).toEqual([expect.stringMatching(/^TocsinSubscriptionsPermission/)]);
  });

  it('keep name and identity when the list is reordered', () => {
    const reordered = resourcesOf(
      createStack({ logGroups: '/app/pay,/app/new,/app/orders', from: 'alerts@example.com' }),
      'AWS::Logs::SubscriptionFilter',
    );
    for (const [id, filter] of Object.entries(filters)) expect(reordered[id]).toEqual(filter);
  });
});
