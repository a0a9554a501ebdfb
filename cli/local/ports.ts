import { createServer } from 'node:net';
import { troubleOf } from '../terminal/file-failure.ts';
import { EnvironmentError } from '../terminal/usage-error.ts';
import type { LocalOptions, Port } from './options.ts';

/** What a run listens on, by the options that name it. */
export function portsOf({ listen, syslog, responder, consolePort }: LocalOptions): Map<string, Port> {
  const named = {
    listen,
    syslog,
    responder,
    port: consolePort === null ? null : { host: '127.0.0.1', port: consolePort },
  };
  return new Map(Object.entries(named).filter((entry): entry is [string, Port] => entry[1] !== null));
}

/** Rejects with the code of what stands in the way of listening there. */
export async function tryPort({ host, port }: Port): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, host, () => server.close(() => resolve()));
  });
}

/** @throws EnvironmentError where one of the ports cannot be had */
export async function requirePorts(options: LocalOptions): Promise<void> {
  for (const [option, port] of portsOf(options)) await had(option, port, tryPort(port));
}

/** @throws EnvironmentError where the port cannot be had */
export async function had<Result>(
  option: string,
  { host, port }: Port,
  starting: Promise<Result>,
): Promise<Result> {
  try {
    return await starting;
  } catch (error) {
    throw new EnvironmentError(`--${option} ${host}:${port} cannot be: ${troubleOf(error)}.`, {
      cause: error,
    });
  }
}
