import { ArnFormat, Stack } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnConfigurationSet, CfnConfigurationSetEventDestination } from 'aws-cdk-lib/aws-ses';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DELIVERY_TAG, MAIL_EVENT_TYPES, NOTIFICATION_TAG } from '../shared/deliveries/mail-events.ts';

/** How SES calls the events behind `MAIL_EVENT_TYPES`. */
const MATCHING_TYPES = ['bounce', 'complaint', 'reject', 'deliveryDelay', 'delivery'];

/** EventBridge tries that often, and so long, to put an event into the queue, s. */
const ATTEMPTS_MAX = 185;
const AGE_SECONDS_MAX = 86_400;

export interface MailFeedbackProps {
  /** The sender's configuration set; undefined: one is made. */
  configurationSet: string | undefined;
  /** Whose consumer is told what became of mails. */
  deliveries: Queue;
  /** Where events end that cannot be put there. */
  failures: Queue;
}

/**
 * Brings bounces, complaints and arrivals of mails back: SES publishes them for a configuration set to the default
 * event bus, and a rule hands them to the deliveries' queue.
 */
export class MailFeedback extends Construct {
  /** The name of the configuration set that mails are to be sent with. */
  readonly configurationSet: string;

  constructor(scope: Construct, id: string, props: MailFeedbackProps) {
    super(scope, id);
    this.configurationSet = props.configurationSet ?? new CfnConfigurationSet(this, 'ConfigurationSet').ref;
    const eventBusArn = Stack.of(this).formatArn({
      service: 'events',
      resource: 'event-bus',
      resourceName: 'default',
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    new CfnConfigurationSetEventDestination(this, 'Destination', {
      configurationSetName: this.configurationSet,
      eventDestination: {
        enabled: true,
        matchingEventTypes: MATCHING_TYPES,
        eventBridgeDestination: { eventBusArn },
      },
    });
    this.handOver(props);
  }

  private handOver({ deliveries, failures }: MailFeedbackProps): void {
    const rule = new CfnRule(this, 'Rule', {
      description: 'What became of the mails of tocsin, for the notifier',
      eventPattern: {
        source: ['aws.ses'],
        'detail-type': MAIL_EVENT_TYPES,
        detail: { mail: { tags: this.tags() } },
      },
      targets: [
        {
          id: 'deliveries',
          arn: deliveries.queueArn,
          deadLetterConfig: { arn: failures.queueArn },
          retryPolicy: { maximumRetryAttempts: ATTEMPTS_MAX, maximumEventAgeInSeconds: AGE_SECONDS_MAX },
        },
      ],
    });
    this.open(rule, [deliveries, failures]);
  }

  /** Of mails of tocsin: others may be sent with the same configuration set. */
  private tags(): Record<string, unknown[]> {
    const present = [{ exists: true }];
    const set = [this.configurationSet];
    return { 'ses:configuration-set': set, [NOTIFICATION_TAG]: present, [DELIVERY_TAG]: present };
  }

  private open(rule: CfnRule, queues: readonly Queue[]): void {
    for (const queue of queues)
      queue.addToResourcePolicy(
        new PolicyStatement({
          sid: 'MailEvents',
          principals: [new ServicePrincipal('events.amazonaws.com')],
          actions: ['sqs:SendMessage'],
          resources: [queue.queueArn],
          conditions: { ArnEquals: { 'aws:SourceArn': rule.attrArn } },
        }),
      );
  }
}
