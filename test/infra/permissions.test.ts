import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { createStack, rendered, resourcesOf } from './synthesized.ts';

const stack = createStack({
  logGroups: '/app/orders,/pay/*,!/pay/debug',
  from: 'Alerts <alerts@example.com>',
  configurationSet: 'tocsin',
  alive: 'ops',
});

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: unknown;
}

/** `role: actions on resources`, one line a statement, of every policy in the template. */
function statements(type = 'AWS::IAM::Policy'): string[] {
  return Object.entries(resourcesOf(stack, type)).flatMap(([id, policy]) => {
    const { Statement } = policy.Properties.PolicyDocument as { Statement: Statement[] };
    return Statement.map(({ Effect, Action, Resource }) => {
      const actions = [Action].flat().join(' ');
      const resources = [Resource].flat().map(rendered).join(' ');
      return `${id.replace('RoleDefaultPolicy', '')}: ${Effect} ${actions} on ${resources}`;
    });
  });
}

const READ = 'dynamodb:GetItem dynamodb:Query';
const WRITE = 'dynamodb:PutItem dynamodb:UpdateItem dynamodb:DeleteItem';
const CONSUME = 'sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes';
const LOG = 'logs:CreateLogStream logs:PutLogEvents';
const HERE = '<AWS::Region>:<AWS::AccountId>';
const SOURCES = '<Queuesalerts.Arn> <Queuesdeliveries.Arn> <Queuesmatcherfailures.Arn>';
const DEAD_LETTERS =
  '<Queuesalertsdlq.Arn> <Queuesdeliveriesdlq.Arn> <Queuesmatcherfailuresdlq.Arn> <Queuesevaluatordlq.Arn> <Queuesupkeepdlq.Arn>';
const LOG_GROUPS = `arn:<AWS::Partition>:logs:${HERE}:log-group:`;

