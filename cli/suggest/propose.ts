/** Rules that fit what a survey found: few, seldom loud, each with the reason why it is proposed. */
import type { Body } from '../../shared/config/items.ts';
import { isAtLeast } from '../../shared/logs/levels.ts';
import { templateText } from '../../shared/templates/drain.ts';
import { isConstant } from '../../shared/templates/word.ts';
import { type KindOfLine, type Survey, WITHIN_MS } from './survey.ts';
import { roundedUp } from './windows.ts';

const DAY_MS = 86_400_000;
const KINDS_PROPOSED = 5;
const PHRASE_LENGTH_MIN = 10;
/** A limit on a value stands so much above what is usual. */
const ROOM = 1.5;
const COUNT_MIN = 3;
const EVENTS_OF_STEADY_LOG = 1000;
const DURATIONS_MIN = 200;

export interface Proposal {
  rule: Body & { id: string };
  /** What of the log speaks for it. */
  because: string;
}

/** `perDay`: so many alerts of a rule a day are welcome, at most. */
export function propose(survey: Survey, perDay: number): Proposal[] {
  const days = Math.max((survey.to - survey.from) / DAY_MS, 1 / 24);
  const incidents = Math.floor(days * perDay);
  return [
    ...fatalRule(survey),
    ...errorRule(survey, incidents),
    ...kindRules(survey, incidents),
    ...newKindRule(survey),
    ...slowRule(survey),
    ...silenceRule(survey),
  ];
}

function errorsIn({ levels }: Survey): number {
  return [...levels].reduce((sum, [level, count]) => (isAtLeast(level, 'ERROR') ? sum + count : sum), 0);
}

function share(count: number, { events }: Survey): string {
  return `${count} of ${events} lines`;
}

function groupBy({ serviceKey }: Survey): Body {
  return serviceKey === null ? {} : { groupBy: [`$.${serviceKey}`] };
}

/** More than what the past reached too often. */
function threshold(reached: number): number {
  return Math.max(COUNT_MIN, roundedUp(reached + 1));
}

function within(count: number): Body {
  return { when: { count: `>= ${count}`, within: `${WITHIN_MS / 60_000}m` } };
}

function fatalRule(survey: Survey): Proposal[] {
  const count = survey.levels.get('FATAL') ?? 0;
  const rule = {
    id: 'fatal',
    title: 'A fatal error',
    severity: 'critical',
    match: { level: 'fatal' },
    ...groupBy(survey),
  };
  const because =
    count === 0 ? 'no line is at FATAL: one is worth a message' : `${share(count, survey)} are at FATAL`;
  return [{ rule, because }];
}

function errorRule(survey: Survey, incidents: number): Proposal[] {
  const count = errorsIn(survey);
  const reached = survey.errorWindows.reachedBy(incidents);
  const rule = {
    id: 'errors',
    title: 'Errors are piling up',
    match: { level: 'error' },
    ...groupBy(survey),
    ...within(count === 0 ? COUNT_MIN : threshold(reached)),
  };
  return [{ rule, because: `${share(count, survey)} are at ERROR or worse` }];
}

function kindRules(survey: Survey, incidents: number): Proposal[] {
  const proposals: Proposal[] = [];
  const ids = new Set(['errors', 'fatal', 'new-errors', 'slow', 'silence']);
  for (const kind of survey.kinds) {
    if (proposals.length >= KINDS_PROPOSED) break;
    const phrase = phraseOf(kind);
    if (phrase === null || kind.level === null || !isAtLeast(kind.level, 'ERROR')) continue;
    const id = idOf(phrase, ids);
    const rule = {
      id,
      title: phrase,
      severity: 'warning',
      match: { all: [{ level: 'error' }, { keyword: phrase }] },
      ...within(threshold(kind.windows.reachedBy(incidents))),
    };
    proposals.push({ rule, because: `${share(kind.count, survey)} are like: ${templateText(kind.words)}` });
  }
  return proposals;
}

/** The longest run of words that all lines of a kind share, as it stands in them; null: it says too little. */
function phraseOf({ words, example }: KindOfLine): string | null {
  const runs: string[][] = [[]];
  for (const word of words) {
    if (isConstant(word)) runs.at(-1)?.push(word);
    else runs.push([]);
  }
  const phrases = runs.map((run) => run.join(' ')).filter((phrase) => example.includes(phrase));
  const [longest = ''] = phrases.sort((a, b) => b.length - a.length);
  return longest.length >= PHRASE_LENGTH_MIN ? longest : null;
}

function idOf(phrase: string, taken: Set<string>): string {
  const slug = phrase
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  const base = slug === '' ? 'kind' : slug;
  let id = base;
  for (let number = 2; taken.has(id); number += 1) id = `${base}-${number}`;
  taken.add(id);
  return id;
}

function newKindRule(survey: Survey): Proposal[] {
  const kinds = survey.kinds.filter(({ level }) => level !== null && isAtLeast(level, 'ERROR')).length;
  const rule = {
    id: 'new-errors',
    title: 'An error of a new kind',
    severity: 'warning',
    match: { level: 'error' },
    when: { novel: 'template', learn: '24h' },
  };
  return [
    {
      rule,
      because: `${kinds === 1 ? '1 kind of error is' : `${kinds} kinds of errors are`} known from these logs; another one is news`,
    },
  ];
}

function slowRule({ duration }: Survey): Proposal[] {
  if (duration === null || duration.values.length < DURATIONS_MIN) return [];
  const { key, values } = duration;
  const p95 = values[Math.floor(values.length * 0.95)] ?? 0;
  const rule = {
    id: 'slow',
    title: 'Answers are slow',
    severity: 'warning',
    when: { value: `$.${key}`, stat: 'p95', is: `> ${roundedUp(p95 * ROOM)}`, within: '5m', atLeast: 20 },
  };
  return [{ rule, because: `the 95th percentile of ${key} is ${p95}` }];
}

function silenceRule({ events, gapMs }: Survey): Proposal[] {
  if (events < EVENTS_OF_STEADY_LOG) return [];
  const minutes = Math.max(10, roundedUp((gapMs / 60_000) * 3));
  const seconds = Math.ceil(gapMs / 1000);
  const rule = { id: 'silence', title: 'Nothing is logged any more', when: { absent: `${minutes}m` } };
  return [{ rule, because: `the longest time without a line is ${seconds}s` }];
}
