/** What people look at after a backtest: for each rule its counts, its threshold, what would have fired, how loud. */
import type { Configuration, Rule } from '../../../shared/config/model.ts';
import { slicingOf } from '../../../shared/count/slices.ts';
import type { Happening } from '../../../shared/happenings.ts';
import { groupLabelsOf } from '../../../shared/match/group-labels.ts';
import type { Hit } from '../../../shared/match/program.ts';
import { Beginnings } from '../../beginnings.ts';
import { Bins } from './bins.ts';
import { type Chart, countChart, type Drawing, drawingsOf, withinOf } from './drawing.ts';
import { SlidingWindow } from './window.ts';

const DAY_MS = 86_400_000;
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
  matched: number;
  /** Slices of a group that hold matches: at least so often it is counted. */
  touched: number;
  /** One for all clauses that compare the same; never empty. */
  charts: Chart[];
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

class Meter {
  readonly #rule: Rule;
  readonly #withinMs: number;
  readonly #drawings: Drawing[];
  readonly #windows = new Map<string, SlidingWindow>();
  readonly #beginnings = new Beginnings();
  readonly #open = new Map<string, Span>();
  readonly #firing: Span[] = [];
  #counts = new Bins(0, 1);
  #matched = 0;
  #touched = 0;
  #alerts = 0;
  #notifications = 0;

  constructor(rule: Rule) {
    this.#rule = rule;
    this.#withinMs = withinOf(rule.when[0]?.condition);
    this.#drawings = drawingsOf(rule);
  }

  begin(time: number): void {
    this.#counts = new Bins(time, slicingOf(this.#withinMs).sliceMs);
    for (const drawing of this.#drawings) drawing.begin(time);
  }

  take(hit: Hit): void {
    const labels = JSON.stringify(groupLabelsOf(hit));
    const key = this.#windows.has(labels) || this.#windows.size < GROUPS_MAX ? labels : '';
    const window = this.#windows.get(key) ?? new SlidingWindow(slicingOf(this.#withinMs), this.#counts);
    this.#windows.set(key, window);
    for (const drawing of this.#drawings) drawing.take(hit, key);
    if (!hit.matched) return;
    this.#matched += 1;
    if (window.add(hit.event.timestamp)) this.#touched += 1;
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
    for (const window of this.#windows.values()) window.advance(time);
    for (const drawing of this.#drawings) drawing.end(time);
    this.#windows.clear();
  }

  report(days: number): RuleReport {
    const { id, title } = this.#rule;
    const drawn = this.#drawings.map((drawing) => drawing.chart());
    return {
      id,
      title,
      matched: this.#matched,
      touched: this.#touched,
      charts: drawn.length > 0 ? drawn : [countChart(this.#rule, this.#counts, this.#withinMs)],
      alerts: this.#alerts,
      notifications: this.#notifications,
      firing: this.#firing,
      alertsPerDay: this.#alerts / days,
      notificationsPerDay: this.#notifications / days,
    };
  }
}
