import type { Happening } from '../shared/happenings.ts';

/** Writes what happened as one JSON line, for CloudWatch Logs. */
export function logHappening(happening: Happening): void {
  const { type, ...rest } = happening;
  console.log(JSON.stringify({ level: levelOf(happening), message: type, ...rest }));
}

/** Writes an error that made a message or a batch come again. */
export function logFailure(what: string, error: unknown): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  console.error(JSON.stringify({ level: 'ERROR', message: `${what}: ${message}`, error: name, stack }));
}

const WARNINGS: ReadonlySet<Happening['type']> = new Set([
  'configuration',
  'uncounted',
  'groups-exceeded',
  'drift',
]);

function levelOf(happening: Happening): 'INFO' | 'WARN' {
  const failed = happening.type === 'delivery' && happening.outcome !== 'delivered';
  if (happening.type === 'subscription') return happening.change === 'refused' ? 'WARN' : 'INFO';
  return failed || WARNINGS.has(happening.type) ? 'WARN' : 'INFO';
}
