import { CALM, Chaos, weatherOf } from './chaos.ts';
import { Cloud } from './cloud.ts';
import { itemReader } from './item-reader.ts';
import { type Mutant, UNCHANGED } from './mutant.ts';
import * as checks from './oracle/checks.ts';
import { episodesIn, toldBy } from './oracle/told.ts';
import { truthsOf } from './oracle/truth.ts';
import { type Scenario, START, scenarioOf } from './scenario.ts';
import { type Recorded, World } from './world.ts';

/** How long the pipeline may take to come to rest once everything works, virtual ms. */
const REST_MS_MAX = 12 * 3_600_000;

export interface Result {
  seed: number;
  /** What does not hold, in words; empty: everything does. */
  violations: string[];
  history: Recorded[];
  /** How much the run showed, so that an idle simulation does not pass for a good one. */
  breaches: number;
  notifications: number;
  copies: number;
}

/** Runs the whole pipeline from a seed, and checks what must hold afterwards. */
export async function simulate(seed: number, mutant: Mutant = UNCHANGED, recording = false): Promise<Result> {
  const world = new World(seed, START - 60_000, recording);
  const weather = weatherOf(world.random);
  const chaos = new Chaos(world.random, weather);
  const scenario = scenarioOf(world.random);
  world.note(() => `weather ${JSON.stringify(weather)}`);
  world.note(() => `configuration ${JSON.stringify(scenario.items.map(({ body }) => body))}`);
  for (const { timestamp, message } of scenario.events) world.note(() => `logged ${timestamp} ${message}`);
  const cloud = new Cloud(world, chaos, scenario, mutant);
  await cloud.apply();
  await world.run(scenario.calmFrom);
  chaos.end();
  world.note(() => 'from here on everything works');
  await world.run(scenario.calmFrom + REST_MS_MAX, () => cloud.isQuiet);
  const { violations, breaches } = await judge(cloud, scenario, weather.skewMs, weather === CALM);
  return {
    seed,
    violations,
    history: world.history,
    breaches,
    notifications: toldBy(cloud).length,
    copies: cloud.outside.received.length,
  };
}

async function judge(cloud: Cloud, scenario: Scenario, skewMs: number, isCalm: boolean) {
  const edited = new Set(scenario.edits.map(({ id }) => id));
  const steadyRules = scenario.rules.filter(({ id }) => !edited.has(id));
  const certain = new Set([...cloud.counted].flatMap(({ events }) => events));
  const possible = new Set(scenario.deliveries.flatMap(({ events }) => events));
  const truths = steadyRules.flatMap((rule) => truthsOf(rule, certain, possible));
  const findings: checks.Findings = {
    cloud,
    scenario,
    truths,
    told: toldBy(cloud),
    episodes: await episodesIn(cloud),
    steady: new Set(steadyRules.map(({ id }) => id)),
  };
  const { configuration, problems } = itemReader.assemble(scenario.items);
  const violations = [
    ...problems.map(({ kind, id, message }) => `the scenario itself is wrong: ${kind} ${id}: ${message}`),
    ...(await checks.countsAreExact(findings, configuration)),
    ...(await checks.breachesAreTold(findings)),
    ...checks.alertsAreTrue(findings),
    ...checks.copiesAreExcused(findings),
    ...checks.everythingIsNews(findings),
    ...(await checks.endsAreTold(findings)),
    ...checks.endsAreInTime(findings, skewMs, isCalm),
    ...checks.nothingIsLeft(findings),
  ];
  return { violations, breaches: truths.reduce((sum, { crossings }) => sum + crossings.length, 0) };
}
