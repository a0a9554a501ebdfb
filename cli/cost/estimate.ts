/**
 * What rules cost a month. The units of counting are those that `npm run bench` prints from the store's own account of
 * consumed capacity, rounded up; those of an alert's life are assumed. What logs there are is measured on past logs, or
 * assumed.
 */
import { FUNCTIONS } from '../../infra/topology.ts';
import type { Configuration, Rule } from '../../shared/config/model.ts';
import { PRICES } from './prices.ts';

export const MONTH_MS = 30 * 86_400_000;
const MONTH_S = MONTH_MS / 1000;

/** A function's time: so much to begin with, and for each call to a table, ms. */
const INVOCATION_MS = 10;
const TABLE_CALL_MS = 5;
/** Matching a hundred events in a batch takes less than this, ms. */
const BATCH_MS = 5;
/** What an invocation logs: Lambda's own three lines, what happened, and its metrics, each with 26 bytes more. */
const LOGGED_BYTES = 800;
/** Events that CloudWatch Logs hands over at once, on average. */
const EVENTS_PER_BATCH = 100;
/** Counting: units for each group of a rule that a batch touches. */
const COUNTED = { writeUnits: 1.2, readUnits: 2, tableCalls: 2 };
/** One alert, from its beginning to its end, told twice through one channel. */
const ALERTED = { writeUnits: 40, readUnits: 60, requests: 24, invocations: 10, tableCalls: 60 };
/** Each look of the evaluator at what is due. */
const LOOK = { readUnits: 12, tableCalls: 18 };
/** Lambda's pollers of each queue ask so often: five connections that wait 20 s. */
const POLLED_QUEUES = 3;
const POLLS = (5 * MONTH_MS) / 20_000;
/** What the stack watches itself with, and the key of its links. */
const OWN = { metrics: 20, alarms: 24, dashboards: 1, secrets: 1 };
/** A synthetic line that must come out as a delivery goes all the way so often. */
const BEATS = MONTH_MS / 300_000;
/** Messages of an alert: firing and resolved. */
const MESSAGES = 2;

/** What happens in a month. */
export interface Load {
  /** Log events of all log groups. */
  events: number;
  /** Batches that they come in; assumed where it is not known. */
  batches?: number;
  rules: ReadonlyMap<string, RuleLoad>;
}

export interface RuleLoad {
  matches: number;
  /** How often a batch touches one of the rule's groups. */
  touches: number;
  alerts: number;
}

/** USD a month. */
export interface RuleCost extends RuleLoad {
  rule: string;
  counting: number;
  alerting: number;
}

/** USD a month. */
export interface Estimate {
  rules: RuleCost[];
  /** Parts that no rule has alone. */
  parts: { part: string; usd: number }[];
  total: number;
}

/**
 * The cost of a month under a load, in US dollars: what is fixed, what reading costs, and each rule that is enabled.
 */
export function estimate(configuration: Configuration, load: Load): Estimate {
  const rules = configuration.rules
    .filter(({ enabled }) => enabled)
    .map((rule) => ruleCost(rule, configuration, load.rules.get(rule.id) ?? NOTHING));
  const parts = [...fixedParts(configuration), readingPart(load)];
  const total =
    parts.reduce((sum, { usd }) => sum + usd, 0) +
    rules.reduce((sum, { counting, alerting }) => sum + counting + alerting, 0);
  return { rules, parts, total };
}

const NOTHING: RuleLoad = { matches: 0, touches: 0, alerts: 0 };

function ruleCost(rule: Rule, configuration: Configuration, load: RuleLoad): RuleCost {
  const { touches, alerts } = load;
  const counting =
    touches *
    (COUNTED.writeUnits * PRICES.writeUnit +
      COUNTED.readUnits * PRICES.readUnit +
      seconds('matcher', COUNTED.tableCalls * TABLE_CALL_MS));
  const told = rule.action === 'notify' ? 1 : 0.2;
  const mails = rule.action === 'notify' ? mailsOf(configuration, rule) : 0;
  return {
    rule: rule.id,
    ...load,
    counting,
    alerting: alerts * (ALERT * told + MESSAGES * mails * PRICES.mail),
  };
}

/** USD of one invocation, without the time it takes. */
const INVOCATION = PRICES.invocation + LOGGED_BYTES * PRICES.loggedByte;

/** USD of one alert, without its mails. */
const ALERT =
  ALERTED.writeUnits * PRICES.writeUnit +
  ALERTED.readUnits * PRICES.readUnit +
  ALERTED.requests * (PRICES.sqsRequest + PRICES.sqsFair) +
  ALERTED.invocations * INVOCATION +
  seconds('dispatcher', ALERTED.invocations * INVOCATION_MS + ALERTED.tableCalls * TABLE_CALL_MS);

/** Mails of one message: those of the rule's receiver, or else of the one with most of them. */
function mailsOf({ receivers }: Configuration, { receiver }: Rule): number {
  const counts = receivers
    .filter(({ name }) => receiver === null || name === receiver)
    .map(({ channels }) =>
      channels
        .filter(({ kind }) => kind === 'email')
        .reduce((sum, { settings }) => sum + lengthOf(settings.to) + lengthOf(settings.cc), 0),
    );
  return Math.max(0, ...counts);
}

function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}

function fixedParts(configuration: Configuration): Estimate['parts'] {
  const looks = MONTH_MS / (FUNCTIONS.evaluator.everyMs ?? 60_000);
  const look =
    PRICES.scheduled +
    INVOCATION +
    LOOK.readUnits * PRICES.readUnit +
    seconds('evaluator', INVOCATION_MS + LOOK.tableCalls * TABLE_CALL_MS);
  const [tier] = PRICES.metric;
  const own = OWN.metrics * (tier?.each ?? 0) + OWN.alarms * PRICES.alarm + OWN.dashboards * PRICES.dashboard;
  return [
    { part: 'the evaluator, each minute', usd: looks * look },
    { part: 'the queues, asked even when empty', usd: POLLED_QUEUES * POLLS * PRICES.sqsRequest },
    { part: 'the heartbeat, every five minutes', usd: BEATS * ALERT },
    { part: 'secrets', usd: (OWN.secrets + secretsOf(configuration)) * PRICES.secret },
    { part: 'metrics, alarms and the dashboard of tocsin itself', usd: own },
  ];
}

/** Entries of Secrets Manager that the receivers name. */
function secretsOf({ receivers }: Configuration): number {
  const names = JSON.stringify(receivers).match(/"secret:[^"#]+/g) ?? [];
  return new Set(names).size;
}

function readingPart({
  events,
  batches = Math.max(events / EVENTS_PER_BATCH, Math.min(events, MONTH_S / 5)),
}: Load): Estimate['parts'][number] {
  const each = INVOCATION + seconds('matcher', INVOCATION_MS + BATCH_MS);
  return { part: 'reading the log', usd: batches * each };
}

function seconds(name: keyof typeof FUNCTIONS, ms: number): number {
  return (ms / 1000) * (FUNCTIONS[name].memoryMb / 1024) * PRICES.gbSecond;
}

export const ASSUMPTIONS: readonly string[] = [
  'list prices of us-east-1 on demand, in USD, without free tiers and taxes',
  `${EVENTS_PER_BATCH} events in a batch of CloudWatch Logs, at least one batch in 5 s while anything is logged`,
  'one message when an alert begins and one when it ends; repeats, Feishu and other webhooks cost nothing beside',
  'the log groups themselves, their ingestion and storage, are paid anyway and left out; so are SMS',
];
