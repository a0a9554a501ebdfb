/**
 * What counting and alerting cost, from what the store reports as consumed capacity; in virtual time, in two minutes.
 * `node --import tsx test/bench/cost/run.ts`
 */
import { FUNCTIONS } from '../../../infra/topology.ts';
import { measureRung } from './ladder.ts';
import { FUNCTION_NAMES, MeteredPipeline, type Usages } from './pipeline.ts';
import { metricFilterBill, PRICES } from './prices.ts';
import { batchAt, WORKLOADS, type Workload } from './workloads.ts';

const START = Date.UTC(2026, 10, 21, 2);
const MONTH_MS = 30 * 86_400_000;
/** A function's time: so much to begin with, and for each call to a table; calls that overlap are taken as if not. */
const BASE_MS = 10;
const TABLE_CALL_MS = 5;
/** What an invocation logs: Lambda's own three lines, what happened, and its metrics, each with 26 bytes more. */
const LOGGED_BYTES = 800;
/** Lambda's pollers of each queue ask at least so often, long polling with five connections. */
const POLLED_QUEUES = 3;
const POLLS_PER_MONTH = (5 * MONTH_MS) / 20_000;

const print = (line = '') => process.stdout.write(`${line}\n`);
const fixed = (value: number, digits = 2) =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const row = (cells: (string | number)[], widths: number[]) =>
  print(
    cells
      .map((cell, index) => String(cell)[index === 0 ? 'padEnd' : 'padStart'](widths[index] ?? 12))
      .join('  '),
  );

async function printLadder(): Promise<void> {
  print('One rule and group, units per batch that touches one slice; the threshold is never reached');
  const widths = [14, 14, 12, 12, 12, 12];
  row(['within', 'matches/batch', 'batches/s', 'functions', 'write units', 'read units'], widths);
  for (const withinMs of [60_000, 300_000, 3_600_000]) {
    for (const matches of [1, 5, 10, 16]) {
      for (const [batchesPerSecond, instances] of RATES) {
        // Many matches for an hour at that rate take long, and cost as for five minutes.
        if (matches > 5 && withinMs * batchesPerSecond > 60_000_000) continue;
        const rung = { matches, batchesPerSecond, withinMs, instances };
        const { writeUnits, readUnits } = await measureRung(rung);
        const units = [fixed(writeUnits), fixed(readUnits)];
        row([`${withinMs / 60_000} min`, matches, batchesPerSecond, instances, ...units], widths);
      }
    }
  }
  print();
}

/** Batches a second, and functions that are warm. */
const RATES = [
  [0.1, 1],
  [1, 1],
  [1, 3],
  [10, 2],
  [100, 8],
] as const;

interface Measured {
  workload: Workload;
  events: number;
  firings: number;
  usages: Usages;
}

async function measure(workload: Workload): Promise<Measured> {
  const pipeline = new MeteredPipeline(START, workload.instances);
  await pipeline.apply(workload.yaml);
  const batches = Math.round((workload.batchesPerSecond * workload.durationMs) / 1000);
  let events = 0;
  for (let index = 0; index < batches; index++) {
    const at = START + Math.round((index * 1000) / workload.batchesPerSecond);
    const { logGroup, messages } = workload.batch(index);
    events += messages.length;
    await pipeline.ingest(index, at, batchAt(at, index, logGroup, messages));
  }
  await pipeline.advance(START + workload.durationMs);
  return { workload, events, firings: pipeline.firings, usages: pipeline.usages };
}

function total(usages: Usages, of: (usage: Usages['matcher']) => number): number {
  return FUNCTION_NAMES.reduce((sum, name) => sum + of(usages[name]), 0);
}

/** USD of a month at the measured rate. */
function billOf({ workload, usages }: Measured): {
  dynamodb: number;
  lambda: number;
  sqs: number;
  logs: number;
  total: number;
} {
  const months = MONTH_MS / workload.durationMs;
  const dynamodb =
    total(
      usages,
      ({ writeUnits, readUnits }) => writeUnits * PRICES.writeUnit + readUnits * PRICES.readUnit,
    ) * months;
  const gbSeconds = FUNCTION_NAMES.reduce((sum, name) => {
    const { invocations, tableCalls } = usages[name];
    const ms = invocations * BASE_MS + tableCalls * TABLE_CALL_MS;
    return sum + (ms / 1000) * (FUNCTIONS[name].memoryMb / 1024);
  }, 0);
  const invocations = total(usages, (usage) => usage.invocations);
  const lambda =
    (gbSeconds * PRICES.gbSecond +
      invocations * PRICES.invocation +
      usages.evaluator.invocations * PRICES.scheduled) *
    months;
  const polls = POLLED_QUEUES * POLLS_PER_MONTH * PRICES.sqsRequest;
  const requests = total(usages, ({ sqsRequests }) => sqsRequests) * months;
  const sqs = requests * (PRICES.sqsRequest + PRICES.sqsFair) + polls;
  const logs = invocations * months * LOGGED_BYTES * PRICES.loggedByte;
  return { dynamodb, lambda, sqs, logs, total: dynamodb + lambda + sqs + logs };
}

function printUnits(measured: readonly Measured[]): void {
  print('Per million log events');
  const widths = [50, 12, 12, 12, 12, 12, 8];
  row(['workload', 'events', 'write units', 'read units', 'SQS', 'invocations', 'alerts'], widths);
  for (const { workload, events, firings, usages } of measured) {
    const per = (of: (usage: Usages['matcher']) => number) => fixed((total(usages, of) / events) * 1e6, 0);
    const units = [per((u) => u.writeUnits), per((u) => u.readUnits), per((u) => u.sqsRequests)];
    row([workload.name, fixed(events, 0), ...units, per((u) => u.invocations), firings], widths);
  }
  print();
}

function printBills(measured: readonly Measured[]): void {
  print('A month at that rate, USD in us-east-1, beside CloudWatch metric filters with an alarm per group');
  const widths = [50, 12, 12, 12, 12, 12, 12, 12, 8];
  const head = [
    'workload',
    'M events',
    'DynamoDB',
    'Lambda',
    'SQS',
    'own logs',
    'tocsin',
    'CloudWatch',
    'ratio',
  ];
  row(head, widths);
  for (const one of measured) {
    const bill = billOf(one);
    const { workload, events } = one;
    const cloudWatch = metricFilterBill(workload.groups);
    const monthly = (events * MONTH_MS) / workload.durationMs / 1e6;
    const parts = [bill.dynamodb, bill.lambda, bill.sqs, bill.logs, bill.total, cloudWatch].map((usd) =>
      fixed(usd),
    );
    row([workload.name, fixed(monthly, 1), ...parts, fixed(bill.total / cloudWatch)], widths);
  }
  print();
  print(
    'CloudWatch: $0.30 (above 10,000: $0.10) a metric and $0.10 an alarm; one filter has at most three dimensions,',
  );
  print('is switched off above some 1,000 values, and says neither which lines nor to whom in Feishu.');
  print(
    `Lambda (arm64): ${BASE_MS} ms an invocation and ${TABLE_CALL_MS} ms a table call are assumed; own logs: ${LOGGED_BYTES} bytes an invocation.`,
  );
  print('The ingestion of the logs that are watched is left out on both sides; so are the fixed parts of a');
  print('stack (its own metrics, alarms and dashboard, its secrets), which tocsin cost lists.');
}

const measured: Measured[] = [];
await printLadder();
for (const workload of WORKLOADS) measured.push(await measure(workload));
printUnits(measured);
printBills(measured);
