import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acknowledge } from '../../../shared/alerts/acknowledgement.ts';
import { addSilence, expireSilence } from '../../../shared/routing/silences.ts';
import { DispatcherAlone } from '../../support/dispatcher.ts';
import { configurationOf } from '../../support/document.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const LABELS = ['rule', 'host', 'n'] as const;

const settings = fc.record({
  groupBy: fc.constantFrom('rule', 'host', 'rule, host', '"..."', ''),
  groupWait: fc.constantFrom('0s', '10s', '30s'),
  groupInterval: fc.constantFrom('30s', '1m', '5m'),
  repeatInterval: fc.constantFrom('1m', '10m', '1h'),
  limit: fc.constantFrom('', '', ', limit: 1/5m', ', limit: 3/m'),
  escalate: fc.constantFrom('[]', '[{ after: 90s, receiver: boss }]', '[{ after: 7m, receiver: boss }]'),
  muted: fc.constantFrom('', 'lunch'),
  inhibited: fc.constantFrom('none', 'down'),
});
type Settings = typeof settings extends fc.Arbitrary<infer Value> ? Value : never;

/** `edited`: how the routes stand after an edit. */
function documentOf(of: Settings, edited: boolean): string {
  return `
version: 1
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }]${of.limit} }
  - { name: oncall, email: [{ to: [oncall@example.com] }] }
  - { name: boss, email: [{ to: [boss@example.com] }] }
timeIntervals: [{ name: lunch, timeIntervals: [{ times: [{ startTime: "02:10", endTime: "02:40" }] }] }]
inhibitRules: [{ name: down, sourceMatchers: [rule="${of.inhibited}"], targetMatchers: [rule=~"slow|down"], equal: [host] }]
route:
  receiver: ops
  groupBy: [${of.groupBy}]
  groupWait: ${of.groupWait}
  groupInterval: ${of.groupInterval}
  repeatInterval: ${of.repeatInterval}
  escalate: ${of.escalate}
  routes:
    - { matchers: [severity="critical"${edited ? ', rule="slow"' : ''}], receiver: oncall, muteTimeIntervals: [${of.muted}], continue: ${edited} }
    - { matchers: [rule="errors"], receiver: ${edited ? 'boss' : 'ops'} }
`;
}

const steps = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 1, max: 240 }).map((seconds) => seconds * SECOND),
    which: fc.nat(3),
    what: fc.constantFrom('fire', 'fire', 'worse', 'end', 'end', 'acknowledge', 'silence', 'expire', 'edit'),
    forMs: fc.integer({ min: 2, max: 90 }).map((minutes) => minutes * MINUTE),
    severity: fc.constantFrom('warning', 'error', 'critical'),
  }),
  { minLength: 5, maxLength: 40 },
);
type Step = (typeof steps extends fc.Arbitrary<infer Value> ? Value : never)[number];

const ALERTS = ['errors', 'slow', 'down', 'slow'].map((rule, index) => {
  return { rule, host: `h${index % 2}`, n: String(index) };
});

/** What happens to a few alerts, and what people do about it, until all is over. */
class Play {
  readonly dispatcher: DispatcherAlone;
  readonly #settings: Settings;
  readonly #firing = new Map<number, string>();
  #silences = 0;
  #edited = false;

  constructor(of: Settings) {
    this.#settings = of;
    this.dispatcher = new DispatcherAlone(documentOf(of, false));
  }

  async step({ afterMs, which, what, forMs, severity }: Step): Promise<void> {
    const { dispatcher } = this;
    await dispatcher.advance(afterMs);
    const alert = ALERTS[which] ?? {};
    const before = this.#firing.get(which);
    if (what === 'edit') {
      this.#edited = !this.#edited;
      dispatcher.configuration = configurationOf(documentOf(this.#settings, this.#edited));
    } else if (what === 'silence') await this.#silence(alert, LABELS[which % 3] ?? 'rule', forMs);
    else if (what === 'expire') await expireSilence(dispatcher.state, `s${which}`, dispatcher.now);
    else if ((what === 'fire' && before === undefined) || (what === 'worse' && before !== undefined)) {
      this.#firing.set(which, severity);
      await dispatcher.fire({ ...alert, severity });
    } else if (what === 'end' && before !== undefined) await this.#end(which, before);
    else if (what === 'acknowledge' && before !== undefined) {
      const until = which === 0 ? null : dispatcher.now + forMs;
      await acknowledge(
        dispatcher.state,
        await dispatcher.nameOf(alert),
        { by: 'Wei', until },
        dispatcher.now,
      );
    }
  }

  async finish(): Promise<void> {
    for (const [which, severity] of this.#firing) await this.#end(which, severity);
    await this.dispatcher.advance(4 * HOUR);
  }

  async #end(which: number, severity: string): Promise<void> {
    this.#firing.delete(which);
    await this.dispatcher.resolve({ ...ALERTS[which], severity });
  }

  async #silence(alert: Record<string, string>, label: string, forMs: number): Promise<void> {
    const { state, now } = this.dispatcher;
    const matchers = [{ label, operator: '=' as const, value: alert[label] ?? '' }];
    const who = { author: 'Wei', comment: '', createdAt: now };
    const id = `s${this.#silences++}`;
    await addSilence(state, { id, matchers, startsAt: now, endsAt: now + forMs, recurs: null, ...who });
  }
}

/** What each receiver heard of each episode, in order: `firing`, `resolved`, `over` before anybody was told. */
function heard({ told }: DispatcherAlone): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const { notification } of told) {
    for (const { status, alreadyOver, labels, startsAt } of notification.alerts) {
      const key = `${notification.receiver} ${labels.n} ${startsAt}`;
      all.set(key, [...(all.get(key) ?? []), alreadyOver ? 'over' : status]);
    }
  }
  return all;
}

describe('whatever happens, and whatever people do about it', () => {
  it('who heard that an alert fires hears of its end, nobody hears what contradicts it, nothing is left', async () => {
    await fc.assert(
      fc.asyncProperty(settings, steps, async (of, script) => {
        const play = new Play(of);
        for (const step of script) await play.step(step);
        await play.finish();
        for (const [key, kinds] of heard(play.dispatcher)) {
          const said = `${key}: ${kinds.join()}`;
          if (kinds.includes('firing')) expect(said).toMatch(/resolved$/);
          if (kinds.includes('over')) expect(said).not.toMatch(/firing|resolved/);
        }
        const items = await play.dispatcher.state.scan();
        const left = items.filter(({ pk, sk }) => pk.startsWith('group#') && !sk.startsWith('done#'));
        expect(left).toEqual([]);
      }),
      { seed: 6, numRuns: 12 },
    );
  });
});
