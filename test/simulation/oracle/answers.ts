/** What the rule of some other condition should have found, and whether it was told. */
import { ASKED_ID, type Question, seenIn } from '../questions.ts';
import type { LogDelivery } from '../services.ts';
import type { SimulatedRoute } from '../users.ts';
import { channelsOf, type Findings, incidentsOf, isTold, isWithheld, spanText } from './checks.ts';
import type { Span } from './truth.ts';

/** `certain`: carried out by some function, and when, ms; `possible`: at least tried. */
export async function questionsAreAnswered(
  findings: Findings,
  name: string,
  question: Question,
  { certain, possible }: { certain: ReadonlyMap<LogDelivery, number>; possible: readonly LogDelivery[] },
): Promise<string[]> {
  const { spans, grows = false, keepFiringMs = 0 } = question;
  if (spans === null) return [];
  const [sure, all] = [seenIn(certain.keys(), question, certain), seenIn(possible, question, certain)];
  // Who does not know whether an event was counted does not know what it has undone.
  if (!grows && sure.length < all.length) return [];
  const wrong = grows ? untrue(findings, name, spans(all)) : [];
  for (const span of incidentsOf(spans(sure), keepFiringMs)) {
    if (isWithheld(findings, `${ASKED_ID}/`, span) || (await isToldToAll(findings, span))) continue;
    wrong.push(`${name}: the breach ${spanText(span)} was never told`);
  }
  return wrong;
}

/** Where routes were edited meanwhile, it is told by one or another. */
async function isToldToAll(findings: Findings, span: Span): Promise<boolean> {
  for (const route of findings.routes) if (await isToldBy(findings, span, route)) return true;
  return false;
}

async function isToldBy(findings: Findings, span: Span, route: SimulatedRoute): Promise<boolean> {
  for (const receiver of route.receivers[ASKED_ID] ?? []) {
    for (const kind of channelsOf(findings, receiver)) {
      if (!(await isTold(findings, `${ASKED_ID}/`, span, receiver, kind))) return false;
    }
  }
  return true;
}

function untrue({ episodes }: Findings, name: string, spans: readonly Span[]): string[] {
  return episodes
    .filter(({ alert }) => alert.ruleId === ASKED_ID)
    .filter(({ alert }) => !spans.some(({ from, to }) => from <= alert.startsAt && alert.startsAt < to))
    .map(({ alert }) => `${name}: nothing holds at ${new Date(alert.startsAt).toISOString()}`);
}
