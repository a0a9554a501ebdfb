import { AwsSolutionsChecks, type NagPack, ServerlessChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { createStack } from './synthesized.ts';

const PACKS = { AwsSolutions: AwsSolutionsChecks, Serverless: ServerlessChecks };

function findings(pack: NagPack, scope: IConstruct): string[] {
  return pack
    .validateScope(scope)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
    );
}

describe.each(Object.entries(PACKS))('cdk-nag %s', (_, Pack) => {
  it('finds nothing that is not acknowledged with a reason', () => {
    const stack = createStack({
      configurationSet: 'tocsin',
      allowedHosts: 'open.feishu.cn',
      eventBuses: 'ops',
      textMessages: 'true',
      alarmEmails: 'ops@example.com',
      tracing: 'true',
      alive: 'ops',
    });
    expect(findings(new Pack(), stack)).toEqual([]);
  });

  it('nor where globs or the policy of the account choose what is watched', () => {
    for (const context of [{ logGroups: '/app/*,/pay' }, { logGroups: '*', accountPolicy: 'true' }])
      expect(findings(new Pack(), createStack(context))).toEqual([]);
  });

  it('nor in a stack for one account and Region', () => {
    const context = { encryption: 'customer', config: 'cli/sample/tocsin.yaml', removalPolicy: 'destroy' };
    const stack = createStack(context, { account: '123456789012', region: 'cn-north-1' });
    expect(findings(new Pack(), stack)).toEqual([]);
  });
});

it('cdk-nag would find a queue without a dead-letter queue', async () => {
  const { Queue } = await import('aws-cdk-lib/aws-sqs');
  const stack = createStack();
  new Queue(stack, 'Lonely');
  expect(findings(new AwsSolutionsChecks(), stack)).toEqual([
    'AwsSolutions-SQS3 at Tocsin/Lonely/Resource',
    'AwsSolutions-SQS4 at Tocsin/Lonely/Resource',
  ]);
});
