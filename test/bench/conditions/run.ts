/**
 * What each condition costs per batch that touches one rule and group, matcher and evaluator apart, beside a plain count.
 * One batch a second with five matches, in one function, for an hour; the evaluator looks every minute.
 * `node --import tsx test/bench/conditions/run.ts`
 */
import type { EvaluateDeps } from '../../../functions/evaluator/deps.ts';
import { evaluate } from '../../../functions/evaluator/evaluate.ts';
import { beginWatches } from '../../../functions/evaluator/watches.ts';
import { compiler } from '../../../functions/matcher/compile.ts';
import { MatcherMemory, matchBatch } from '../../../functions/matcher/match-batch.ts';
import type { DeliveryMessage, DispatcherMessage } from '../../../shared/alerts/messages.ts';
import { channelSchemas } from '../../../shared/channels/registry.ts';
import { createItemReader } from '../../../shared/config/items.ts';
import { checkPattern, checkRegex } from '../../../shared/match/program.ts';
import { MemoryQueue } from '../../../shared/memory/queue.ts';
import { MemoryTable } from '../../../shared/memory/table.ts';

const START = Date.UTC(2026, 10, 21, 2);
const BATCHES = 3600;
const MATCHES = 5;
const DELAY_MS = 2_000;

const MATCH = '{ $.n = * }';
/** None of them ever holds: what fires is another bench's business. */
const CONDITIONS: Record<string, Record<string, unknown>> = {
  count: { count: 1e9, within: '5m' },
  'count with for': { count: 1e9, within: '5m', for: '1m' },
  'count, too few': { count: '< 1', within: '5m' },
  ratio: { ratio: '> 200%', of: MATCH, within: '5m' },
  'value, avg': { value: '$.n', stat: 'avg', is: '> 1e9', within: '5m' },
  'value, p95': { value: '$.n', stat: 'p95', is: '> 1e9', within: '5m' },
  'value, max': { value: '$.n', stat: 'max', is: '> 1e9', within: '5m' },
  distinct: { distinct: '$.user', is: '>= 999', within: '5m' },
  absent: { absent: '10m' },
  consecutive: { consecutive: 50 },
  change: { change: '$.version' },
  spike: { spike: '>= 1000x', within: '5m' },
  'anomaly, 1h of 1m': { anomaly: 900, baseline: '1h', within: '1m' },
  'novel, a value': { novel: '$.user', learn: '0s' },
  'a list of two shares': [
    { severity: 'critical', ratio: '> 300%', of: MATCH, within: '5m' },
    { severity: 'warning', ratio: '> 200%', of: MATCH, within: '5m' },
  ] as unknown as Record<string, unknown>,
};

interface Units {
  write: number;
  read: number;
}

async function measure(when: Record<string, unknown>): Promise<{ matcher: Units; evaluator: Units }> {
  const spent = { matcher: { write: 0, read: 0 }, evaluator: { write: 0, read: 0 } };
  let who: keyof typeof spent = 'evaluator';
  const state = new MemoryTable(({ readUnits, writeUnits }) => {
    spent[who].read += readUnits;
    spent[who].write += writeUnits;
  });
  const { for: forTime, ...condition } = Array.isArray(when) ? { for: undefined } : when;
  const body = {
    id: 'rule',
    // A row is broken by what does not match.
    match: 'consecutive' in when ? '{ $.n > 500 }' : MATCH,
    when: Array.isArray(when) ? when : condition,
    ...(forTime === undefined ? {} : { for: forTime }),
  };
  const reader = createItemReader(channelSchemas, { checkPattern, checkRegex });
  const { configuration, problems } = reader.assemble([{ kind: 'rule', id: 'rule', body }]);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  let now = START;
  const happened = () => undefined;
  const deps: EvaluateDeps = {
    state,
    alerts: new MemoryQueue<DispatcherMessage>(),
    deliveries: new MemoryQueue<DeliveryMessage>(),
    clock: () => now,
    happened,
  };
  const current = { version: 1, configuration, broken: 0 };
  const compiled = compiler(happened)(current);
  const memory = new MatcherMemory();
  await beginWatches(deps, configuration.rules);
  for (let batch = 0; batch < BATCHES; batch++) {
    now = START + batch * 1000;
    if (batch % 60 === 0) {
      who = 'evaluator';
      await evaluate(deps, current);
    }
    who = 'matcher';
    const events = Array.from({ length: MATCHES }, (_, index) => ({
      id: `${batch}-${index}`,
      timestamp: now - DELAY_MS + index,
      message: JSON.stringify({ n: (batch * 7 + index * 13) % 1000, user: `u${index}`, version: '1.0' }),
    }));
    const origin = { account: '1', region: 'eu-west-1', logGroup: '/app', logStream: 's' };
    await matchBatch(deps, compiled, memory, { ...origin, events });
  }
  return spent;
}

const print = (line: string) => process.stdout.write(`${line}\n`);
const cells = (values: string[]) =>
  values.map((value, index) => (index === 0 ? value.padEnd(24) : value.padStart(14))).join('');

print('Units per batch, and all writes as a multiple of those of a plain count');
print(cells(['', 'writes', 'reads', 'evaluator wr.', 'evaluator rd.', 'x count']));
let plain = 0;
for (const [name, when] of Object.entries(CONDITIONS)) {
  const { matcher, evaluator } = await measure(when);
  const total = matcher.write + evaluator.write;
  if (plain === 0) plain = total;
  const per = (units: number) => (units / BATCHES).toFixed(2);
  print(
    cells([
      name,
      per(matcher.write),
      per(matcher.read),
      per(evaluator.write),
      per(evaluator.read),
      (total / plain).toFixed(2),
    ]),
  );
}
