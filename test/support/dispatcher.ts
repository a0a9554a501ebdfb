/**
 * The dispatcher alone, on the memory ports and in virtual time: alerts begin and end by hand, timers ring when they
 * are due, and what leaves is kept in the order in which it was decided.
 */
import { type FlushDeps, flushGroup } from '../../functions/dispatcher/flush-group.ts';
import { takeAlert } from '../../functions/dispatcher/take-alert.ts';
import type { Episode } from '../../shared/alerts/episode.ts';
import { digest, sortedEntries } from '../../shared/alerts/identity.ts';
import type { AlertMessage, DeliveryMessage, DispatcherMessage } from '../../shared/alerts/messages.ts';
import type { Notification } from '../../shared/alerts/notification.ts';
import { headKey, loadEpisode } from '../../shared/alerts/store.ts';
import type { Configuration, Severity } from '../../shared/config/model.ts';
import { loadPlan, notificationFor } from '../../shared/deliveries/ledger.ts';
import { dueAt } from '../../shared/due.ts';
import type { Happening } from '../../shared/happenings.ts';
import { MemoryQueue } from '../../shared/memory/queue.ts';
import { MemoryTable } from '../../shared/memory/table.ts';
import type { Meter, Value } from '../../shared/ports.ts';
import { KnownSilences } from '../../shared/routing/silences.ts';
import { sampleAlert } from '../channels/sample-notification.ts';
import { configurationOf } from './document.ts';

export const BEGIN = Date.UTC(2026, 10, 21, 2);

type Labels = Record<string, string>;

export class DispatcherAlone {
  readonly state: MemoryTable;
  readonly happenings: Happening[] = [];
  /** Each delivery as its channel hears it. */
  readonly told: { at: number; delivery: string; notification: Notification }[] = [];
  configuration: Configuration;
  now = BEGIN;
  readonly #alerts = new MemoryQueue<DispatcherMessage>();
  readonly #deliveries = new MemoryQueue<DeliveryMessage>();
  readonly #deps: FlushDeps;

  constructor(yaml: string, meter?: Meter) {
    this.state = new MemoryTable(meter);
    this.configuration = configurationOf(yaml);
    const clock = () => this.now;
    this.#deps = {
      state: this.state,
      alerts: this.#alerts,
      deliveries: this.#deliveries,
      clock,
      happened: (happening) => void this.happenings.push(happening),
      silences: new KnownSilences(this.state, clock),
    };
  }

  /** An alert begins, or changes its severity; its identity is its labels but for the severity. */
  async fire(labels: Labels): Promise<void> {
    await this.#transition(labels, 'firing');
  }

  async resolve(labels: Labels): Promise<void> {
    await this.#transition(labels, 'resolved');
  }

  /** Takes a transition as it is, from wherever. */
  async take(...messages: AlertMessage[]): Promise<void> {
    await this.#alerts.send(messages.map((body) => ({ body })));
    await this.settle();
  }

  /** Rings what is due within so much time (ms), each at its own time. */
  async advance(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      const next = this.#alerts.nextAt();
      if (next === null || next > end) break;
      this.now = Math.max(this.now, next);
      await this.settle();
    }
    this.now = end;
  }

  /** Carries out every message that is due. */
  async settle(): Promise<void> {
    for (;;) {
      const messages = this.#alerts.take(this.now);
      const deliveries = this.#deliveries.take(this.now);
      if (messages.length + deliveries.length === 0) return;
      for (const message of messages) await this.#dispatch(message);
      for (const { notificationId, delivery } of deliveries) await this.#hear(notificationId, delivery);
    }
  }

  /** What was told: seconds since the beginning, receiver, status, the hosts that fire and, after a slash, do not. */
  lines(since = BEGIN): string[] {
    return this.told.map(({ at, notification: { receiver, status, alerts } }) => {
      const hosts = (of: string) =>
        alerts
          .filter((alert) => alert.status === of)
          .map(({ labels }) => labels.host ?? labels.rule)
          .sort()
          .join();
      const over = hosts('resolved') === '' ? '' : `/${hosts('resolved')}`;
      return `${(at - since) / 1000} ${receiver} ${status} ${hosts('firing')}${over}`;
    });
  }

  reasons(): string[] {
    return this.told.map(({ notification }) => notification.reason);
  }

  /** Timers that come again, late or early, or are of another group. */
  async ring(...timers: { groupId: string; sequence: number }[]): Promise<void> {
    const bodies = timers.map((timer) => ({ version: 1, type: 'flush', at: this.now, ...timer }) as const);
    await this.#alerts.send(bodies.map((body) => ({ body })));
    await this.settle();
  }

  /** What names an alert's episode in the stores. */
  async nameOf(labels: Labels) {
    const { key } = keysOf(labels);
    const episode = await loadEpisode(this.state, key);
    if (episode === undefined) throw new Error('There is no such alert.');
    const { ruleId, fingerprint, startsAt } = episode.alert;
    return { ruleId, fingerprint, startsAt };
  }

  async #transition(labels: Labels, status: 'firing' | 'resolved'): Promise<void> {
    const { key, ruleId, fingerprint } = keysOf(labels);
    const before = await loadEpisode(this.state, key);
    const goesOn = before?.alert.status === 'firing';
    const startsAt = goesOn ? before.alert.startsAt : this.now;
    const severity = (labels.severity ?? 'error') as Severity;
    const endsAt = status === 'resolved' ? this.now : null;
    const alert = sampleAlert({
      ...{ ruleId, fingerprint, status, severity, labels: { severity, ...labels }, startsAt, endsAt },
      ...{ title: `Rule ${ruleId}`, lines: [], series: [] },
    });
    const seq = (before?.seq ?? 0) + 1;
    const episode: Episode = {
      ...{ seq, confirmedSeq: 0, generation: 'g', revision: 0, groupLabels: labels, heldUntil: this.now },
      ...{ keepFiringMs: 0, receiver: null, withheld: null, alert },
    };
    const timer = status === 'firing' ? dueAt(key, this.now + 60_000) : {};
    await this.state.put({ ...key, ...(episode as unknown as Record<string, Value>), ...timer });
    const message: AlertMessage = {
      ...{ version: 1, type: 'alert', key, seq, generation: 'g', receiver: null, alert },
    };
    await this.take(message);
  }

  async #dispatch(message: DispatcherMessage): Promise<void> {
    if (message.type === 'alert') await takeAlert(this.#deps, this.configuration, message);
    else await flushGroup(this.#deps, this.configuration, message);
  }

  async #hear(notificationId: string, delivery: string): Promise<void> {
    const plan = await loadPlan(this.state, notificationId);
    const planned = plan?.deliveries.find(({ id }) => id === delivery);
    if (plan === undefined || planned === undefined) throw new Error(`There is no delivery ${delivery}.`);
    this.told.push({ at: this.now, delivery, notification: notificationFor(plan, planned) });
  }
}

function keysOf(labels: Labels) {
  const ruleId = labels.rule ?? 'rule';
  const { severity: _severity, ...identity } = labels;
  const fingerprint = digest(sortedEntries(identity));
  return { ruleId, fingerprint, key: headKey(ruleId, fingerprint) };
}
