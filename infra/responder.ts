import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { CfnApi, CfnIntegration, CfnRoute, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnPermission, CfnUrl } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ALERT_PREFIX } from '../shared/alerts/store.ts';
import { LINK_PREFIX } from '../shared/links/use.ts';
import { SILENCES_PARTITION } from '../shared/routing/silences.ts';
import { isInChina } from './deployment.ts';
import { TocsinFunction, type TocsinFunctionProps } from './functions.ts';
import { FUNCTIONS, SECRET_PREFIX } from './topology.ts';

const KEY_LENGTH = 64;
/** Beside those in China; AWS Lambda Developer Guide, "Creating and managing Lambda function URLs". */
const WITHOUT_FUNCTION_URLS = new Set([
  ...['ap-east-2', 'ap-south-2', 'ap-southeast-4', 'ap-southeast-5', 'ap-southeast-6', 'ap-southeast-7'],
  ...['ca-west-1', 'eu-central-2', 'eu-south-2', 'il-central-1', 'me-central-1'],
]);

export interface ResponderProps
  extends Pick<TocsinFunctionProps, 'statements' | 'deployment' | 'reservedConcurrency'> {
  /** Name of the secret that signs the links, without `SECRET_PREFIX`. */
  linksSecret: string;
  stateTableArn: string;
  environment: Record<string, string>;
}

/**
 * The function that the links in messages lead to, its public address and the key of its links. Whoever opens the
 * address without a link learns nothing.
 */
export class Responder extends Construct {
  readonly function: TocsinFunction;
  /** With a slash at its end. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: ResponderProps) {
    super(scope, id);
    const key = new Secret(this, 'LinksKey', {
      secretName: `${SECRET_PREFIX}${props.linksSecret}`,
      description: 'Signs the links in the messages of tocsin; whoever knows it can make links.',
      generateSecretString: { passwordLength: KEY_LENGTH, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(key).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'A rotation would end the links in messages that people may still need; they expire by themselves.',
    });
    const { linksSecret: _name, stateTableArn, ...own } = props;
    this.function = new TocsinFunction(this, 'Function', {
      ...own,
      name: 'responder',
      shape: FUNCTIONS.responder,
      statements: [...props.statements, actStatement(stateTableArn), readKeyStatement(key)],
      queues: {},
    });
    this.url = hasFunctionUrls(this) ? this.open() : this.openApi();
  }

  /**
   * A function URL for everybody: its links are what is checked. Since October 2025 both actions must be allowed, the
   * second through the URL alone (AWS Lambda Developer Guide, "Control access to Lambda function URLs").
   */
  private open(): string {
    const { functionArn } = this.function.fn;
    const url = new CfnUrl(this, 'Url', { targetFunctionArn: functionArn, authType: 'NONE' });
    new CfnPermission(this, 'InvokeUrl', {
      action: 'lambda:InvokeFunctionUrl',
      functionName: functionArn,
      principal: '*',
      functionUrlAuthType: 'NONE',
    });
    new CfnPermission(this, 'InvokeThroughUrl', {
      action: 'lambda:InvokeFunction',
      functionName: functionArn,
      principal: '*',
      invokedViaFunctionUrl: true,
    });
    return url.attrFunctionUrl;
  }

  /** An HTTP API instead, where there are no function URLs; its events are the same in this payload format. */
  private openApi(): string {
    const { functionArn } = this.function.fn;
    const api = new CfnApi(this, 'Api', { name: 'tocsin-responder', protocolType: 'HTTP' });
    const integration = new CfnIntegration(this, 'Integration', {
      apiId: api.ref,
      integrationType: 'AWS_PROXY',
      integrationUri: functionArn,
      payloadFormatVersion: '2.0',
    });
    const route = new CfnRoute(this, 'Route', {
      apiId: api.ref,
      routeKey: '$default',
      target: `integrations/${integration.ref}`,
    });
    Validations.of(route).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason: 'Its links are what is checked, by the function.',
    });
    const stage = new CfnStage(this, 'Stage', {
      apiId: api.ref,
      stageName: '$default',
      autoDeploy: true,
      defaultRouteSettings: { throttlingRateLimit: 20, throttlingBurstLimit: 50 },
    });
    for (const id of ['AwsSolutions-APIG1', 'Serverless-APIGWAccessLogging'])
      Validations.of(stage).acknowledge({ id, reason: 'A log of paths would be a log of links that act.' });
    const { region } = Stack.of(this);
    new CfnPermission(this, 'InvokeByApi', {
      action: 'lambda:InvokeFunction',
      functionName: functionArn,
      principal: 'apigateway.amazonaws.com',
      sourceArn: Stack.of(this).formatArn({ service: 'execute-api', resource: `${api.ref}/*` }),
    });
    return `https://${api.ref}.execute-api.${region}.${Stack.of(this).urlSuffix}/`;
  }
}

/** Where the Region is not known yet, as almost everywhere. */
function hasFunctionUrls(scope: Construct): boolean {
  return !isInChina(scope) && !WITHOUT_FUNCTION_URLS.has(Stack.of(scope).region);
}

/** Acknowledgements, silences and which links were used, by the partitions that they stand in. */
function actStatement(stateTableArn: string): PolicyStatement {
  const partitions = [`${ALERT_PREFIX}*`, SILENCES_PARTITION, `${LINK_PREFIX}*`];
  return new PolicyStatement({
    sid: 'Act',
    actions: ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
    resources: [stateTableArn],
    conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions } },
  });
}

function readKeyStatement(key: Secret): PolicyStatement {
  return new PolicyStatement({
    sid: 'ReadLinksKey',
    actions: ['secretsmanager:GetSecretValue'],
    resources: [key.secretArn],
  });
}
