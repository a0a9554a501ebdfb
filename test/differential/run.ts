/**
 * npm run test:alertmanager: the same alerts to a real Alertmanager and to the dispatcher, and whatever either tells
 * is compared. Skipped where there is no Alertmanager.
 */
import { spawnSync } from 'node:child_process';
import { onAlertmanager } from './alertmanager.ts';
import { onDispatcher } from './dispatcher.ts';
import { PURPOSES } from './purposes.ts';
import { type Said, type Scenario, scenarioOf } from './scenario.ts';

const SCENARIOS = 40;
const AT_A_TIME = 14;
/** Real time wavers, ms; whatever happens is a second apart. */
const TOLERANCE_MS = 900;

interface Verdict {
  scenario: Scenario;
  wrong: string[];
  notifications: number;
}

/** Scenarios that both sides are to answer alike, and that say something. */
async function comparable(): Promise<Scenario[]> {
  const chosen: Scenario[] = [];
  for (let seed = 1; chosen.length < SCENARIOS; seed++) {
    const scenario = scenarioOf(seed);
    const { said, differences } = await onDispatcher(scenario);
    if (differences.length === 0 && said.length >= 2) chosen.push(scenario);
  }
  return chosen;
}

async function judge(scenario: Scenario): Promise<Verdict> {
  const [theirs, { said: ours }] = await Promise.all([onAlertmanager(scenario), onDispatcher(scenario)]);
  return { scenario, wrong: differencesOf(theirs, ours), notifications: theirs.length };
}

/** What one side told and the other did not, at that time and of these members. */
function differencesOf(theirs: readonly Said[], ours: readonly Said[]): string[] {
  const left = [...ours];
  const missing = theirs.filter((said) => {
    const found = left.findIndex((other) => isAlike(said, other));
    if (found >= 0) left.splice(found, 1);
    return found < 0;
  });
  return [
    ...missing.map((said) => `only Alertmanager: ${textOf(said)}`),
    ...left.map((said) => `only the dispatcher: ${textOf(said)}`),
  ];
}

function isAlike(a: Said, b: Said): boolean {
  return (
    Math.abs(a.at - b.at) <= TOLERANCE_MS &&
    JSON.stringify({ ...a, at: 0 }) === JSON.stringify({ ...b, at: 0 })
  );
}

function textOf({ at, receiver, status, groupLabels, firing, resolved }: Said): string {
  const members = `firing [${firing.join(' | ')}] resolved [${resolved.join(' | ')}]`;
  return `${(at / 1000).toFixed(1)} s ${receiver} {${groupLabels}} ${status}: ${members}`;
}

async function inTurns<Item, Result>(
  items: readonly Item[],
  task: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += AT_A_TIME) {
    results.push(...(await Promise.all(items.slice(from, from + AT_A_TIME).map(task))));
  }
  return results;
}

/** Each difference on purpose, seen on both sides. */
async function showPurposes(): Promise<string[]> {
  const wrong = PURPOSES.map(async ({ scenario, theirs, ours }) => {
    const [real, { said }] = await Promise.all([onAlertmanager(scenario), onDispatcher(scenario)]);
    const seen = (all: readonly Said[]) =>
      all.map((one) => `${Math.round(one.at / 500) / 2} ${shortOf(one)}`);
    const failures: string[] = [];
    if (seen(real).join() !== theirs.join()) failures.push(`Alertmanager said ${JSON.stringify(seen(real))}`);
    if (seen(said).join() !== ours.join()) failures.push(`the dispatcher said ${JSON.stringify(seen(said))}`);
    return failures.map((failure) => `${scenario.name}: ${failure}`);
  });
  return (await Promise.all(wrong)).flat();
}

function shortOf({ status, firing, resolved }: Said): string {
  const hosts = (texts: string[]) => texts.map((text) => /host=(\w+)/.exec(text)?.[1]).join('+');
  return `${status} ${hosts(firing)}/${hosts(resolved)}`;
}

if (spawnSync('prometheus-alertmanager', ['--version']).status !== 0) {
  console.log(
    'Skipped: there is no prometheus-alertmanager here (Debian: apt-get install prometheus-alertmanager).',
  );
  process.exit(0);
}
const first = await inTurns(await comparable(), judge);
const purposes = await showPurposes();
// On a busy machine a timer may be so late that it sees what came after it: what differs is tried once more.
const verdicts = await inTurns(first, async (verdict) =>
  verdict.wrong.length === 0 ? verdict : await judge(verdict.scenario),
);
for (const { scenario, wrong } of verdicts) {
  if (wrong.length > 0) console.error(`${scenario.name}:\n  ${wrong.join('\n  ')}`);
}
for (const wrong of purposes) console.error(wrong);
const failed = verdicts.filter(({ wrong }) => wrong.length > 0).length;
const notifications = verdicts.reduce((sum, verdict) => sum + verdict.notifications, 0);
console.log(
  `${verdicts.length} scenarios, ${notifications} notifications of Alertmanager: ${verdicts.length - failed} alike, ${failed} not; ` +
    `${PURPOSES.length} differences on purpose, ${purposes.length} of them not as described.`,
);
process.exitCode = failed + purposes.length > 0 ? 1 : 0;
