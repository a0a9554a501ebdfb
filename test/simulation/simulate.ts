import type { LogEvent } from '../../shared/logs/event.ts';
import { CALM, Chaos, weatherOf } from './chaos.ts';
import { Cloud } from './cloud.ts';
import { resumed } from './days.ts';
import { hitchesOf, NO_HITCHES } from './hitches.ts';
import { itemReader } from './item-reader.ts';
import { type Mutant, UNCHANGED } from './mutant.ts';
import { admittedTo, groupsAreLimited } from './oracle/admitted.ts';
import { questionsAreAnswered } from './oracle/answers.ts';
import * as checks from './oracle/checks.ts';
import { noveltiesAreTold } from './oracle/novelties.ts';
import { episodesIn, inhibitedIn, toldBy } from './oracle/told.ts';
import { type Truth, truthsOf } from './oracle/truth.ts';
import { QUESTIONS, questioned } from './questions.ts';
import { quietened } from './quiet.ts';
import { Random } from './random.ts';
import { busied, type Scenario, START, scenarioOf } from './scenario.ts';
import type { LogDelivery } from './services.ts';
import { straggled } from './stragglers.ts';
import { strained } from './strains.ts';
import { NO_TROUBLES, troublesOf } from './troubles.ts';
import { upset } from './upsets.ts';
import { type Recorded, World } from './world.ts';

/** How long the pipeline may take to come to rest once everything works, virtual ms. */
const REST_MS_MAX = 12 * 3_600_000;
/** How long after an edit nobody works by what was before, with faults, ms. */
const EDIT_SETTLED_MS = 5 * 60_000;

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
  const weather = weatherOf(world.random, START);
  const troubled = new Random(seed + 0xbad);
  const troubles = troublesOf(troubled, START);
  const hitched = new Random(seed + 0xf4ee2);
  const isCalm = weather === CALM && troubles === NO_TROUBLES;
  const hitches = isCalm ? NO_HITCHES : hitchesOf(hitched);
  const chaos = new Chaos(world.random, weather, troubled, troubles, hitched, hitches);
  // By a chance of its own, so that a seed's events do not depend on what users do about them.
  const quiet = quietened(
    straggled(scenarioOf(world.random), new Random(seed + 0x57a99)),
    new Random(seed + 0x5eed),
    START,
  );
  const asked = questioned(quiet, new Random(seed + 0xa5ced));
  const upsets = upset(busied(asked, new Random(seed + 0xb05ed)), new Random(seed + 0x0b5e7));
  const scenario = resumed(strained(upsets, seed), new Random(seed + 0xda75));
  world.note(
    () =>
      `weather ${JSON.stringify(weather)}, troubles ${JSON.stringify(troubles)}, hitches ${JSON.stringify(hitches)}`,
  );
  world.note(() => `configuration ${JSON.stringify(scenario.items.map(({ body }) => body))}`);
  for (const { timestamp, message } of scenario.events) world.note(() => `logged ${timestamp} ${message}`);
  chaos.lull = scenario.lull;
  const cloud = new Cloud(world, chaos, scenario, mutant);
  await cloud.apply();
  await world.run(scenario.calmFrom);
  chaos.end();
  world.note(() => 'from here on everything works');
  await world.run(scenario.calmFrom + REST_MS_MAX, () => cloud.isQuiet);
  const { violations, breaches } = await judge(cloud, scenario, {
    skewMs: weather.skewMs,
    isCalm,
  });
  return {
    seed,
    violations,
    history: world.history,
    breaches,
    notifications: toldBy(cloud).length,
    copies: cloud.outside.received.length,
  };
}

interface Conditions {
  skewMs: number;
  isCalm: boolean;
}

