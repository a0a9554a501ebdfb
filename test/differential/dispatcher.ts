/** A scenario on the dispatcher, in virtual time. */
import { firingSources } from '../../shared/routing/inhibitors.ts';
import { quietOf } from '../../shared/routing/quiet.ts';
import { addSilence, expireSilence, listSilences } from '../../shared/routing/silences.ts';
import { BEGIN, DispatcherAlone } from '../support/dispatcher.ts';
import { type Action, HORIZON_MS, type Said, type Scenario, type ScenarioRoute, saidOf } from './scenario.ts';

const DAY_MS = 86_400_000;

export interface Ours {
  said: Said[];
  /** What Alertmanager does otherwise, on purpose (shared/routing/README.md): the scenario is then no comparison of equals. */
  differences: string[];
}

export async function onDispatcher(scenario: Scenario): Promise<Ours> {
  const dispatcher = new DispatcherAlone(documentOf(scenario));
  const watch = new Watch(dispatcher);
  for (const action of scenario.actions) {
    await watch.advanceTo(BEGIN + action.at);
    await act(dispatcher, action);
  }
  await watch.advanceTo(BEGIN + HORIZON_MS - 1);
  const said = dispatcher.told.map(({ at, notification }) => saidOf(at - BEGIN, notification));
  return { said, differences: [...watch.differences] };
}

function documentOf({ route, inhibitRules }: Scenario): string {
  const receivers = receiversOf(route).map((name) => ({ name, email: [{ to: ['a@example.com'] }] }));
  return JSON.stringify({ version: 1, receivers, route: routeOf(route, true), inhibitRules });
}

function receiversOf({ receiver, routes }: ScenarioRoute): string[] {
  return [receiver, ...routes.flatMap(receiversOf)];
}

function routeOf(route: ScenarioRoute, isRoot: boolean): object {
  return {
    receiver: route.receiver,
    groupBy: route.groupBy,
    groupWait: `${route.groupWaitMs}ms`,
    groupInterval: `${route.groupIntervalMs}ms`,
    repeatInterval: `${route.repeatIntervalMs}ms`,
    ...(isRoot ? {} : { matchers: route.matchers, continue: route.continue }),
    routes: route.routes.map((child) => routeOf(child, false)),
  };
}

async function act(dispatcher: DispatcherAlone, action: Action): Promise<void> {
  const { now, state } = dispatcher;
  switch (action.kind) {
    case 'fire':
      return await dispatcher.fire(action.labels);
    case 'resolve':
      return await dispatcher.resolve(action.labels);
    case 'silence':
      return await addSilence(state, {
        ...{ id: action.id, matchers: action.matchers, startsAt: now, endsAt: now + DAY_MS },
        ...{ recurs: null, author: 'test', comment: 'test', createdAt: now },
      });
    case 'expire':
      return void (await expireSilence(state, action.id, now));
  }
}

/** Steps through time and notes whatever Alertmanager is known to do otherwise. */
class Watch {
  readonly differences = new Set<string>();
  readonly #dispatcher: DispatcherAlone;
  readonly #begun = new Map<string, number>();

  constructor(dispatcher: DispatcherAlone) {
    this.#dispatcher = dispatcher;
  }

  async advanceTo(at: number): Promise<void> {
    while (this.#dispatcher.now < at) {
      const before = this.#dispatcher.told.length;
      await this.#dispatcher.advance(Math.min(500, at - this.#dispatcher.now));
      for (const { notification } of this.#dispatcher.told.slice(before)) await this.#judge(notification);
      await this.#lookAtGroups();
    }
  }

  async #judge({ reason, alerts }: DispatcherAlone['told'][number]['notification']): Promise<void> {
    const over = alerts.filter(({ alreadyOver }) => alreadyOver);
    if (over.length === alerts.length) this.differences.add('over before the first flush');
    if (/ended: /.test(reason) && over.length > 0) this.differences.add('over while it was quiet');
    if (/ended: 0 alerts/.test(reason)) this.differences.add('summary at the end of quiet');
    for (const { status, labels } of alerts) {
      if (status === 'resolved' && (await this.#isQuiet(labels)))
        this.differences.add('an end while it was quiet');
    }
  }

  async #isQuiet(labels: Record<string, string>): Promise<boolean> {
    const { state, now, configuration } = this.#dispatcher;
    const { inhibitRules } = configuration;
    const sources = await firingSources(state, inhibitRules, now);
    const causes = { silences: await listSilences(state), intervals: [], inhibitRules, sources };
    return (
      quietOf(causes, { muteTimeIntervals: [], activeTimeIntervals: [], groupIntervalMs: 0 }, labels, now) !==
      null
    );
  }

  /** Alertmanager keeps the timer of an empty group for half a minute. */
  async #lookAtGroups(): Promise<void> {
    const items = await this.#dispatcher.state.scan();
    for (const { pk, sk, begunAt } of items) {
      if (!pk.startsWith('group#') || sk !== 'head') continue;
      if (this.#begun.has(pk) && this.#begun.get(pk) !== begunAt)
        this.differences.add('a group that was empty begins anew');
      this.#begun.set(pk, Number(begunAt));
    }
  }
}
