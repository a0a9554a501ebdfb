/** Notifications of the real pipeline, in virtual time, over an hour of a made-up service's logs. */
import { aliveItems } from '../../infra/alive.ts';
import type { Deployment } from '../../infra/deployment.ts';
import { VirtualPipeline } from '../../infra/virtual/pipeline.ts';
import type { Notification } from '../../shared/alerts/notification.ts';
import type { RawItem } from '../../shared/config/items.ts';

const START = Date.UTC(2026, 10, 21, 1, 30);
const SECOND = 1000;
const LINKS = 'https://responder.example.com';

const ITEMS: RawItem[] = [
  { kind: 'settings', id: 'document', body: { timeZone: 'Asia/Shanghai' } },
  {
    kind: 'rule',
    id: 'order-errors',
    body: {
      id: 'order-errors',
      title: 'High error count in order service',
      severity: 'critical',
      match: '{ $.level = "ERROR" }',
      groupBy: ['$.service'],
      when: { count: '>= 10', within: '5m' },
      labels: { team: 'payments' },
      show: ['$.traceId', '$.user'],
      annotations: {
        summary: '{{ $value }} errors in {{ $labels.service }} ({{ $threshold }}): payments may be failing',
        impact: 'Customers cannot pay',
        runbook: 'https://wiki.example.com/order-errors',
      },
    },
  },
  {
    kind: 'rule',
    id: 'slow-orders',
    body: {
      id: 'slow-orders',
      title: '订单接口变慢',
      severity: 'warning',
      match: '{ $.latency = * }',
      when: { value: '$.latency', stat: 'p95', is: '> 800ms', within: '5m', atLeast: 5 },
    },
  },
  { kind: 'receiver', id: 'ops', body: { name: 'ops', email: [{ to: ['ops@example.com'] }] } },
  { kind: 'route', id: 'root', body: { receiver: 'ops', groupBy: ['rule'] } },
];

/** A line every two seconds; from the tenth to the twentieth minute the gateway is down, for some services it stays so. */
function lineAt(index: number, service: string): string {
  const minute = (index * 2) / 60;
  const down = minute > 10 && (minute < 20 || service === 'mail-out' || service === 'stock');
  const level = down && index % 4 === 0 ? 'ERROR' : 'INFO';
  const traceId = `4bf92f3577b34da6a3ce929d${((index * 2654435761) % 2 ** 32).toString(16).padStart(8, '0')}`;
  const message =
    level === 'ERROR' ? `payment gateway answered 503 after ${(index % 3) + 1} tries` : 'order placed';
  const latency = down ? 700 + (index % 9) * 120 : 90 + (index % 7) * 20;
  return JSON.stringify({ level, service, traceId, user: `u-${index % 40}`, latency, message });
}

/** What was told, in the order of time; with links, as a responder makes them. */
export async function toldNotifications(): Promise<Notification[]> {
  return await play(ITEMS, (index) => lineAt(index, 'order-api'));
}

const SERVICES = ['order-api', 'cart', 'billing', 'stock', 'mail-out'];

/** The same hour in many services, for a receiver that bears little: what it is told is a digest. */
export async function toldDigest(): Promise<Notification[]> {
  const items = ITEMS.map((item) => {
    if (item.kind === 'receiver') return { ...item, body: { ...(item.body as object), limit: '4/h' } };
    if (item.id === 'order-errors')
      return { ...item, body: { ...(item.body as object), when: { count: '>= 3', within: '5m' } } };
    if (item.kind === 'route')
      return { ...item, body: { receiver: 'ops', groupBy: ['...'], groupWait: '5s' } };
    return item;
  });
  const told = await play(items, (index) => lineAt(index, SERVICES[index % SERVICES.length] ?? ''));
  return told.filter(({ folded }) => folded !== undefined);
}

/** The daily message that tocsin is alive. */
export async function toldAlive(): Promise<Notification[]> {
  const own = { ownPrefix: '/app/' } as Deployment;
  const items = aliveItems(own, { receiver: 'ops' }).map((item) => ({
    ...item,
    body: { ...item.body, logGroups: ['*'] },
  }));
  const line = JSON.stringify({ tocsin: 'alive', due: new Date(START).toISOString() });
  // Nobody is sent good news at the half hour, when Feishu is busiest.
  return await play([...ITEMS, ...items], (index) => (index < 60 ? '' : line));
}

async function play(items: RawItem[], line: (index: number) => string): Promise<Notification[]> {
  const pipeline = new VirtualPipeline(START, items, () => undefined);
  for (let index = 0; index < 900; index++) {
    const timestamp = START + index * 2 * SECOND;
    const events = [{ id: String(index), timestamp, message: line(index) }];
    const from = {
      account: '123456789012',
      region: 'ap-southeast-1',
      logGroup: '/app/order-api',
      logStream: 'i-0abc',
    };
    await pipeline.ingest({ ...from, events }, timestamp);
  }
  await pipeline.runOut();
  const plans = (await pipeline.state.scan()).filter(
    (item) => 'notification' in item && 'deliveries' in item,
  );
  return plans
    .map(({ notification }) => notification as unknown as Notification)
    .toSorted((a, b) => a.at - b.at)
    .map(withLinks);
}

function withLinks(notification: Notification): Notification {
  const link = (what: string) => `${LINKS}/${what}#${'x'.repeat(60)}`;
  const alerts = notification.alerts.map((alert) => {
    const open = alert.status === 'firing';
    const [acknowledge, silence] = open ? [link('acknowledge'), link('silence')] : [null, null];
    return { ...alert, links: { view: link('alert'), acknowledge, silence } };
  });
  return { ...notification, alerts };
}
