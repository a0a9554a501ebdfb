import { Validations } from 'aws-cdk-lib';
import type { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { Alarms } from './alarms.ts';
import { createDashboard } from './dashboard.ts';
import type { Monitored } from './monitored.ts';

/** Who hears when tocsin itself is unwell. */
export interface AlarmOptions {
  /** Who gets a mail, once they confirmed it to SNS. */
  alarmEmails?: readonly string[];
  /** A topic of your own instead of the stack's. */
  alarmTopic?: ITopic;
}

/** How a deployment is watched: alarms that do not depend on it, and a dashboard. */
export class Operations extends Construct {
  readonly topic: ITopic;
  readonly dashboard: Dashboard;

  constructor(
    scope: Construct,
    id: string,
    monitored: Monitored,
    options: AlarmOptions,
    key: IKey | undefined,
  ) {
    super(scope, id);
    this.topic = options.alarmTopic ?? this.createTopic(key);
    for (const address of options.alarmEmails ?? []) this.mail(address);
    const alarms = new Alarms(this, 'Alarms', monitored, this.topic);
    this.dashboard = createDashboard(this, 'Dashboard', monitored, alarms.all);
  }

  private mail(address: string): void {
    const subscription = this.topic.addSubscription(new EmailSubscription(address));
    Validations.of(subscription).acknowledge({
      id: 'Serverless-SNSRedrivePolicy',
      reason: 'An alarm whose mail SNS cannot deliver still stands in CloudWatch and on the dashboard.',
    });
  }

  private createTopic(key: IKey | undefined): Topic {
    const topic = new Topic(this, 'Topic', {
      displayName: 'tocsin',
      enforceSSL: true,
      ...(key === undefined ? {} : { masterKey: key }),
    });
    if (key === undefined)
      Validations.of(topic).acknowledge(
        ...['AwsSolutions-SNS2', 'Serverless-SNSEncryptedKMS'].map((id) => ({
          id,
          reason:
            'Alarms cannot be published to a topic under the key that AWS manages; they hold metric values and no log text. A key of your own (encryption=customer) covers the topic too.',
        })),
      );
    return topic;
  }
}
