import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { describe, expect, it } from 'vitest';
import { OptionError } from '../../infra/option-error.ts';
import { stackNameIn } from '../../infra/options.ts';
import { Tocsin } from '../../infra/tocsin.ts';
import { createStack, rendered, resourcesOf, unbundledApp } from './synthesized.ts';

function variablesOf(stack: ReturnType<typeof createStack>, name: string): Record<string, unknown> {
  const fn = resourcesOf(stack, 'AWS::Lambda::Function')[`${name}Function`];
  const { Variables } = (fn?.Properties.Environment ?? {}) as { Variables?: Record<string, unknown> };
  return Variables ?? {};
}

describe('context values', () => {
  it('are all optional; a warning names each that an example stands in for', () => {
    const annotations = Annotations.fromStack(createStack());
    for (const name of ['logGroups', 'from'])
      expect(
        annotations.findWarning('/Tocsin', Match.stringLikeRegexp(`"${name}" is not given`)),
      ).toHaveLength(1);
    const given = Annotations.fromStack(createStack({ logGroups: '/app/a', from: 'a@example.com' }));
    expect(given.findWarning('*', Match.anyValue())).toEqual([]);
  });

  it('reach the functions that need them', () => {
    const stack = createStack({
      from: 'a@example.com',
      allowedHosts: 'open.feishu.cn, hooks.example.com',
      configurationSet: 'mails',
      logRetentionDays: '7',
      matcherConcurrency: '20',
      removalPolicy: 'destroy',
    });
    expect(variablesOf(stack, 'notifier')).toMatchObject({
      TOCSIN_MAIL_FROM: 'a@example.com',
      TOCSIN_ALLOWED_HOSTS: 'open.feishu.cn,hooks.example.com',
      TOCSIN_CONFIGURATION_SET: 'mails',
    });
    const template = Template.fromStack(stack);
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
    template.hasResourceProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: 20 });
    template.allResources('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
  });

  it('tag everything that can be tagged, and bring a key that rotates', () => {
    const template = Template.fromStack(
      createStack({ tags: 'team=payments,env=prod', encryption: 'customer' }),
    );
    const tags = Match.arrayWith([{ Key: 'env', Value: 'prod' }]);
    for (const type of ['AWS::Lambda::Function', 'AWS::DynamoDB::Table', 'AWS::SQS::Queue', 'AWS::KMS::Key'])
      template.allResourcesProperties(type, { Tags: tags });
    template.hasResource('AWS::KMS::Key', {
      Properties: { EnableKeyRotation: true },
      DeletionPolicy: 'Retain',
    });
  });

  it('may be lists in cdk.json', () => {
    const filters = resourcesOf(
      createStack({ logGroups: ['/app/a', '/app/b'], heartbeatMinutes: 0 }),
      'AWS::Logs::SubscriptionFilter',
    );
    expect(Object.keys(filters)).toHaveLength(2);
  });

  it.each([
    [{ removalPolicy: 'keep' }, 'Context value "removalPolicy" is "keep"; expected "retain" or "destroy".'],
    [{ logRetentionDays: '8' }, '"logRetentionDays" is 8, which CloudWatch Logs does not offer'],
    [{ matcherConcurrency: 'many' }, '"matcherConcurrency" is "many"; expected a whole number'],
    [{ logGroups: { a: 1 } }, 'Context value "logGroups" is {"a":1}; expected text.'],
    [{ logGroups: '/app/a,!/app/b' }, '"!/app/b" excludes from nothing; expected a glob beside it'],
    [{ logGroups: '/app/a b*' }, 'is no glob; expected the characters of log groups'],
    [{ accountPolicy: 'yes' }, '"accountPolicy" is "yes"; expected "true" or "false"'],
    [{ accountPolicy: 'true', logGroups: '/app/*' }, '"/app/*" stands beside "accountPolicy"'],
    [{ accountPolicy: 'true', logGroups: '*,!/app/*' }, 'expected names in full behind a "!"'],
    [{ logGroups: '/app/a b' }, '"/app/a b" is no name of a log group'],
    [{ logGroups: '/app/a,/app/a' }, '"/app/a" stands there twice'],
    [{ tags: 'team' }, 'Context value "tags" holds "team"; expected NAME=VALUE.'],
    [{ encryption: 'none' }, 'Context value "encryption" is "none"; expected "aws" or "customer".'],
    [{ heartbeatMinutes: '61' }, 'heartbeatMinutes: 61 is none; expected whole minutes from 1 to 60'],
    [{ from: 'alerts' }, 'from: "alerts" is no mail address'],
    [{ config: 'no-such.yaml' }, 'config: There is no file no-such.yaml.'],
    [{ allowedHosts: 'https://open.feishu.cn' }, '"https://open.feishu.cn" is no host name'],
  ])('%j is refused', (context, message) => {
    const refused = { name: OptionError.name, message: expect.stringContaining(message) };
    expect(() => createStack(context)).toThrow(expect.objectContaining(refused));
  });
});

