import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { eventIdAt } from '../../infra/local/event-ids.ts';
import { handOn } from '../../infra/local/intake.ts';
import type { LocalStack } from '../../infra/local/stack.ts';

const SERVICE = fileURLToPath(new URL('../sample/order-service.ts', import.meta.url));
const ORIGIN = { logGroup: '/sample/order-service', logStream: 'order-service' };

/** Starts the sample service and hands its lines to the matcher as it writes them, until the signal aborts. */
export async function startSample(
  stack: LocalStack,
  signal: AbortSignal,
  failed: (error: unknown) => void,
): Promise<void> {
  // By its address, for the working directory may be any.
  const loader = import.meta.resolve('tsx');
  const child = spawn(process.execPath, ['--import', loader, SERVICE], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.on('error', failed);
  signal.addEventListener('abort', () => child.kill());
  let number = 0;
  for await (const message of createInterface({ input: child.stdout })) {
    number += 1;
    const event = { id: eventIdAt(number, `sample|${child.pid}`), timestamp: Date.now(), message };
    await handOn(stack, ORIGIN, [event], failed, signal);
  }
}
