import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { OptionError } from './option-error.ts';

/** Who sends mail, and what that needs from SES. */
export interface Sender {
  /** `alerts@example.com` or `Tocsin <alerts@example.com>`. */
  from: string;
  /**
   * Identities that mail may be sent through: addresses or domains. By default the sender's address and its domain.
   * In SES's sandbox the verified recipients belong here too: SES asks for permission on them as well.
   */
  identities?: readonly string[];
  /**
   * SES configuration set that mails are sent with, which then tells the default event bus what became of them; by
   * default one of its own.
   */
  configurationSet?: string;
}

const ADDRESS = /^(?:[^<>]*<)?([^\s<>@,;]+@([a-z0-9-]+(?:\.[a-z0-9-]+)+))>?$/i;

/**
 * The identities that a sender's mail goes through.
 * @throws OptionError where `from` is no address, or is known only at deployment and no identity is named
 */
export function identitiesOf(sender: Sender): readonly string[] {
  const { from, identities } = sender;
  if (!Token.isUnresolved(from)) {
    const [, address, domain] = ADDRESS.exec(from) ?? [];
    if (address === undefined || domain === undefined)
      throw new OptionError(
        `from: "${from}" is no mail address; expected "alerts@example.com" or "Tocsin <alerts@example.com>".`,
      );
    return identities ?? [address, domain];
  }
  if (identities === undefined)
    throw new OptionError(
      'from: its value is known only at deployment, so `identities` must name the SES identities.',
    );
  return identities;
}

/** ARNs of what `ses:SendEmail` touches: the identities and the configuration set. */
export function senderArns(scope: Construct, sender: Sender): string[] {
  const stack = Stack.of(scope);
  const arn = (resource: string, resourceName: string) =>
    stack.formatArn({ service: 'ses', resource, resourceName });
  const arns = identitiesOf(sender).map((identity) => arn('identity', identity));
  if (sender.configurationSet !== undefined) arns.push(arn('configuration-set', sender.configurationSet));
  return arns;
}