describe('the name of the stack', () => {
  it('is Tocsin where none is given, and one that CloudFormation takes', () => {
    const named = (stackName?: string) => stackNameIn(new App({ context: { stackName } }).node);
    expect(named()).toBe('Tocsin');
    expect(named('Alerts-2')).toBe('Alerts-2');
    expect(() => named('2nd')).toThrow('"stackName" is "2nd"; expected a letter, then up to 127 letters');
  });
});

describe('more log groups than fit', () => {
  it('are refused, and the way out is named', () => {
    const globs = Array.from({ length: 80 }, (_, at) => `/app/service-with-a-long-name-${at}-*`);
    expect(() => createStack({ logGroups: globs })).toThrow('expected at most 2000, which wider globs allow');
    const names = Array.from({ length: 101 }, (_, at) => `/app/${at}`);
    expect(() => createStack({ logGroups: names })).toThrow('101 are named one by one; expected at most 100');
  });
});

describe('the log groups of tocsin itself', () => {
  it('are known to the matcher and cannot be watched', () => {
    const stack = createStack();
    const own = String(variablesOf(stack, 'matcher').TOCSIN_OWN_LOG_GROUPS).split(',');
    const names = Object.values(resourcesOf(stack, 'AWS::Logs::LogGroup')).map(
      ({ Properties }) => Properties.LogGroupName,
    );
    const [heartbeat] = names.filter((name) => String(name).endsWith('/heartbeat'));
    expect([...own, heartbeat].sort()).toEqual(names.sort());
    for (const name of [...own, String(heartbeat)])
      expect(() => createStack({ logGroups: name })).toThrow('feed on its own log');
  });
});

describe('the construct', () => {
  it('watches log groups by reference and by name', () => {
    const stack = new Stack(unbundledApp(), 'Shop');
    const orders = new LogGroup(stack, 'Orders');
    const known = LogGroup.fromLogGroupName(stack, 'Known', '/app/known');
    new Tocsin(stack, 'Tocsin', {
      logGroups: [orders, known, '/app/pay'],
      from: 'alerts@example.com',
      heartbeatMinutes: 0,
    });
    const filters = Template.fromStack(stack).findResources('AWS::Logs::SubscriptionFilter');
    const names = Object.values(filters).map(({ Properties }) => rendered(Properties.LogGroupName));
    expect(names).toEqual(['<Orders>', '/app/known', '/app/pay']);
  });

  it('stands twice in a stack without the two meeting', () => {
    const stack = new Stack(unbundledApp(), 'Shop');
    const first = new Tocsin(stack, 'First', { logGroups: ['/app/pay'], from: 'alerts@example.com' });
    const second = new Tocsin(stack, 'Second', { logGroups: ['/app/pay'], from: 'alerts@example.com' });
    expect(first.filterName).not.toBe(second.filterName);
    const names = Object.values(Template.fromStack(stack).findResources('AWS::Logs::LogGroup')).map(
      ({ Properties }) => Properties.LogGroupName,
    );
    expect(new Set(names).size).toBe(names.length);
  });
});
