import { CfnOutput, RemovalPolicy, Stack, type StackProps, Tags, Validations } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { readOptions } from './options.ts';
import { Tocsin } from './tocsin.ts';
import { deadLetterName, type QueueName } from './topology.ts';

/** The stack of those who write no CDK: one `Tocsin`, configured by context values, with outputs to find it by. */
export class TocsinStack extends Stack {
  readonly tocsin: Tocsin;

  constructor(scope: Construct, id: string, stackProps: StackProps = {}) {
    super(scope, id, { description: 'tocsin: log groups to alerts in Feishu and e-mail', ...stackProps });
    const { props, tags, customerKey, examples } = readOptions(this.node);
    for (const { name, value } of examples) this.warnOfExample(name, value);
    for (const [name, value] of Object.entries(tags)) Tags.of(this).add(name, value);
    this.tocsin = new Tocsin(this, 'Tocsin', {
      ...props,
      ...(customerKey ? { encryptionKey: this.createKey(props.removalPolicy) } : {}),
    });
    this.addOutputs();
    this.addReports();
  }

  /** Stays as long as the tables may need it. */
  private createKey(removalPolicy: RemovalPolicy = RemovalPolicy.RETAIN): Key {
    return new Key(this, 'Key', {
      description: 'tables, queues and logs of tocsin',
      enableKeyRotation: true,
      removalPolicy,
    });
  }

  private warnOfExample(name: string, value: string): void {
    Validations.of(this).addWarning(
      `tocsin-example-${name}`,
      `"${name}" is not given: the example "${value}" stands in. Give your own with -c ${name}=… before you deploy.`,
    );
  }

  private addOutputs(): void {
    const { tables, queues, functions, filterName, responder, operations, people } = this.tocsin;
    const output = (id: string, value: string) => new CfnOutput(this, id, { value });
    output('ConfigTable', tables.config.tableName);
    output('StateTable', tables.state.tableName);
    output('MatcherArn', functions.matcher.fn.functionArn);
    output('FilterName', filterName);
    if (responder !== null) output('ResponderUrl', responder.url);
    output('AlarmTopicArn', operations.topic.topicArn);
    output('DashboardName', operations.dashboard.dashboardName);
    output('ViewerPolicyArn', people.viewer.managedPolicyArn);
    output('OperatorPolicyArn', people.operator.managedPolicyArn);
    output('AuthorPolicyArn', people.author.managedPolicyArn);
    for (const name of Object.keys(queues.pairs) as QueueName[]) {
      output(`${pascal(name)}QueueUrl`, queues.pairs[name].queue.queueUrl);
      output(`${pascal(deadLetterName(name))}QueueUrl`, queues.pairs[name].deadLetters.queueUrl);
    }
  }

  /** What the deployment itself did, for whoever reads what `cdk deploy` prints. */
  private addReports(): void {
    const { subscribed, applied } = this.tocsin;
    const output = (id: string, value: string) => new CfnOutput(this, id, { value });
    if (subscribed !== null) {
      output('LogGroupsSubscribed', subscribed.subscribed);
      output('LogGroupsNotSubscribed', subscribed.notSubscribed);
    }
    if (applied !== null) {
      output('ConfigApplied', applied.applied);
      output('ConfigDrift', applied.drift);
    }
  }
}

/** `matcher-failures` to `MatcherFailures`: outputs take letters and digits only. */
function pascal(name: string): string {
  return name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
