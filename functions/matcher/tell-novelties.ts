/** `novel`: what was never seen before is an alert of its own, named by what it is (contract §1.3, "Identity"). */
import { applyBreach, type BreachDeps } from '../../shared/alerts/breach.ts';
import { fingerprintOf } from '../../shared/alerts/identity.ts';
import { forEachNovelty, type NovelEvent, type Novelty } from '../../shared/conditions/novel.ts';
import type { Condition, WhenClause } from '../../shared/config/model.ts';
import { noveltyLabel } from '../../shared/config/novelty.ts';
import { labelText } from '../../shared/match/references.ts';
import { breachOf, withClause } from './breach-of.ts';
import { exampleLine } from './example-line.ts';
import type { Matches } from './matches.ts';
import { observationsOf, type RecordContext } from './record.ts';

type NovelClause = WhenClause & { condition: Extract<Condition, { kind: 'novel' }> };

/** Applies a breach of its own for each novelty among the matches. `index`: of the clause within its rule. */
export async function tellNovelties(
  deps: BreachDeps,
  context: RecordContext,
  found: Matches,
  clause: NovelClause,
  index: number,
): Promise<void> {
  const { table, clock, novelties: memory } = context;
  const { condition } = clause;
  const { ruleId, fingerprint } = found.series;
  const question = { ruleId, fingerprint, condition };
  const events = eventsOf(context, found, clause, index);
  await forEachNovelty({ table, clock, memory }, question, events, async (novelty) => {
    const { firstSeenAt: at } = novelty;
    const run = withClause({ startsAt: at, endsAt: at, peak: 1, value: 1 }, clause);
    const seenIn = found.events.filter(({ id }) => id === novelty.seenIn);
    const lines = () => seenIn.map((event) => exampleLine(event, context, context.redact));
    const breach = breachOf(named(found, novelty, condition), { ...context, lines }, run, []);
    await applyBreach(deps, breach);
  });
}

function eventsOf(
  { redact, logStream }: RecordContext,
  found: Matches,
  { condition }: NovelClause,
  index: number,
): NovelEvent[] {
  const isTemplate = condition.of === 'template';
  return observationsOf(found, index, logStream)
    .filter(({ matched }) => matched)
    .map(({ id, at, value }) => {
      // A message is cut only once it is a template: where it ends says nothing about its kind.
      const text = isTemplate && typeof value === 'string' ? redact(value) : labelText(value, redact);
      return { id, at, value: text };
    });
}

/** The matches as those of the novelty's own alert. */
function named(found: Matches, { value }: Novelty, { of }: NovelClause['condition']): Matches {
  const groupLabels = { ...found.groupLabels, [noveltyLabel(of)]: value };
  const fingerprint = fingerprintOf(found.rule.id, groupLabels);
  return { ...found, groupLabels, series: { ...found.series, fingerprint } };
}
