import { describe, expect, it } from 'vitest';
import { createStack, type Resource, rendered, resourcesOf } from './synthesized.ts';

const CONTEXT = { logGroups: '/app/orders', from: 'alerts@example.com' };

function variablesOf(functions: Record<string, Resource>, id: string): Record<string, unknown> {
  const { Variables = {} } = (functions[id]?.Properties.Environment ?? {}) as {
    Variables?: Record<string, unknown>;
  };
  return Variables;
}

describe('the responder', () => {
  const stack = createStack(CONTEXT);
  const functions = resourcesOf(stack, 'AWS::Lambda::Function');

  it('is open to everybody through its address, and in no other way', () => {
    const urls = Object.values(resourcesOf(stack, 'AWS::Lambda::Url'));
    expect(urls.map(({ Properties }) => Properties.AuthType)).toEqual(['NONE']);
    const open = Object.values(resourcesOf(stack, 'AWS::Lambda::Permission'))
      .map(({ Properties }) => Properties)
      .filter(({ Principal }) => Principal === '*');
    expect(open.map(({ FunctionName }) => rendered(FunctionName))).toEqual([
      '<responderFunction.Arn>',
      '<responderFunction.Arn>',
    ]);
    expect(open).toMatchObject([
      { Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' },
      { Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true },
    ]);
  });

  it('signs with a key that is made at the deployment and stands in no template', () => {
    const [key] = Object.values(resourcesOf(stack, 'AWS::SecretsManager::Secret'));
    expect(key?.Properties).toMatchObject({ GenerateSecretString: { PasswordLength: 64 } });
    const name = String(key?.Properties.Name);
    expect(name).toMatch(/^tocsin\/links-/);
    for (const id of ['responderFunction', 'notifierFunction'])
      expect(`tocsin/${variablesOf(functions, id).TOCSIN_LINKS_SECRET}`).toBe(name);
  });

  it('writes nothing but acknowledgements, silences and which links were used', () => {
    const statements = Object.values(resourcesOf(stack, 'AWS::IAM::Policy')).flatMap(
      ({ Properties }) => (Properties.PolicyDocument as { Statement: Record<string, unknown>[] }).Statement,
    );
    expect(statements.find(({ Sid }) => Sid === 'Act')).toMatchObject({
      Action: ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['alert#*', 'silences', 'link#*'] } },
    });
  });

  it('is known to the notifier by its address', () => {
    const url = variablesOf(functions, 'notifierFunction').TOCSIN_RESPONDER_URL;
    expect(rendered(url)).toBe('<responderUrl.FunctionUrl>');
  });

  it('can be left out, and then nothing is public and messages have no links', () => {
    const without = createStack({ ...CONTEXT, responder: 'false' });
    for (const type of ['AWS::Lambda::Url', 'AWS::SecretsManager::Secret'])
      expect(resourcesOf(without, type)).toEqual({});
    const left = resourcesOf(without, 'AWS::Lambda::Function');
    expect(Object.keys(left)).not.toContain('responderFunction');
    expect(variablesOf(left, 'notifierFunction')).not.toHaveProperty('TOCSIN_RESPONDER_URL');
    expect(variablesOf(left, 'notifierFunction')).not.toHaveProperty('TOCSIN_LINKS_SECRET');
  });

  it.each(['eu-central-2', 'il-central-1'])('is an HTTP API in %s, which has no function URLs', (region) => {
    const there = createStack(CONTEXT, { account: '123456789012', region });
    expect(resourcesOf(there, 'AWS::Lambda::Url')).toEqual({});
    expect(Object.keys(resourcesOf(there, 'AWS::ApiGatewayV2::Api'))).toHaveLength(1);
  });

  it('is an HTTP API in China, too; mail goes over SMTP there', () => {
    const china = createStack(CONTEXT, { account: '123456789012', region: 'cn-north-1' });
    expect(resourcesOf(china, 'AWS::Lambda::Url')).toEqual({});
    const [integration] = Object.values(resourcesOf(china, 'AWS::ApiGatewayV2::Integration'));
    expect(integration?.Properties).toMatchObject({
      IntegrationType: 'AWS_PROXY',
      PayloadFormatVersion: '2.0',
    });
    expect(rendered(integration?.Properties.IntegrationUri)).toBe('<responderFunction.Arn>');
    const [route] = Object.values(resourcesOf(china, 'AWS::ApiGatewayV2::Route'));
    expect(route?.Properties.RouteKey).toBe('$default');
    const [stage] = Object.values(resourcesOf(china, 'AWS::ApiGatewayV2::Stage'));
    expect(stage?.Properties).toMatchObject({ StageName: '$default', AutoDeploy: true });
    const url = variablesOf(
      resourcesOf(china, 'AWS::Lambda::Function'),
      'notifierFunction',
    ).TOCSIN_RESPONDER_URL;
    expect(rendered(url)).toMatch(/^https:\/\/<responderApi>\.execute-api\.cn-north-1\.<AWS::URLSuffix>\/$/);
    const text = JSON.stringify(resourcesOf(china, 'AWS::IAM::Policy'));
    expect(text).not.toContain('ses:SendEmail');
    expect(text).not.toContain('arn:aws:');
  });
});
