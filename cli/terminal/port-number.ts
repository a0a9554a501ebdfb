import { UsageError } from './usage-error.ts';

const PORT_MAX = 65_535;

/**
 * The port that an option names; 0 is any free one.
 * @throws UsageError with one sentence
 */
export function portNumber(option: string, text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= PORT_MAX) return port;
  throw new UsageError(`--${option} ${text} is no port, expected a number up to ${PORT_MAX}.`);
}
