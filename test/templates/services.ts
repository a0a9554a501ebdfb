/** A whole number from 0 up to below a bound. */
type Draw = (below: number) => number;

/** What varies in generated messages. */
const PARTS: Record<string, (draw: Draw) => string> = {
  n: (draw) => String(draw(100_000)),
  user: (draw) => pick(draw, ['alice', 'bob', 'carol', 'dave', 'root', 'svc_backup', 'zhang.wei', 'O-Brien']),
  host: (draw) => pick(draw, ['db-1', 'cache', 'web3.eu.example.com', '10.0.3.7', 'localhost']),
  ip: (draw) => `10.${draw(256)}.${draw(256)}.${draw(256)}`,
  id: (draw) => Array.from({ length: 4 }, () => draw(65_536).toString(16).padStart(4, '0')).join(''),
  path: (draw) => pick(draw, ['/', '/v1/orders', '/healthz', '/a/b/c.html?x=y', '/var/log/app.log']),
  ms: (draw) => pick(draw, [`${draw(900)}ms`, `${draw(90)}.${draw(9)}s`]),
  flag: (draw) => pick(draw, ['true', 'false']),
};

function pick(draw: Draw, all: readonly string[]): string {
  return all[draw(all.length)] ?? '';
}

/** One kind of message each, as services write them. */
const KINDS = [
  'order {n} of user {user} was paid in {ms}',
  'order {n} of user {user} was cancelled by support',
  'payment gateway {host}:{n} answered 502 after {ms}',
  'GET {path} HTTP/1.1 status=200 bytes={n} took={ms}',
  'POST {path} HTTP/1.1 status=201 bytes={n} took={ms}',
  'cache miss for key session:{id}',
  'cache hit for key session:{id}',
  'connection to {host}:{n} refused, retry {n} of 5',
  'connection pool exhausted: active={n} idle={n} waiting={n}',
  "login of '{user}' from {ip} failed: bad password",
  "login of '{user}' from {ip} succeeded",
  'user "{user}" not found',
  'slow query ({ms}): rows={n} table=orders',
  'deadlock detected while waiting for lock on relation {n} after {ms}',
  'liveness probe failed: HTTP probe failed with statuscode: {n}',
  'Back-off restarting failed container {id} in pod shop-{id}',
  'Pulled image "registry.example.com/shop:{id}" in {ms}',
  'leader election lost, stepping down at term {n}',
  'became leader at term {n} with {n} votes',
  'GC pause (young) {n}K->{n}K({n}K), {ms}',
  'disk usage of {path} is {n}% of {n} GB',
  'job {id} finished: success={flag} items={n}',
  'job {id} started by {user}',
  'message {id} moved to the dead letter queue after {n} attempts',
  'certificate of {host} expires in {n} days',
  '订单{n}支付失败，原因：余额不足',
  '订单{n}支付成功，耗时{ms}',
  '用户登录失败次数过多：{n}次',
  'feature flag checkout-v2 is {flag} for tenant {n}',
  'shutting down',
  'ready to accept connections on port {n}',
];

/** What stands before a message, by service. */
export const HEADERS = [
  '',
  '2026-11-21T07:00:{s}.{m}Z INFO [worker-{s}] com.example.shop.OrderService: ',
  '2026-11-21 07:00:{s},{m} - shop - WARNING - ',
  'Nov 21 07:00:{s} web{s} shop[{m}]: ',
  '2026-11-21T07:00:{s}.{m}Z\t9b2e5f0a-1234-4444-8888-abcdefab{m}9\tINFO\t',
];

/** Messages of many kinds with the number of each one's kind, behind one sort of header. */
export function serviceMessages(draw: Draw, count: number, header: string) {
  return Array.from({ length: count }, () => {
    const kind = draw(KINDS.length);
    const body = (KINDS[kind] ?? '').replace(/\{(\w+)\}/g, (_, part: string) => PARTS[part]?.(draw) ?? '');
    const seconds = String(draw(60)).padStart(2, '0');
    const before = header.replaceAll('{s}', seconds).replaceAll('{m}', String(100 + draw(900)));
    return { kind: String(kind), message: before + body };
  });
}
