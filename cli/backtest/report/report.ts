/** What people look at after a backtest: for each rule its counts, its threshold, what would have fired, how loud. */
import { onlyCount } from '../../../shared/conditions/count.ts';
import type { Condition, Configuration, Rule } from '../../../shared/config/model.ts';
import { slicingOf } from '../../../shared/count/slices.ts';
import type { Happening } from '../../../shared/happenings.ts';
import { groupLabelsOf } from '../../../shared/match/group-labels.ts';
import type { Hit } from '../../../shared/match/program.ts';
import { describeCondition } from '../../../shared/text/condition.ts';
import { formatDuration } from '../../../shared/text/durations.ts';
import { formatNumber } from '../../../shared/text/numbers.ts';
import { Beginnings } from '../../beginnings.ts';
import { Bins } from './bins.ts';
import { type Gauge, gaugeOf, type Scale, scaleOf } from './gauge.ts';
import { SlidingWindow } from './window.ts';

const DAY_MS = 86_400_000;
/** Of rules whose condition counts in no window, ms. */
const WITHIN_MS_DEFAULT = 60_000;
/** Groups of a rule that are followed by themselves; the others are counted together. */
const GROUPS_MAX = 2000;
/** Episodes of a rule that are drawn; all are counted. */
const EPISODES_MAX = 2000;

export interface Span {
  /** ms. */
  from: number;
  to: number;
}

/** One rule, measured. */
export interface RuleReport {
  id: string;
  title: string;
  /** The condition in words. */
  condition: string;
  matched: number;
  /** Slices of a group that hold matches: at least so often it is counted. */
  touched: number;
  /**
   * What is drawn: the worst value of any group that the condition compares with its threshold, or, where it compares
   * none, the greatest count of any group within `withinMs`.
   */
  bins: Bins;
  withinMs: number;
  /** The worst value of all, in words. */
  extreme: string;
  /** null: the condition compares no value. */
  scale: Scale | null;
  alerts: number;
  notifications: number;
  /** When anything fired, in the order of beginning. */
  firing: Span[];
  alertsPerDay: number;
  notificationsPerDay: number;
}

export class Report {
  /** Times of the first and the last event, ms. */
  readonly span: Span = { from: 0, to: 0 };
  readonly #rules = new Map<string, Meter>();

  constructor({ rules }: Configuration) {
    for (const rule of rules.filter(({ enabled }) => enabled)) this.#rules.set(rule.id, new Meter(rule));
  }

