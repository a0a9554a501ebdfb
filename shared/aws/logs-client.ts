import { CloudWatchLogsClient, type CloudWatchLogsClientConfig } from '@aws-sdk/client-cloudwatch-logs';

/** Says that a log group takes no other filter; the SDK takes it for throttling, which it is for other services. */
const FULL = 'LimitExceededException';

/**
 * A client that waits for its turn: CloudWatch Logs takes some five calls about subscriptions a second from an account.
 * What no waiting helps against it reports at once.
 */
export function patientLogsClient(config: CloudWatchLogsClientConfig): CloudWatchLogsClient {
  const client = new CloudWatchLogsClient({ ...config, retryMode: 'adaptive', maxAttempts: 10 });
  const { retryStrategy } = client.config;
  client.config.retryStrategy = async () => {
    const strategy = await retryStrategy();
    if (!('refreshRetryTokenForRetry' in strategy)) return strategy;
    return {
      acquireInitialRetryToken: (scope) => strategy.acquireInitialRetryToken(scope),
      recordSuccess: (token) => strategy.recordSuccess(token),
      async refreshRetryTokenForRetry(token, failure) {
        if (failure.error?.name === FULL) throw failure.error;
        return await strategy.refreshRetryTokenForRetry(token, failure);
      },
    };
  };
  return client;
}
