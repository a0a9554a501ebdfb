import { parseSecret } from '../config/secrets.ts';
import type { Secrets } from '../ports.ts';
import type { Outcome } from './channel.ts';

/**
 * The value behind a setting: what the reference names, or the literal itself.
 * @throws PortError `SecretNotFound`, or whatever the store answers.
 */
export async function resolveSecret(text: string, secrets: Secrets): Promise<string> {
  const reference = parseSecret(text);
  return reference === null ? text : await secrets.get(reference.name, reference.key);
}

/** Shorter values would blank out innocent words. */
const SECRET_LENGTH_MIN = 4;

/** The text with every secret in it replaced. */
export function mask(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= SECRET_LENGTH_MIN)
    .toSorted((a, b) => b.length - a.length)
    .reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
}

/** The outcome with every secret in its words replaced: providers repeat what they were sent. */
export function maskOutcome(outcome: Outcome, secrets: string[]): Outcome {
  if (outcome.outcome !== 'delivered') return { ...outcome, reason: mask(outcome.reason, secrets) };
  return outcome.reference === null ? outcome : { ...outcome, reference: mask(outcome.reference, secrets) };
}
