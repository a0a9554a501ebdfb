import { describe, expect, it } from 'vitest';
import { createStack, rendered, resourcesOf } from './synthesized.ts';

const stack = createStack({ logGroups: '/app/orders', from: 'alerts@example.com' });
const SET = '<MailFeedbackConfigurationSet>';

interface Statement {
  Sid?: string;
  Action: string;
  Principal: unknown;
  Condition: unknown;
}

function only(type: string): Record<string, unknown> {
  const [resource, ...more] = Object.values(resourcesOf(stack, type));
  expect(more).toEqual([]);
  return resource?.Properties ?? {};
}

describe('what became of mails', () => {
  it('is published by a configuration set of its own, which mails are sent with', () => {
    const { ConfigurationSetName, EventDestination } = only('AWS::SES::ConfigurationSetEventDestination');
    expect(rendered(ConfigurationSetName)).toBe(SET);
    const { EventBridgeDestination, ...rest } = EventDestination as {
      EventBridgeDestination: { EventBusArn: unknown };
    };
    expect(rest).toEqual({
      Enabled: true,
      MatchingEventTypes: ['bounce', 'complaint', 'reject', 'deliveryDelay', 'delivery'],
    });
    expect(rendered(EventBridgeDestination.EventBusArn)).toMatch(/:event-bus\/default$/);
    const { Environment } = resourcesOf(stack, 'AWS::Lambda::Function').notifierFunction?.Properties ?? {};
    const { Variables } = Environment as { Variables: Record<string, unknown> };
    expect(rendered(Variables.TOCSIN_CONFIGURATION_SET)).toBe(SET);
  });

  it("comes to the deliveries' queue, by this rule and no other", () => {
    const rule = only('AWS::Events::Rule');
    expect(rule.EventPattern).toMatchObject({
      source: ['aws.ses'],
      detail: {
        mail: {
          tags: { 'ses:configuration-set': [expect.anything()], 'tocsin-notification': [{ exists: true }] },
        },
      },
    });
    const targets = rule.Targets as { Arn: unknown; DeadLetterConfig: { Arn: unknown } }[];
    expect(targets.map(({ Arn, DeadLetterConfig }) => [Arn, DeadLetterConfig.Arn].map(rendered))).toEqual([
      ['<Queuesdeliveries.Arn>', '<Queuesupkeepdlq.Arn>'],
    ]);
    const properties = resourcesOf(stack, 'AWS::SQS::QueuePolicy').QueuesdeliveriesPolicy?.Properties ?? {};
    const policy = properties.PolicyDocument as { Statement: Statement[] };
    const statement = policy.Statement.find(({ Sid }) => Sid === 'MailEvents');
    expect(statement).toMatchObject({
      Action: 'sqs:SendMessage',
      Principal: { Service: 'events.amazonaws.com' },
      Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [expect.anything(), 'Arn'] } } },
    });
  });

  it('is asked of a set that the user names, and of none in China', () => {
    const named = createStack({ logGroups: '/app/orders', configurationSet: 'mails' });
    expect(resourcesOf(named, 'AWS::SES::ConfigurationSet')).toEqual({});
    const [destination] = Object.values(resourcesOf(named, 'AWS::SES::ConfigurationSetEventDestination'));
    expect(destination?.Properties.ConfigurationSetName).toBe('mails');
    const china = createStack(
      { logGroups: '/app/orders' },
      { account: '123456789012', region: 'cn-north-1' },
    );
    expect(resourcesOf(china, 'AWS::SES::ConfigurationSetEventDestination')).toEqual({});
    expect(resourcesOf(china, 'AWS::Events::Rule')).toEqual({});
  });
});
