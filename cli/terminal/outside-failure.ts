import { PortError } from '../../shared/ports.ts';
import { troubleOf } from './file-failure.ts';

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/**
 * A sentence for a failure of what a command works with on the outside: no credentials, no network, a service that
 * refuses. null: the fault lies elsewhere.
 */
export function outsideFailure(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const { name, message } = error;
  const { code, syscall, address, port } = error as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  if (name === 'CredentialsProviderError')
    return `There are no AWS credentials that work: sign in, or give --profile NAME (${firstLine(message)}).`;
  if (/^Region is missing/.test(message))
    return 'No AWS Region is set: give --region NAME, or set AWS_REGION.';
  if (/^Region not accepted/.test(message))
    return 'The AWS Region that is set is none: a name such as eu-central-1 was expected.';
  if (syscall === 'listen') return `Port ${port} of ${address} cannot be had: ${troubleOf(error)}.`;
  if (name === 'TimeoutError' || (code !== undefined && UNREACHABLE.has(code)))
    return `The network cannot be reached (${code ?? name}).`;
  if (error instanceof PortError || '$fault' in error) return `AWS refuses: ${firstLine(message)} (${name}).`;
  return null;
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').replace(/\.$/, '');
}