  /** Before the first event, at its time (ms). */
  begin(time: number): void {
    this.span.from = time;
    for (const meter of this.#rules.values()) meter.begin(time);
  }

  hit(hit: Hit): void {
    this.#rules.get(hit.rule.id)?.take(hit);
  }

  take(happening: Happening): void {
    if (happening.type === 'alert') this.#rules.get(happening.alert.ruleId)?.alert(happening);
    if (happening.type !== 'notification') return;
    const rules = new Set(happening.alerts.map(({ labels }) => labels.rule ?? ''));
    for (const rule of rules) this.#rules.get(rule)?.notified();
  }

  /** After the last event, at its time (ms). */
  end(time: number): void {
    this.span.to = time;
    for (const meter of this.#rules.values()) meter.end(time);
  }

  rules(): RuleReport[] {
    const days = Math.max(this.span.to - this.span.from, 1) / DAY_MS;
    return [...this.#rules.values()].map((meter) => meter.report(days));
  }
}

/** What is followed of one group. */
interface Group {
  window: SlidingWindow;
  gauge: Gauge | null;
}

class Meter {
  readonly #rule: Rule;
  readonly #withinMs: number;
  readonly #scale: Scale | null;
  /** The condition whose values are drawn; null: the sliding count is. */
  readonly #gauged: Condition | null;
  readonly #groups = new Map<string, Group>();
  readonly #beginnings = new Beginnings();
  readonly #open = new Map<string, Span>();
  readonly #firing: Span[] = [];
  #counts = new Bins(0, 1);
  #values = new Bins(0, 1);
  #matched = 0;
  #touched = 0;
  #alerts = 0;
  #notifications = 0;

  constructor(rule: Rule) {
    this.#rule = rule;
    const condition = rule.when[0]?.condition;
    this.#scale = condition === undefined ? null : scaleOf(condition);
    this.#gauged =
      condition === undefined || this.#scale === null || onlyCount(rule) !== null ? null : condition;
    const within =
      condition !== undefined && 'withinMs' in condition ? condition.withinMs : WITHIN_MS_DEFAULT;
    this.#withinMs = Math.max(within, 1);
  }

  begin(time: number): void {
    const { sliceMs } = slicingOf(this.#withinMs);
    this.#counts = new Bins(time, sliceMs);
    this.#values = new Bins(time, sliceMs, this.#scale?.isFall === true ? Math.min : Math.max);
  }

  take(hit: Hit): void {
    const labels = JSON.stringify(groupLabelsOf(hit));
    const key = this.#groups.has(labels) || this.#groups.size < GROUPS_MAX ? labels : '';
    const { window, gauge } = this.#groups.get(key) ?? this.#begin(key);
    gauge?.add(hit);
    if (!hit.matched) return;
    this.#matched += 1;
    if (window.add(hit.event.timestamp)) this.#touched += 1;
  }

  #begin(key: string): Group {
    const window = new SlidingWindow(slicingOf(this.#withinMs), this.#counts);
    const group = { window, gauge: this.#gauged === null ? null : gaugeOf(this.#gauged, this.#values) };
    this.#groups.set(key, group);
    return group;
  }

  alert(happening: Extract<Happening, { type: 'alert' }>): void {
    const { fingerprint, startsAt, endsAt } = happening.alert;
    const open = this.#open.get(fingerprint);
    if (this.#beginnings.isOne(happening)) {
      this.#alerts += 1;
      const span = { from: startsAt, to: endsAt ?? Number.POSITIVE_INFINITY };
      if (this.#firing.length < EPISODES_MAX) this.#firing.push(span);
      if (happening.status === 'firing') this.#open.set(fingerprint, span);
    } else if (happening.status === 'resolved' && open !== undefined) {
      open.to = endsAt ?? open.from;
      this.#open.delete(fingerprint);
    }
  }

  notified(): void {
    this.#notifications += 1;
  }

  end(time: number): void {
    for (const { window, gauge } of this.#groups.values()) {
      window.advance(time);
      // The last slice is not over when the log is.
      gauge?.advance(time + slicingOf(this.#withinMs).sliceMs);
    }
    this.#groups.clear();
  }

  #extreme(): string {
    const { worst } = this.#gauged === null ? this.#counts : this.#values;
    const format = this.#scale?.format ?? ((value: number) => formatNumber(value, 0));
    const bound = this.#scale?.isFall === true ? 'at least' : 'at most';
    const within =
      this.#gauged?.kind === 'consecutive' ? 'in a row' : `within ${formatDuration(this.#withinMs, 'en')}`;
    return worst === null && this.#gauged !== null
      ? 'never measured'
      : `${bound} ${format(worst ?? 0)} ${within}`;
  }

  report(days: number): RuleReport {
    const { id, title, when } = this.#rule;
    const condition = when[0]?.condition;
    return {
      id,
      title,
      condition: condition === undefined ? '' : describeCondition(condition, 'en'),
      matched: this.#matched,
      touched: this.#touched,
      bins: this.#gauged === null ? this.#counts : this.#values,
      withinMs: this.#withinMs,
      extreme: this.#extreme(),
      scale: this.#scale,
      alerts: this.#alerts,
      notifications: this.#notifications,
      firing: this.#firing,
      alertsPerDay: this.#alerts / days,
      notificationsPerDay: this.#notifications / days,
    };
  }
}