describe('what functions may do', () => {
  it('is this and nothing else', () => {
    expect(statements()).toEqual([
      `responderFunction: Allow ${LOG} on <responderFunctionLogs.Arn>`,
      `responderFunction: Allow ${READ} on <Tablesstate.Arn>`,
      'responderFunction: Allow dynamodb:PutItem dynamodb:UpdateItem on <Tablesstate.Arn>',
      'responderFunction: Allow secretsmanager:GetSecretValue on <responderLinksKey>',
      `matcher: Allow ${LOG} on <matcherLogs.Arn>`,
      `matcher: Allow ${READ} dynamodb:Scan on <Tablesconfig.Arn>`,
      `matcher: Allow ${READ} ${WRITE} on <Tablesstate.Arn>`,
      'matcher: Allow sqs:SendMessage on <Queuesalerts.Arn>',
      `matcher: Allow ${CONSUME} on <Queuesmatcherfailures.Arn>`,
      'matcher: Allow sqs:SendMessage on <Queuesmatcherfailures.Arn>',
      `evaluator: Allow ${LOG} on <evaluatorLogs.Arn>`,
      `evaluator: Allow ${READ} dynamodb:Scan on <Tablesconfig.Arn>`,
      `evaluator: Allow ${READ} ${WRITE} on <Tablesstate.Arn>`,
      'evaluator: Allow dynamodb:Query on <Tablesstate.Arn>/index/due',
      'evaluator: Allow sqs:SendMessage on <Queuesalerts.Arn> <Queuesdeliveries.Arn>',
      'evaluator: Allow sqs:SendMessage on <Queuesevaluatordlq.Arn>',
      `dispatcher: Allow ${LOG} on <dispatcherLogs.Arn>`,
      `dispatcher: Allow ${READ} dynamodb:Scan on <Tablesconfig.Arn>`,
      `dispatcher: Allow ${READ} ${WRITE} on <Tablesstate.Arn>`,
      'dispatcher: Allow sqs:SendMessage on <Queuesalerts.Arn> <Queuesdeliveries.Arn>',
      `dispatcher: Allow ${CONSUME} on <Queuesalerts.Arn>`,
      `notifier: Allow ${LOG} on <notifierLogs.Arn>`,
      `notifier: Allow ${READ} dynamodb:Scan on <Tablesconfig.Arn>`,
      `notifier: Allow ${READ} ${WRITE} on <Tablesstate.Arn>`,
      'notifier: Allow sqs:SendMessage on <Queuesalerts.Arn> <Queuesdeliveries.Arn> <Queuesdeliveriesdlq.Arn>',
      `notifier: Allow ${CONSUME} on <Queuesdeliveries.Arn>`,
      'notifier: Allow sqs:ChangeMessageVisibility on <Queuesdeliveries.Arn>',
      `notifier: Allow ses:SendEmail on arn:<AWS::Partition>:ses:${HERE}:identity/alerts@example.com` +
        ` arn:<AWS::Partition>:ses:${HERE}:identity/example.com` +
        ` arn:<AWS::Partition>:ses:${HERE}:configuration-set/tocsin`,
      `notifier: Allow secretsmanager:GetSecretValue on arn:<AWS::Partition>:secretsmanager:${HERE}:secret:tocsin/*`,
      'Clock: Allow lambda:InvokeFunction on <evaluatorFunction.Arn>',
      'Clock: Allow sqs:SendMessage on <Queuesevaluatordlq.Arn>',
      `SubscriberHandler: Allow ${LOG} on <SubscriberHandlerLogs.Arn>`,
      'SubscriberHandler: Allow logs:DescribeLogGroups logs:DescribeSubscriptionFilters' +
        ` logs:DeleteSubscriptionFilter on arn:<AWS::Partition>:logs:${HERE}:log-group:*`,
      'SubscriberHandler: Allow logs:DescribeAccountPolicies on *',
      `SubscriberHandler: Allow logs:PutSubscriptionFilter on ${LOG_GROUPS}/app/orders:* ${LOG_GROUPS}/pay/*:*`,
      `SubscriberHandler: Deny logs:PutSubscriptionFilter on ${LOG_GROUPS}/tocsin/*:*`,
      'SubscriberHandler: Allow sqs:SendMessage on <Queuesupkeepdlq.Arn>',
      'SubscriberHourly: Allow lambda:InvokeFunction on <SubscriberHandlerFunction.Arn>',
      'SubscriberHourly: Allow sqs:SendMessage on <Queuesupkeepdlq.Arn>',
      `HeartbeatHandler: Allow ${LOG} on <HeartbeatHandlerLogs.Arn>`,
      'HeartbeatHandler: Allow sqs:SendMessage on <Queuesupkeepdlq.Arn>',
      'HeartbeatClock: Allow lambda:InvokeFunction on <HeartbeatHandlerFunction.Arn>',
      'HeartbeatClock: Allow sqs:SendMessage on <Queuesupkeepdlq.Arn>',
      'HeartbeatDaily: Allow lambda:InvokeFunction on <HeartbeatHandlerFunction.Arn>',
      'HeartbeatDaily: Allow sqs:SendMessage on <Queuesupkeepdlq.Arn>',
      `ApplierHandler: Allow ${LOG} on <ApplierHandlerLogs.Arn>`,
      `ApplierHandler: Allow ${READ} dynamodb:Scan ${WRITE} on <Tablesconfig.Arn>`,
      `ApplierHandler: Allow ${READ} ${WRITE} on <Tablesstate.Arn>`,
      'ApplierHandler: Allow sqs:SendMessage on <Queuesupkeepdlq.Arn>',
    ]);
  });

  it('comes from no policy that others manage', () => {
    for (const role of Object.values(resourcesOf(stack, 'AWS::IAM::Role'))) {
      expect(role.Properties).not.toHaveProperty('ManagedPolicyArns');
      expect(role.Properties).not.toHaveProperty('Policies');
    }
  });
});

