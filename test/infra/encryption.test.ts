import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { Tocsin } from '../../infra/tocsin.ts';
import { createStack, type Resource, resourcesOf, unbundledApp } from './synthesized.ts';

const shop = new Stack(unbundledApp(), 'Shop');
const encryptionKey = new Key(shop, 'Key', { enableKeyRotation: true });
new Tocsin(shop, 'Tocsin', { logGroups: ['/app/*'], from: 'alerts@example.com', encryptionKey });
const template = Template.fromStack(shop);

function propertiesOf(type: string): Record<string, unknown>[] {
  const found = template.findResources(type) as Record<string, Resource>;
  return Object.values(found).map(({ Properties }) => Properties);
}

describe('a key of the user', () => {
  it('encrypts tables, queues, logs, variables and the topic of the alarms', () => {
    for (const table of propertiesOf('AWS::DynamoDB::Table'))
      expect(table.SSESpecification).toMatchObject({ SSEType: 'KMS', KMSMasterKeyId: expect.anything() });
    for (const queue of propertiesOf('AWS::SQS::Queue')) expect(queue).toHaveProperty('KmsMasterKeyId');
    for (const logGroup of propertiesOf('AWS::Logs::LogGroup')) expect(logGroup).toHaveProperty('KmsKeyId');
    for (const topic of propertiesOf('AWS::SNS::Topic')) expect(topic).toHaveProperty('KmsMasterKeyId');
    for (const fn of propertiesOf('AWS::Lambda::Function')) expect(fn).toHaveProperty('KmsKeyArn');
  });

  it('opens to every function and schedule, and to the services that act for them', () => {
    const policies = propertiesOf('AWS::IAM::Policy').map(({ PolicyDocument }) =>
      JSON.stringify(PolicyDocument),
    );
    for (const policy of policies) expect(policy).toContain('kms:GenerateDataKey');
    const [key] = propertiesOf('AWS::KMS::Key');
    const policy = JSON.stringify(key?.KeyPolicy);
    expect(policy).toContain('kms:EncryptionContext:aws:logs:arn');
    expect(policy).toContain('cloudwatch.amazonaws.com');
  });

  it('leaves nothing for cdk-nag to find', () => {
    const { violations } = new AwsSolutionsChecks().validateScope(shop);
    expect(violations.map(({ ruleName }) => ruleName)).toEqual([]);
  });
});

describe('without one', () => {
  it('the keys of AWS do it', () => {
    const stack = createStack();
    for (const { Properties } of Object.values(resourcesOf(stack, 'AWS::SQS::Queue')))
      expect(Properties.SqsManagedSseEnabled).toBe(true);
  });
});

describe('tracing', () => {
  it('is off unless asked for', () => {
    const modes = (context: Record<string, string>) =>
      Object.values(resourcesOf(createStack(context), 'AWS::Lambda::Function')).map(
        ({ Properties }) => (Properties.TracingConfig as { Mode: string } | undefined)?.Mode,
      );
    expect(new Set(modes({}))).toEqual(new Set([undefined]));
    expect(new Set(modes({ tracing: 'true' }))).toEqual(new Set(['Active']));
  });

  it('is refused in China with the reason', () => {
    expect(() => createStack({ tracing: 'true' }, { region: 'cn-north-1' })).toThrow(
      'tracing: the Regions in China',
    );
  });
});
