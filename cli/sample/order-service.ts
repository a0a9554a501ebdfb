/**
 * A small shop that really logs: it takes orders, charges them through a payment gateway and writes one JSON line per
 * request to standard output. After a while the gateway stops answering, and later it recovers. Started by
 * `npm start`; ends with its parent.
 */
import { randomUUID } from 'node:crypto';

const REQUESTS_EVERY_MS = 120;
/** Healthy, then the incident, then healthy again; ms since the start. */
const INCIDENT = { from: 4_000, to: 16_000 };
const PATHS = ['/orders', '/orders/checkout', '/cart', '/products'];

interface Order {
  path: string;
  user: string;
  traceId: string;
}

const startedAt = Date.now();

function gatewayAnswers(): boolean {
  const elapsed = Date.now() - startedAt;
  return elapsed < INCIDENT.from || elapsed > INCIDENT.to;
}

/** Charges an order; rejects after the time-out while the gateway is away. */
async function charge(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 60));
  if (!gatewayAnswers()) throw new Error('payment gateway timed out after 3000 ms');
}

async function handle({ path, user, traceId }: Order): Promise<void> {
  const began = Date.now();
  const about = { service: 'order', path, user, traceId };
  try {
    if (path.startsWith('/orders')) await charge();
    log('INFO', 'request completed', { ...about, status: 200, latency: Date.now() - began });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    log('ERROR', `order failed: ${reason}`, { ...about, status: 502, latency: Date.now() - began });
  }
}

function log(level: string, message: string, fields: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
}

function anyOf<Value>(values: readonly Value[]): Value {
  return values[Math.floor(Math.random() * values.length)] as Value;
}

setInterval(() => {
  const order = {
    path: anyOf(PATHS),
    user: `u-${1000 + Math.floor(Math.random() * 50)}`,
    traceId: randomUUID(),
  };
  void handle(order);
}, REQUESTS_EVERY_MS);

// The parent holds the other end; when it goes, so does the shop.
process.stdin.on('end', () => process.exit(0)).resume();
