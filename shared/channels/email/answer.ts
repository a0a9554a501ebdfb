import { PortError } from '../../ports.ts';
import { cutBytes, oneLine } from '../../text/plain.ts';
import type { Outcome } from '../channel.ts';
import { failureOutcome } from '../failure.ts';

/** SES v2 SendEmail errors that no retry mends (SES API reference, "Common Errors" and "SendEmail"). */
const PERMANENT = new Set([
  'AccountSuspendedException',
  'BadRequestException',
  // The SDK already retried it as a throttle.
  'LimitExceededException',
  'MailFromDomainNotVerifiedException',
  'MessageRejected',
  'NotFoundException',
  'SendingPausedException',
]);

const PASSING = new Set([
  'InternalServiceErrorException',
  'TooManyRequestsException',
  'ConnectionRefused',
  'ConnectionReset',
  'Timeout',
]);

function retries(error: PortError): boolean {
  // The daily quota opens again in hours, not in the minutes of a backoff: another channel has to tell.
  if (/daily (?:message|sending) quota exceeded/i.test(error.message)) return false;
  if (PASSING.has(error.code) || error.code.startsWith('Throttling')) return true;
  if (PERMANENT.has(error.code)) return false;
  return error.transient || (error.status !== undefined && (error.status >= 500 || error.status === 429));
}

/** What a mailer's failure asks for. AWS advises waits of up to ten minutes; the usual backoff gets there. */
export function judgeMailError(error: unknown): Outcome {
  if (!(error instanceof PortError)) return failureOutcome(error);
  const reason = cutBytes(oneLine(`${error.code}: ${error.message}`), 500);
  return retries(error) ? { outcome: 'retry', afterMs: null, reason } : { outcome: 'failed', reason };
}