async function judge(cloud: Cloud, scenario: Scenario, { skewMs, isCalm }: Conditions) {
  const { rules, route, edits, items, isAhead } = scenario;
  const edited = new Set(edits.flatMap(({ kind, id }) => (kind === 'rule' ? [id] : [])));
  const steady = rules.filter(({ id }) => !edited.has(id));
  const [counted, possible] = [eventsIn(cloud.counted.keys()), eventsIn(scenario.deliveries)];
  const truths: Truth[] = [];
  for (const rule of steady) {
    const admitted = rule.maxGroups === undefined ? null : await admittedTo(cloud, rule);
    truths.push(...truthsOf(rule, counted, possible, (group) => admitted?.has(group) ?? true));
  }
  const findings: checks.Findings = {
    cloud,
    routes: [route, ...edits.flatMap((edit) => edit.route ?? [])],
    truths,
    told: toldBy(cloud),
    episodes: await episodesIn(cloud),
    inhibited: await inhibitedIn(cloud),
    isLimited: scenario.isLimited,
    isRedriven: scenario.redrivenAt.length > 0,
    countsFrom: scenario.lull === null ? 0 : scenario.calmFrom - REST_MS_MAX,
    halfEdited: scenario.halfEdited,
    steady: new Set(steady.map(({ id }) => id)),
  };
  const { configuration, problems } = itemReader.assemble(items);
  const settled = { ...findings, truths: settledTruths(cloud, scenario) };
  // What lies ahead of its time may be followed by something else before it.
  const earlyMs = isAhead ? Number.POSITIVE_INFINITY : skewMs;
  const question = QUESTIONS[scenario.asked ?? ''];
  const delivered = { certain: cloud.counted, possible: scenario.deliveries };
  const violations = [
    ...problems.map(({ kind, id, message }) => `the scenario itself is wrong: ${kind} ${id}: ${message}`),
    ...(await groupsAreLimited(cloud, steady)),
    ...(await checks.countsAreExact(findings, configuration)),
    ...(await checks.breachesAreTold(findings)),
    ...(await checks.breachesAreTold(settled)),
    ...checks.alertsAreTrue(findings),
    ...checks.copiesAreExcused(findings),
    ...checks.flushesAreDecidedOnce(findings),
    ...checks.plansStand(findings),
    ...checks.groupsKeepTheirRhythm(findings, skewMs),
    ...checks.everythingIsNews(findings),
    ...checks.acknowledgedIsNotRepeated(findings),
    ...(await checks.endsAreTold(findings)),
    ...checks.endsAreInTime(findings, earlyMs, isCalm),
    ...(isCalm && scenario.outages.length === 0 && !scenario.isQuietened
      ? checks.newsIsPrompt(findings)
      : []),
    ...checks.nothingIsLeft(findings),
    ...(scenario.isNovel ? await noveltiesAreTold(findings, counted, possible) : []),
    ...(question === undefined
      ? []
      : await questionsAreAnswered(findings, scenario.asked ?? '', question, delivered)),
  ];
  return { violations, breaches: truths.reduce((sum, { crossings }) => sum + crossings.length, 0) };
}

function eventsIn(deliveries: Iterable<LogDelivery>): Set<LogEvent> {
  return new Set([...deliveries].flatMap(({ events }) => events));
}

/** What an edited rule sees once its last edit is known everywhere: of events that were not delivered before. */
function settledTruths(cloud: Cloud, { rules, edits, deliveries }: Scenario): Truth[] {
  return rules.flatMap((rule) => {
    const own = edits.filter(({ kind, id }) => kind === 'rule' && id === rule.id);
    const last = own.at(-1);
    const final = own.findLast((edit) => edit.rule !== undefined)?.rule;
    if (last?.rule === undefined || final === undefined || final === null) return [];
    const isOld = ({ at }: LogDelivery) => at <= last.at + EDIT_SETTLED_MS;
    const old = eventsIn(deliveries.filter(isOld));
    const fresh = new Set([...eventsIn(cloud.counted.keys())].filter((event) => !old.has(event)));
    return truthsOf(final, fresh, eventsIn(deliveries));
  });
}
