import { RemovalPolicy, Stack, type StackProps, Tags, Validations } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { readOptions } from './options.ts';
import { Tocsin } from './tocsin.ts';

/** The stack of those who write no CDK: one `Tocsin`, configured by context values. */
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
}
