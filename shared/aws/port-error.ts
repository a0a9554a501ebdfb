import { PortError } from '../ports.ts';

interface ServiceError extends Error {
  $fault: 'client' | 'server';
  $metadata: { httpStatusCode?: number };
  $retryable?: unknown;
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && '$fault' in error && '$metadata' in error;
}

/**
 * What an SDK client threw, as the ports have it: the service's own error name as the code. `timedOutMs`: the deadline,
 * where it has passed. Known by its shape, so that no client need be loaded to tell.
 */
export function asPortError(service: string, error: unknown, timedOutMs: number | null): PortError {
  if (isServiceError(error)) {
    const { name, message, $metadata, $fault, $retryable } = error;
    const { httpStatusCode: status } = $metadata;
    const transient =
      $fault === 'server' || status === 429 || $retryable !== undefined || /Throttl/.test(name);
    return new PortError(name, `${service}: ${message}`, { status, transient, cause: error });
  }
  if (timedOutMs !== null) {
    const message = `${service} did not answer within ${timedOutMs} ms`;
    return new PortError('Timeout', message, { transient: true, cause: error });
  }
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return new PortError(name, `${service} could not be asked: ${message}`, { transient: true, cause: error });
}
