import { PortError } from '../../ports.ts';
import { cutBytes, oneLine } from '../../text/plain.ts';
import type { Outcome } from '../channel.ts';
import { failureOutcome } from '../failure.ts';

/**
 * SNS' errors that another try does not mend (Amazon SNS API, "Publish: errors"); the monthly spending limit, an
 * OptedOut number and the sandbox come as one of them or are not told at all.
 */
const FINAL = new Set([
  'AuthorizationError',
  'AuthorizationErrorException',
  'InvalidParameter',
  'InvalidParameterException',
  'InvalidParameterValue',
  'InvalidParameterValueException',
  'InvalidSecurity',
  'InvalidSecurityException',
  'OptedOut',
  'OptedOutException',
  'UserError',
  'UserErrorException',
  'ValidationException',
]);

/** The outcome of a text message that was not taken. */
export function judgeTextError(error: unknown): Outcome {
  if (!(error instanceof PortError) || !FINAL.has(error.code)) return failureOutcome(error);
  return { outcome: 'failed', reason: cutBytes(oneLine(`${error.code}: ${error.message}`), 500) };
}
