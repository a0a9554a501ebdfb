import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { RawItem } from '../shared/config/items.ts';
import { OptionError } from './option-error.ts';

/** What messages may leave by, beside mail and webhooks, that needs permission. What `config` names is added. */
export interface Outlets {
  /** Event buses that receivers may put events on, by name or ARN; by default none. */
  eventBuses?: readonly string[];
  /** Whether receivers may send text messages, which AWS charges for; by default they may not. */
  textMessages?: boolean;
}

const BUS = /^(?:arn:aws[a-z-]*:events:[a-z0-9-]+:\d{12}:event-bus\/)?[A-Za-z0-9._/-]{1,256}$/;

function listIn(body: unknown, key: string): unknown[] {
  const value = (body as Record<string, unknown> | null)?.[key];
  return Array.isArray(value) ? value : [];
}

/** The outlets that the receivers of a document use. */
export function outletsIn(items: readonly RawItem[]): Required<Outlets> {
  const bodies = items.filter(({ kind }) => kind === 'receiver').map(({ body }) => body);
  const buses = bodies
    .flatMap((body) => listIn(body, 'eventbridge'))
    .map((entry) => (entry as { bus?: unknown }).bus);
  return {
    eventBuses: buses.filter((bus) => typeof bus === 'string'),
    textMessages: bodies.some((body) => listIn(body, 'sms').length > 0),
  };
}

/** Both together. @throws OptionError where an event bus is none. */
export function joinOutlets(given: Outlets, used: Required<Outlets>): Required<Outlets> {
  const eventBuses = [...new Set([...(given.eventBuses ?? []), ...used.eventBuses])];
  for (const bus of eventBuses)
    if (!Token.isUnresolved(bus) && !BUS.test(bus))
      throw new OptionError(
        `eventBuses: "${bus}" is no event bus; expected a name such as "default", or an ARN.`,
      );
  return { eventBuses, textMessages: given.textMessages === true || used.textMessages };
}

/** What whoever sends messages may do by them. */
export function outletStatements(
  scope: Construct,
  { eventBuses, textMessages }: Required<Outlets>,
): PolicyStatement[] {
  const statements: PolicyStatement[] = [];
  if (eventBuses.length > 0) {
    const resources = eventBuses.map((bus) => busArn(scope, bus));
    statements.push(new PolicyStatement({ sid: 'PutEvents', actions: ['events:PutEvents'], resources }));
  }
  if (textMessages) {
    // A phone number has no ARN: everything is allowed that is no topic.
    const notResources = [`arn:${Stack.of(scope).partition}:sns:*:*:*`];
    statements.push(new PolicyStatement({ sid: 'SendTexts', actions: ['sns:Publish'], notResources }));
  }
  return statements;
}

function busArn(scope: Construct, bus: string): string {
  if (bus.startsWith('arn:') || Token.isUnresolved(bus)) return bus;
  return Stack.of(scope).formatArn({
    service: 'events',
    resource: 'event-bus',
    resourceName: bus,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
}
