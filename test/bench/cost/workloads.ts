/** What is measured: which rules, how many batches of which events, on how many warm functions. */
import type { LogBatch } from '../../../shared/logs/event.ts';

export interface Workload {
  name: string;
  yaml: string;
  /** Matchers that are warm at the same time. */
  instances: number;
  /** Log batches a second. */
  batchesPerSecond: number;
  durationMs: number;
  /** The messages of the n-th batch, and its log group. */
  batch: (index: number) => { logGroup: string; messages: string[] };
  /** Groups that alarms would have to watch: metrics, one by one. */
  groups: number;
}

const RECEIVER =
  'receivers:\n  - { name: ops, feishu: [{ webhook: secret:ops }] }\nroute: { receiver: ops }\n';
const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

const document = (rules: string[]) =>
  `version: 1\nrules:\n${rules.map((rule) => `  - ${rule}\n`).join('')}${RECEIVER}`;
const numbered = <Result>(count: number, make: (index: number) => Result) =>
  Array.from({ length: count }, (_, i) => make(i));
const error = (text: string) => `ERROR ${text}`;

/** A number in letters, since digits would not make another kind of message. */
const letters = (number: number) => String.fromCharCode(97 + Math.floor(number / 26), 97 + (number % 26));

/** So many messages, of which the first ones match. */
const mixed = (count: number, matching: number, text: string) =>
  numbered(count, (index) => (index < matching ? error(text) : `INFO ${text} ${index}`));

export const WORKLOADS: readonly Workload[] = [
  {
    name: 'quiet: 5 rules, 1 match in 1,000 events',
    yaml: document(
      numbered(5, (n) => `{ id: quiet-${n}, match: 'ERROR ${n}', when: { count: 10, within: 5m } }`),
    ),
    instances: 1,
    batchesPerSecond: 0.1,
    durationMs: 24 * HOUR_MS,
    batch: (index) => ({
      logGroup: '/app/api',
      messages: mixed(100, index % 10 === 0 ? 1 : 0, String((index / 10) % 5)),
    }),
    groups: 5,
  },
  {
    name: '100 rules × 1 group, 5 % match, 1 in 10 fires',
    yaml: document(
      numbered(100, (n) => {
        const when = `{ count: ${n % 10 === 0 ? 100 : 1_000}, within: 5m }`;
        return `{ id: rule-${n}, logGroups: ["/app/${n}"], match: ERROR, when: ${when} }`;
      }),
    ),
    instances: 4,
    batchesPerSecond: 50,
    durationMs: 1_200 * SECOND_MS,
    batch: (index) => ({ logGroup: `/app/${index % 100}`, messages: mixed(20, 1, 'disk') }),
    groups: 100,
  },
  {
    name: '10 rules × 10,000 groups, every event matches one',
    yaml: document(
      numbered(
        10,
        (n) =>
          `{ id: wide-${n}, match: '{ $.rule = ${n} }', groupBy: [$.user], when: { count: 20, within: 5m } }`,
      ),
    ),
    instances: 4,
    batchesPerSecond: 2,
    durationMs: 1_800 * SECOND_MS,
    batch: (index) => ({
      logGroup: '/app/api',
      messages: numbered(100, (n) => {
        const event = index * 100 + n;
        return JSON.stringify({ rule: event % 10, user: `user-${(event * 7_919) % 10_000}` });
      }),
    }),
    groups: 100_000,
  },
  {
    name: 'hot: 1 rule, 100 batches/s, fires',
    yaml: document(['{ id: hot, match: ERROR, when: { count: 1000, within: 5m } }']),
    instances: 8,
    batchesPerSecond: 100,
    durationMs: 600 * SECOND_MS,
    batch: () => ({ logGroup: '/app/api', messages: mixed(10, 10, 'hot') }),
    groups: 1,
  },
  {
    name: 'hot: 1 rule, 100 batches/s, never fires',
    yaml: document(['{ id: hot, match: ERROR, when: { count: 1000000, within: 5m } }']),
    instances: 8,
    batchesPerSecond: 100,
    durationMs: 600 * SECOND_MS,
    batch: () => ({ logGroup: '/app/api', messages: mixed(10, 10, 'hot') }),
    groups: 1,
  },
  {
    name: 'novel: 1 rule, 10 batches/s of 60 kinds of message, a new one each minute',
    yaml: document(['{ id: unseen, when: { novel: template, learn: 1m } }']),
    instances: 4,
    batchesPerSecond: 10,
    durationMs: HOUR_MS,
    batch: (index) => ({
      logGroup: '/app/api',
      messages: numbered(20, (n) => {
        const known = 1 + Math.floor(index / 600);
        return `Task ${letters((index * 20 + n) % known)} took ${n} ms`;
      }),
    }),
    groups: 60,
  },
];

/** A batch that arrives two seconds after its events. */
export function batchAt(at: number, index: number, logGroup: string, messages: readonly string[]): LogBatch {
  return {
    account: '123456789012',
    region: 'us-east-1',
    logGroup,
    logStream: 'stream',
    events: messages.map((message, place) => ({
      id: `${index}-${place}`.padStart(56, '0'),
      timestamp: at - 2 * SECOND_MS,
      message,
    })),
  };
}
