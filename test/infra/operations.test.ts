import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { Tocsin } from '../../infra/tocsin.ts';
import { createStack, rendered, resourcesOf, unbundledApp } from './synthesized.ts';

const CONTEXT = { logGroups: '/app/orders,/pay/*', from: 'alerts@example.com' };
const stack = createStack({ ...CONTEXT, alarmEmails: 'ops@example.com' });
const alarms = resourcesOf(stack, 'AWS::CloudWatch::Alarm');

interface MetricQuery {
  Expression?: string;
  MetricStat?: { Metric: { MetricName: string; Dimensions?: { Value: unknown }[] } };
}

/** What every alarm looks at: `metric of dimension`, or the expression. */
function watched(): string[] {
  return Object.values(alarms).flatMap(({ Properties }) => {
    const {
      MetricName,
      Dimensions = [],
      Metrics,
    } = Properties as {
      MetricName?: string;
      Dimensions?: { Value: unknown }[];
      Metrics?: MetricQuery[];
    };
    if (Metrics !== undefined) return Metrics.map(({ Expression }) => String(Expression));
    return [`${MetricName} of ${Dimensions.map(({ Value }) => rendered(Value)).join()}`];
  });
}

describe('alarms', () => {
  it('leave by SNS, which does not depend on tocsin, when something begins and when it ends', () => {
    expect(Object.keys(alarms).length).toBeGreaterThan(20);
    for (const { Properties } of Object.values(alarms)) {
      expect((Properties.AlarmActions as unknown[]).map(rendered)).toEqual(['<OperationsTopic>']);
      expect((Properties.OKActions as unknown[]).map(rendered)).toEqual(['<OperationsTopic>']);
      expect(Properties.AlarmDescription).toMatch(/^[A-Z].*\.$/);
    }
    const [subscription] = Object.values(resourcesOf(stack, 'AWS::SNS::Subscription'));
    expect(subscription?.Properties).toMatchObject({ Protocol: 'email', Endpoint: 'ops@example.com' });
  });

  it('see log events that cannot be handed over, of every subscribed log group', () => {
    const { FilterName } =
      Object.values(resourcesOf(stack, 'AWS::Logs::SubscriptionFilter'))[0]?.Properties ?? {};
    for (const metric of ['DeliveryErrors', 'DeliveryThrottling'])
      expect(watched()).toContain(`SELECT SUM(${metric}) FROM "AWS/Logs" WHERE FilterName = '${FilterName}'`);
  });

  it('see every function fail: by its errors, or by the queue where its failures end', () => {
    const ends = Object.values(resourcesOf(stack, 'AWS::Lambda::EventInvokeConfig')).map(({ Properties }) => {
      const { OnFailure } = Properties.DestinationConfig as { OnFailure: { Destination: unknown } };
      return [rendered(Properties.FunctionName), rendered(OnFailure.Destination)];
    });
    const upkeep = ends.filter(([, queue]) => queue === '<Queuesupkeepdlq.Arn>').map(([fn]) => fn);
    expect(watched()).toContain('ApproximateNumberOfMessagesVisible of <Queuesupkeepdlq.QueueName>');
    for (const id of Object.keys(resourcesOf(stack, 'AWS::Lambda::Function')))
      expect(upkeep.includes(`<${id}>`) || watched().includes(`Errors of <${id}>`), id).toBe(true);
  });

  it('see every dead-letter queue fill, and messages wait in the others', () => {
    const queues = resourcesOf(stack, 'AWS::SQS::Queue');
    for (const [id, { Properties }] of Object.entries(queues)) {
      const isLast = Properties.RedrivePolicy === undefined;
      const metric = isLast ? 'ApproximateNumberOfMessagesVisible' : 'ApproximateAgeOfOldestMessage';
      expect(watched()).toContain(`${metric} of <${id}.QueueName>`);
    }
  });

  it('see the evaluator and the heartbeat fall silent, also where nothing is measured any more', () => {
    for (const id of ['OperationsAlarmsEvaluatorSilent', 'OperationsAlarmsHeartbeatLost'])
      expect(alarms[id]?.Properties).toMatchObject({
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        TreatMissingData: 'breaching',
      });
  });

  it('look at metrics of this deployment alone', () => {
    const own = Object.values(alarms).filter(({ Properties }) => Properties.Namespace === 'tocsin');
    const names = own.map(({ Properties }) => Properties.MetricName);
    expect(names).toEqual(expect.arrayContaining(['BrokenItems', 'DeliveryLag', 'RefusedSubscriptions']));
    const variables = resourcesOf(stack, 'AWS::Lambda::Function').matcherFunction?.Properties.Environment;
    const { POWERTOOLS_SERVICE_NAME: service } = (variables as { Variables: Record<string, unknown> })
      .Variables;
    for (const { Properties } of own)
      expect(Properties.Dimensions).toEqual([{ Name: 'service', Value: service }]);
  });

  it('can go to a topic of the user', () => {
    const shop = new Stack(unbundledApp(), 'Shop');
    const alarmTopic = new Topic(shop, 'Mine');
    new Tocsin(shop, 'Tocsin', { logGroups: ['/app/pay'], from: 'alerts@example.com', alarmTopic });
    Template.fromStack(shop).resourceCountIs('AWS::SNS::Topic', 1);
  });
});

describe('the dashboard', () => {
  it('shows what comes in, what goes out, how late, and every alarm', () => {
    const [dashboard] = Object.values(resourcesOf(stack, 'AWS::CloudWatch::Dashboard'));
    const body = rendered(dashboard?.Properties.DashboardBody);
    for (const metric of [
      'Events',
      'Matches',
      'AlertsBegun',
      'Deliveries',
      'LogLag',
      'DeliveryLag',
      'HeartbeatLag',
    ])
      expect(body).toContain(metric);
    for (const id of Object.keys(alarms)) expect(body).toContain(`<${id}.Arn>`);
  });
});

describe('the heartbeat', () => {
  it('takes the way of every log: by the filter, through a rule of its own, to nobody', () => {
    const beats = Object.values(resourcesOf(stack, 'AWS::Scheduler::Schedule'))
      .filter(({ Properties }) => Properties.ScheduleExpression === 'rate(5 minutes)')
      .map(({ Properties }) => rendered((Properties.Target as { Arn: unknown }).Arn));
    expect(beats).toEqual(['<HeartbeatHandlerFunction.Arn>']);
    const digests = Object.values(resourcesOf(stack, 'Custom::TocsinDocument')).map(({ Properties }) =>
      Object.keys(Properties.digests as object),
    );
    expect(digests).toEqual([['rule#tocsin-heartbeat', 'receiver#tocsin-heartbeat']]);
  });

  it('can be left out, and then no alarm waits for it', () => {
    const without = createStack({ ...CONTEXT, heartbeatMinutes: '0' });
    expect(Object.keys(resourcesOf(without, 'AWS::CloudWatch::Alarm')).join()).not.toContain('Heartbeat');
    expect(Object.keys(resourcesOf(without, 'AWS::Lambda::Function')).join()).not.toContain('Heartbeat');
  });
});
