import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { describe, expect, it } from 'vitest';
import { Tocsin } from '../../infra/tocsin.ts';
import { createStack, rendered, resourcesOf, unbundledApp } from './synthesized.ts';

const stack = createStack({
  logGroups: '/app/orders,/pay/*,!/pay/debug-*',
  from: 'alerts@example.com',
  heartbeatMinutes: '0',
});

function only(of: typeof stack, type: string) {
  const [resource, ...more] = Object.values(resourcesOf(of, type));
  expect(more).toEqual([]);
  return resource;
}

const rulesOf = (of: typeof stack) => resourcesOf(of, 'AWS::Events::Rule');

describe('log groups by glob', () => {
  it('are subscribed by a function that knows the globs; names in full stay filters of the stack', () => {
    const followed = only(stack, 'Custom::TocsinSubscriptions');
    expect(followed?.Properties).toMatchObject({
      names: ['/app/orders'],
      globs: ['/pay/*', '!/pay/debug-*'],
      ServiceTimeout: '960',
    });
    expect(rendered(followed?.Properties.ServiceToken)).toBe('<SubscriberHandlerFunction.Arn>');
    const filter = only(stack, 'AWS::Logs::SubscriptionFilter');
    expect(filter?.Properties.LogGroupName).toBe('/app/orders');
    const fn = resourcesOf(stack, 'AWS::Lambda::Function').SubscriberHandlerFunction;
    expect(fn?.Properties.Environment).toMatchObject({
      Variables: {
        TOCSIN_LOG_GROUP_GLOBS: '/pay/*,!/pay/debug-*',
        TOCSIN_FILTER_NAME: filter?.Properties.FilterName,
        TOCSIN_OWN_LOG_GROUPS: '/tocsin/*',
      },
    });
  });

  it('wait for the permission that lets CloudWatch Logs invoke the matcher', () => {
    const followed = only(stack, 'Custom::TocsinSubscriptions');
    expect(followed?.DependsOn).toContainEqual(expect.stringMatching(/^TocsinSubscriptionsPermission/));
  });

  it('are heard of when they come into being', () => {
    const rule = rulesOf(stack).SubscriberCreated;
    expect(rule?.Properties.EventPattern).toEqual({
      source: ['aws.logs'],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: { eventSource: ['logs.amazonaws.com'], eventName: ['CreateLogGroup'] },
    });
    const targets = rule?.Properties.Targets as { Arn: unknown; DeadLetterConfig: { Arn: unknown } }[];
    const ways = targets.map(({ Arn, DeadLetterConfig }) => [rendered(Arn), rendered(DeadLetterConfig.Arn)]);
    expect(ways).toEqual([['<SubscriberHandlerFunction.Arn>', '<Queuesupkeepdlq.Arn>']]);
  });

  it('ask for no rule where there is no glob', () => {
    expect(Object.keys(rulesOf(createStack({ logGroups: '/app/orders' })))).toEqual(['MailFeedbackRule']);
  });
});

describe('every subscription', () => {
  it('is looked at each hour, those of references included', () => {
    const shop = new Stack(unbundledApp(), 'Shop');
    const orders = new LogGroup(shop, 'Orders');
    new Tocsin(shop, 'Tocsin', { logGroups: [orders, '/pay/*'], from: 'alerts@example.com' });
    const schedules = Template.fromStack(shop).findResources('AWS::Scheduler::Schedule', {
      Properties: { ScheduleExpression: 'rate(60 minutes)' },
    });
    const inputs = Object.values(schedules).map(({ Properties }) => rendered(Properties.Target.Input));
    expect(inputs).toEqual(['{"names":["<Orders>"]}']);
  });
});

describe('the policy of the account', () => {
  const whole = createStack({ logGroups: '*,!/app/noisy', accountPolicy: 'true', from: 'a@example.com' });

  it('subscribes every log group but the excluded and those of tocsin itself', () => {
    const policy = only(whole, 'AWS::Logs::AccountPolicy');
    expect(policy?.Properties).toMatchObject({ PolicyType: 'SUBSCRIPTION_FILTER_POLICY', Scope: 'ALL' });
    const [, names = ''] =
      /^LogGroupName NOT IN (.*)$/.exec(String(policy?.Properties.SelectionCriteria)) ?? [];
    const own = Object.values(resourcesOf(whole, 'AWS::Logs::LogGroup')).map(
      ({ Properties }) => Properties.LogGroupName,
    );
    const known = own.filter((name) => !String(name).endsWith('/heartbeat'));
    expect(JSON.parse(names)).toEqual(expect.arrayContaining([...known, '/app/noisy']));
    expect(names).not.toContain('/heartbeat');
    expect(rendered(policy?.Properties.PolicyDocument)).toBe(
      '{"DestinationArn":"<matcherFunction.Arn>","FilterPattern":"","Distribution":"Random"}',
    );
    expect(policy?.DependsOn).toEqual([expect.stringMatching(/^TocsinSubscriptionsPermission/)]);
  });

  it('needs no filters and nobody who looks after them', () => {
    expect(resourcesOf(whole, 'AWS::Logs::SubscriptionFilter')).toEqual({});
    expect(resourcesOf(whole, 'Custom::TocsinSubscriptions')).toEqual({});
  });
});
