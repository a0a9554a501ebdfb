import type { Running } from '../../infra/http/listen.ts';
import { handOn } from '../../infra/local/intake.ts';
import { type PrometheusMetrics, processUse } from '../../infra/local/metrics.ts';
import { startHttpIntake, type TakeReceived } from '../../infra/local/receive/http.ts';
import { startSyslog } from '../../infra/local/receive/syslog.ts';
import type { LocalStack } from '../../infra/local/stack.ts';
import { recogniseTimestamp } from '../../shared/logs/timestamps.ts';
import type { LocalOptions } from './options.ts';
import { had } from './ports.ts';

interface IntakeDeps {
  stack: LocalStack;
  metrics: PrometheusMetrics;
  failed: (error: unknown) => void;
  signal: AbortSignal;
}

/** Where logs are taken, by the option that asked for it. */
export type Intake = Running & { name: 'listen' | 'syslog' };

/**
 * Listens for logs where that is asked for.
 * @throws EnvironmentError where a port cannot be had
 */
export async function startIntakes(
  { listen, syslog, logTime }: LocalOptions,
  { stack, metrics, failed, signal }: IntakeDeps,
): Promise<Intake[]> {
  const take: TakeReceived = (origin, received) => {
    const now = Date.now();
    const events = received.map(({ id, message, timestamp }) => {
      const own = logTime ? recogniseTimestamp(message, now)?.timestamp : undefined;
      return { id, message, timestamp: timestamp ?? own ?? now };
    });
    return handOn(stack, origin, events, failed, signal);
  };
  const common = { take, clock: Date.now, failed };
  const metricsText = () => metrics.text(processUse());
  const running: Intake[] = [];
  try {
    if (listen !== null)
      running.push({
        name: 'listen',
        ...(await had('listen', listen, startHttpIntake({ ...listen, ...common, metrics: metricsText }))),
      });
    if (syslog !== null)
      running.push({
        name: 'syslog',
        ...(await had('syslog', syslog, startSyslog({ ...syslog, ...common }))),
      });
  } catch (error) {
    await Promise.all(running.map((intake) => intake.stop()));
    throw error;
  }
  return running;
}
