/** Runs one test of the document through the real pipeline, in virtual time. */
import { VirtualPipeline } from '../../infra/virtual/pipeline.ts';
import type { RawItem } from '../../shared/config/items.ts';
import type { RuleTest } from '../../shared/config/schema/test-schema.ts';
import type { Notified } from '../../shared/happenings.ts';
import { compareFiring, compareNotified, type Difference, NOTIFY_TOLERANCE_MS } from './compare.ts';
import { type TestEvent, testEvents } from './events.ts';

/** Enough for a group's first flush by default, ms. */
const AFTER_THE_LAST_MS = 60_000;

export interface TestResult {
  /** Empty: the test passes. */
  differences: Difference[];
  /** Log events that were fed in, and those that the rule's `match` took. */
  events: number;
  matched: number;
}

/** `linesOf` reads a file that the test names. */
export async function runTest(
  test: RuleTest,
  items: readonly RawItem[],
  linesOf: (file: string) => string[],
): Promise<TestResult> {
  const notified: Notified[] = [];
  const pipeline = new VirtualPipeline(test.startMs, items, (happening) => {
    if (happening.type === 'notification') notified.push(happening);
  });
  const play = new Play(pipeline, test, testEvents(test, linesOf));
  const differences: Difference[] = [];
  const questions = [...test.expect.entries()].sort(([, a], [, b]) => a.atMs - b.atMs);
  for (const [index, { atMs, firing }] of questions) {
    await play.until(test.startMs + atMs);
    const alerts = (await pipeline.firingAlerts()).filter(({ ruleId }) => ruleId === test.rule);
    differences.push(...compareFiring({ atMs, firing }, alerts, ['expect', index]));
  }
  if (test.notify !== null) {
    const lastMs = Math.max(...test.notify.map(({ atMs }) => atMs + NOTIFY_TOLERANCE_MS));
    // An empty list says that nothing leaves as long as the test looks, which is past its last event at least.
    const isEmpty = test.notify.length === 0;
    await play.until(isEmpty ? play.lastAt + AFTER_THE_LAST_MS : test.startMs + lastMs);
    const untilMs = isEmpty ? Number.POSITIVE_INFINITY : lastMs;
    differences.push(...compareNotified(test, ownOf(notified, test), untilMs));
  }
  return { differences, events: play.events, matched: play.matched };
}

/** Notifications that tell of the test's rule, at ms after its start. */
function ownOf(notified: readonly Notified[], { rule, startMs }: RuleTest): Notified[] {
  return notified
    .filter(({ alerts }) => alerts.some(({ labels }) => labels.rule === rule))
    .map((notification) => ({ ...notification, at: notification.at - startMs }));
}

class Play {
  matched = 0;
  readonly events: number;
  /** When the last event is delivered, ms; the test's start where there is none. */
  readonly lastAt: number;
  readonly #pipeline: VirtualPipeline;
  readonly #rule: string;
  readonly #events: readonly TestEvent[];
  #next = 0;

  constructor(pipeline: VirtualPipeline, { rule, startMs }: RuleTest, events: readonly TestEvent[]) {
    this.#pipeline = pipeline;
    this.#rule = rule;
    this.#events = events;
    this.events = events.length;
    this.lastAt = events.at(-1)?.at ?? startMs;
  }

  /** Lets time pass up to `until` (ms), with every event and timer up to then. */
  async until(until: number): Promise<void> {
    for (let event = this.#events[this.#next]; event !== undefined && event.at <= until; ) {
      const concerned = this.#pipeline.concerns(event.batch, ({ rule, matched }) => {
        if (matched && rule.id === this.#rule) this.matched += 1;
      });
      if (concerned) await this.#pipeline.ingest(event.batch, event.at);
      this.#next += 1;
      event = this.#events[this.#next];
    }
    await this.#pipeline.ringUntil(until);
  }
}
