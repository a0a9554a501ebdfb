/**
 * The document as the rest of the house sees it: parsed, defaulted, every duration in milliseconds.
 * `document-schema.ts` and the schemas beside it produce these types from what people write (contract §1).
 */

export const SEVERITIES = ['info', 'warning', 'error', 'critical'] as const;
/** From mild to worst, so that an index compares. */
export type Severity = (typeof SEVERITIES)[number];

export const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
export type Level = (typeof LEVELS)[number];

/** What decides whether a log event counts (contract §1.1). */
export type Selector =
  | { kind: 'every' }
  | { kind: 'pattern'; pattern: string }
  | { kind: 'keyword'; words: string[] }
  | { kind: 'regex'; source: string }
  /** `exact`: this very level; otherwise this level or a worse one. */
  | { kind: 'level'; level: Level; exact: boolean }
  | { kind: 'all'; of: Selector[] }
  | { kind: 'any'; of: Selector[] }
  | { kind: 'not'; selector: Selector };

/** What runs on every event of the rule to name fields for `of`, `groupBy`, `value` (contract §1, `fields`). */
export type FieldsExtractor = { kind: 'pattern'; pattern: string } | { kind: 'regex'; source: string };

export const EVENT_PROPERTIES = ['logGroup', 'logStream', 'account', 'region', 'level', 'message'] as const;
export type EventProperty = (typeof EVENT_PROPERTIES)[number];

/** A value taken from an event (contract §1.2). `text` is what the user wrote. */
export type FieldReference =
  | { kind: 'json'; path: (string | number)[]; text: string }
  | { kind: 'field'; name: string; text: string }
  | { kind: 'event'; property: EventProperty; text: string };

/** One label of a rule's `groupBy`. */
export interface GroupLabel {
  label: string;
  reference: FieldReference;
}

export const OPERATORS = ['>', '>=', '<', '<=', '==', '!='] as const;
export type Operator = (typeof OPERATORS)[number];

/** What a number measures. Thresholds are kept in the base unit: ms, bytes, a fraction (5 % is 0.05). */
export type Unit = 'none' | 'duration' | 'bytes' | 'ratio' | 'multiple';

/** `">= 10"`, `"> 1.5s"`, `"> 5%"`: `threshold` in the base unit, `scale` the factor of the unit as written. */
export interface Comparison {
  operator: Operator;
  threshold: number;
  unit: Unit;
  scale: number;
  text: string;
}

export const STATISTICS = ['avg', 'min', 'max', 'sum', 'p50', 'p90', 'p95', 'p99'] as const;
export type Statistic = (typeof STATISTICS)[number];

/** The question asked of the counts (contract §1.3). All times in ms. */
export type Condition =
  | { kind: 'count'; is: Comparison; withinMs: number }
  | { kind: 'ratio'; is: Comparison; of: Selector; withinMs: number; atLeast: number }
  | {
      kind: 'value';
      value: FieldReference;
      stat: Statistic;
      is: Comparison;
      withinMs: number;
      atLeast: number;
    }
  | { kind: 'distinct'; value: FieldReference; is: Comparison; withinMs: number }
  | { kind: 'absent'; absentMs: number; until: Selector | null; forgetMs: number | null }
  | { kind: 'consecutive'; count: number; of: Selector }
  | { kind: 'spike'; is: Comparison; withinMs: number; atLeast: number }
  | {
      kind: 'anomaly';
      deviations: Partial<Record<Severity, number>> & { default?: number };
      over:
        | { kind: 'count' }
        | { kind: 'ratio'; of: Selector }
        | { kind: 'value'; value: FieldReference; stat: Statistic };
      baselineMs: number;
      withinMs: number;
      atLeast: number;
      direction: 'up' | 'down' | 'both';
      seasonMs: number | null;
    }
  | { kind: 'novel'; of: 'template' | FieldReference; learnMs: number; forgetMs: number | null }
  | { kind: 'change'; value: FieldReference };