describe('what people may do', () => {
  const look = (who: string) => [
    `${who}: Allow cloudformation:DescribeStacks on <AWS::StackId>`,
    `${who}: Allow ${READ} dynamodb:Scan on <Tablesconfig.Arn>`,
    `${who}: Allow ${READ} on <Tablesstate.Arn> <Tablesstate.Arn>/index/due`,
    `${who}: Allow sqs:GetQueueAttributes on ${SOURCES} ${DEAD_LETTERS}`,
    `${who}: Allow logs:FilterLogEvents logs:GetLogEvents on ${LOG_GROUPS}/tocsin/Tocsin-F5A604D4/*`,
    `${who}: Allow logs:DescribeLogGroups logs:DescribeSubscriptionFilters on ${LOG_GROUPS}*`,
    `${who}: Allow logs:DescribeAccountPolicies on *`,
  ];
  const act = (who: string) => [
    `${who}: Allow ${WRITE} on <Tablesstate.Arn>`,
    `${who}: Allow sqs:ReceiveMessage sqs:DeleteMessage sqs:ChangeMessageVisibility on ${DEAD_LETTERS}`,
    `${who}: Allow sqs:SendMessage on ${SOURCES}`,
  ];

  it('is this and nothing else, where a policy is attached to them', () => {
    expect(statements('AWS::IAM::ManagedPolicy')).toEqual([
      ...look('PeopleViewer'),
      ...look('PeopleOperator'),
      ...act('PeopleOperator'),
      ...look('PeopleAuthor'),
      ...act('PeopleAuthor'),
      `PeopleAuthor: Allow ${WRITE} on <Tablesconfig.Arn>`,
      `PeopleAuthor: Allow logs:PutSubscriptionFilter logs:DeleteSubscriptionFilter on ${LOG_GROUPS}*`,
    ]);
  });

  it("is nobody's before that", () => {
    for (const { Properties } of Object.values(resourcesOf(stack, 'AWS::IAM::ManagedPolicy')))
      for (const holder of ['Roles', 'Users', 'Groups']) expect(Properties).not.toHaveProperty(holder);
  });
});

describe('every statement', () => {
  it('names its actions one by one', () => {
    for (const line of [...statements(), ...statements('AWS::IAM::ManagedPolicy')])
      expect(line.split(' on ')[0]).not.toContain('*');
  });
});

describe('the template', () => {
  it('refers to no secret, neither as a value nor as something that CloudFormation would resolve', () => {
    const text = JSON.stringify(Template.fromStack(stack).toJSON());
    expect(text).not.toMatch(/\{\{resolve:|"SecretString"|hook\/[0-9a-f-]{8}/);
  });
});

describe('outlets', () => {
  const ofNotifier = (context: Record<string, string>) => {
    const other = createStack({ logGroups: '/app/orders', from: 'alerts@example.com', ...context });
    const policies = Object.entries(resourcesOf(other, 'AWS::IAM::Policy')).filter(([id]) =>
      id.startsWith('notifier'),
    );
    return policies.flatMap(([, { Properties }]) => {
      const { Statement } = Properties.PolicyDocument as {
        Statement: (Statement & { NotResource?: unknown })[];
      };
      return Statement.filter(({ Action }) => /^(?:events|sns):/.test(String(Action))).map(
        ({ Action, Resource, NotResource }) =>
          `${Action} ${NotResource === undefined ? 'on' : 'but on'} ${[Resource ?? NotResource].flat().map(rendered).join(' ')}`,
      );
    });
  };

  it('are closed unless they are named', () => {
    expect(ofNotifier({})).toEqual([]);
    const eventBuses = 'ops,arn:aws:events:eu-west-1:123456789012:event-bus/central';
    expect(ofNotifier({ eventBuses, textMessages: 'true' })).toEqual([
      `events:PutEvents on arn:<AWS::Partition>:events:${HERE}:event-bus/ops arn:aws:events:eu-west-1:123456789012:event-bus/central`,
      'sns:Publish but on arn:<AWS::Partition>:sns:*:*:*',
    ]);
  });

  it('are refused where they are none', () => {
    expect(() => ofNotifier({ eventBuses: 'a bus' })).toThrow('eventBuses: "a bus" is no event bus');
  });
});
