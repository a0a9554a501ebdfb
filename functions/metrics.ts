import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { HEARTBEAT, isSignOfLife } from '../shared/alerts/signs-of-life.ts';
import type { Happening } from '../shared/happenings.ts';

/**
 * Metrics in CloudWatch's embedded format: lines of the function's log that become metrics without a call. The stack
 * names the deployment by POWERTOOLS_SERVICE_NAME, the dimension `service`.
 */
const metrics = new Metrics({ namespace: 'tocsin' });

type Measurement = [name: string, value: number, unit?: typeof MetricUnit.Milliseconds];

function measurementsOf(happening: Happening): Measurement[] {
  switch (happening.type) {
    case 'events': {
      const { events, matched, lagMs } = happening;
      return [
        ['Events', events],
        ['Matches', matched],
        ['LogLag', lagMs, MetricUnit.Milliseconds],
      ];
    }
    case 'uncounted':
      return [['UncountedEvents', happening.events]];
    case 'groups-exceeded':
      return [['GroupsExceeded', 1]];
    case 'alert':
      if (isSignOfLife(happening.alert.ruleId)) return [];
      return [[happening.status === 'firing' ? 'AlertsBegun' : 'AlertsEnded', 1]];
    case 'delivery':
      if (happening.receiver === HEARTBEAT) return heartbeatOf(happening);
      return happening.lagMs === null ? [] : [['DeliveryLag', happening.lagMs, MetricUnit.Milliseconds]];
    case 'subscription':
      return happening.change === 'refused' ? [['RefusedSubscriptions', 1]] : [];
    case 'returned':
      return happening.fate === 'delayed' ? [] : [['ReturnedMails', 1]];
    case 'recovered':
      return [['Recovered', 1]];
    case 'flush':
    case 'notification':
    case 'configuration':
    case 'drift':
    case 'acted':
    case 'absence-suspended':
      return [];
  }
}

/** A beat that came out: none is the alarm, and neither has a part in the figures about what is real. */
function heartbeatOf({ lagMs }: Extract<Happening, { type: 'delivery' }>): Measurement[] {
  if (lagMs === null) return [];
  return [
    ['Heartbeats', 1],
    ['HeartbeatLag', lagMs, MetricUnit.Milliseconds],
  ];
}

/** Takes note of what happened; `measured` writes it. */
export function measure(happening: Happening): void {
  for (const [name, value, unit = MetricUnit.Count] of measurementsOf(happening))
    metrics.addMetric(name, unit, value);
  if (happening.type !== 'delivery' || happening.receiver === HEARTBEAT) return;
  const { channel, outcome } = happening;
  metrics.singleMetric().addDimensions({ channel, outcome }).addMetric('Deliveries', MetricUnit.Count, 1);
}

/** Takes note of how many items of the configuration do not work as they stand. */
export function measureBroken(items: number): void {
  metrics.addMetric('BrokenItems', MetricUnit.Count, items);
}

/** Writes the metrics of an invocation once it is over, however it ended. */
export function measured<Arguments extends unknown[], Answer>(
  handle: (...given: Arguments) => Promise<Answer>,
): (...given: Arguments) => Promise<Answer> {
  return async (...given) => {
    try {
      return await handle(...given);
    } finally {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    }
  };
}