/** One entry of `when`; the worst that holds decides. */
export interface WhenClause {
  severity: Severity;
  condition: Condition;
  forMs: number;
}

export interface Rule {
  id: string;
  title: string;
  severity: Severity;
  enabled: boolean;
  /** Globs; a leading `!` excludes. */
  logGroups: string[];
  fields: FieldsExtractor | null;
  match: Selector;
  groupBy: GroupLabel[];
  /** In the order written; never empty. */
  when: WhenClause[];
  keepFiringMs: number;
  action: 'notify' | 'record';
  /** Names of time intervals; empty: always. */
  activeTimeIntervals: string[];
  receiver: string | null;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  show: FieldReference[];
  redact: string[];
  maxGroups: number;
  /** Grows with every version that comes into force; absent: there is one alone. */
  revision?: number;
}

export type MatcherOperator = '=' | '!=' | '=~' | '!~';

/** `severity="critical"`: regexes are fully anchored, as in Alertmanager. */
export interface LabelMatcher {
  label: string;
  operator: MatcherOperator;
  value: string;
}

/** A route with Alertmanager's meaning; what is undefined is inherited from the parent (contract §1.5). */
export interface Route {
  receiver?: string;
  matchers: LabelMatcher[];
  /** `['...']` groups by all labels. */
  groupBy?: string[];
  groupWaitMs?: number;
  groupIntervalMs?: number;
  repeatIntervalMs?: number;
  continue: boolean;
  muteTimeIntervals: string[];
  activeTimeIntervals: string[];
  escalate?: { afterMs: number; receiver: string }[];
  routes: Route[];
}

export interface InhibitRule {
  name: string;
  sourceMatchers: LabelMatcher[];
  targetMatchers: LabelMatcher[];
  equal: string[];
}

/** Alertmanager's time interval; fields ANDed, list items ORed, ranges inclusive, times [start, end). */
export interface TimeIntervalSpec {
  /** Minutes after midnight. */
  times: { startMinute: number; endMinute: number }[];
  /** 0 is Sunday. */
  weekdays: { begin: number; end: number }[];
  /** Negative days count from the end of the month. */
  daysOfMonth: { begin: number; end: number }[];
  /** 1 is January. */
  months: { begin: number; end: number }[];
  years: { begin: number; end: number }[];
  /** IANA name. */
  location: string;
}

export interface TimeInterval {
  name: string;
  timeIntervals: TimeIntervalSpec[];
}

export const CHANNEL_KINDS = [
  'feishu',
  'email',
  'webhook',
  'dingtalk',
  'wecom',
  'slack',
  'pagerduty',
  'sms',
  'alertmanager',
  'eventbridge',
  'sink',
] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

export const LOCALES = ['zh-CN', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

/** What every channel takes (contract §1.4). */
export interface ChannelOptions {
  locale: Locale;
  /** IANA name; null: the document's. */
  timeZone: string | null;
  sendResolved: boolean;
  /** null: all. */
  severities: Severity[] | null;
  title: string | null;
  body: string | null;
  timeoutMs: number;
}

/** One channel of a receiver; `settings` has the shape of the channel's own schema, its options included. */
export interface ChannelConfig {
  kind: ChannelKind;
  settings: ChannelOptions & Record<string, unknown>;
}

export interface Receiver {
  name: string;
  /** None: the receiver is a mute. */
  channels: ChannelConfig[];
  /** Notifications per `perMs`; null: no limit. */
  limit: { count: number; perMs: number } | null;
  fallback: string | null;
}

/** The document's keys that are no list of items. */
export interface Settings {
  timeZone: string;
  redact: string[];
  /** Whether what is known to be a secret is redacted, too; absent: yes. */
  redactSecrets?: boolean | undefined;
}

/** Everything that functions work by. */
export interface Configuration {
  settings: Settings;
  rules: Rule[];
  receivers: Receiver[];
  /** null: nothing was routed yet; every alert then goes nowhere, and that is reported. */
  route: Route | null;
  inhibitRules: InhibitRule[];
  timeIntervals: TimeInterval[];
}
