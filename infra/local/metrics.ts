/** What happened on this machine, as Prometheus asks for it (text format 0.0.4). */
import type { Happening } from '../../shared/happenings.ts';

const HELP: Readonly<Record<string, string>> = {
  events: 'Log events that went through the rules.',
  matches: 'Log events that a rule matched.',
  uncounted_events: 'Log events that do not count, such as those that are too late.',
  alerts: 'Alerts that began or ended.',
  deliveries: 'Attempts to deliver a message, by channel and outcome.',
};

interface Count {
  name: string;
  labels?: Record<string, string>;
  by?: number;
}

function countsOf(happening: Happening): Count[] {
  switch (happening.type) {
    case 'events':
      return [
        { name: 'events', by: happening.events },
        { name: 'matches', by: happening.matched },
      ];
    case 'uncounted':
      return [{ name: 'uncounted_events', by: happening.events }];
    case 'alert':
      return [{ name: 'alerts', labels: { status: happening.status } }];
    case 'delivery':
      return [{ name: 'deliveries', labels: { channel: happening.channel, outcome: happening.outcome } }];
    default:
      return [];
  }
}

/** What the process takes of the machine. */
export interface ProcessUse {
  rssBytes: number;
  heapUsedBytes: number;
  cpuSeconds: number;
}

/** What this process takes by now. */
export function processUse(): ProcessUse {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return { rssBytes: rss, heapUsedBytes: heapUsed, cpuSeconds: (user + system) / 1e6 };
}

export class PrometheusMetrics {
  readonly #counts = new Map<string, Map<string, number>>();
  #deliveryLagMs = 0;
  #deliveries = 0;

  constructor() {
    for (const name of Object.keys(HELP)) this.#counts.set(name, new Map());
  }

  add(happening: Happening): void {
    for (const { name, labels = {}, by = 1 } of countsOf(happening)) this.#count(name, labels, by);
    if (happening.type !== 'delivery' || happening.lagMs === null) return;
    this.#deliveryLagMs += happening.lagMs;
    this.#deliveries += 1;
  }

  text({ rssBytes, heapUsedBytes, cpuSeconds }: ProcessUse): string {
    const lines = [...this.#counts].flatMap(([name, series]) => [
      `# HELP tocsin_${name}_total ${HELP[name]}`,
      `# TYPE tocsin_${name}_total counter`,
      ...[...series].map(([labels, value]) => `tocsin_${name}_total${labels} ${value}`),
    ]);
    return [
      ...lines,
      '# HELP tocsin_delivery_lag_seconds From the log event that began an alert to its delivery.',
      '# TYPE tocsin_delivery_lag_seconds summary',
      `tocsin_delivery_lag_seconds_sum ${this.#deliveryLagMs / 1_000}`,
      `tocsin_delivery_lag_seconds_count ${this.#deliveries}`,
      '# HELP process_resident_memory_bytes Memory of the process.',
      '# TYPE process_resident_memory_bytes gauge',
      `process_resident_memory_bytes ${rssBytes}`,
      '# HELP nodejs_heap_size_used_bytes What the process keeps in its heap.',
      '# TYPE nodejs_heap_size_used_bytes gauge',
      `nodejs_heap_size_used_bytes ${heapUsedBytes}`,
      '# HELP process_cpu_seconds_total Time of the processors that the process has used.',
      '# TYPE process_cpu_seconds_total counter',
      `process_cpu_seconds_total ${cpuSeconds}`,
      '',
    ].join('\n');
  }

  #count(name: string, labels: Record<string, string>, by: number): void {
    const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    const key = pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
    const series = this.#counts.get(name);
    series?.set(key, (series.get(key) ?? 0) + by);
  }
}
