/** Functions that still hold a rule as it was change nothing of what those tell who hold it as it is. */
import { describe, expect, it } from 'vitest';
import { EditedWorld, type Functions, type Known, MINUTE, SECOND, type Written } from './world.ts';

/** What is done by the rule as it is, and when (ms after the edit). */
type Step = { after: number; do: (functions: Functions) => Promise<void> };

interface Story {
  /** The rule in words that only threshold and time tell apart from what it was. */
  isNow: Record<string, never> | NonNullable<Written>;
  was: NonNullable<Written>;
  line: string;
  steps: Step[];
  tells: string[];
}

const look = (after: number): Step => ({ after, do: (functions) => functions.look() });
const log = (after: number, ...lines: string[]): Step => ({
  after,
  do: (functions) => functions.log(...lines),
});
const everyMinute = (minutes: number) => Array.from({ length: minutes }, (_, n) => look((n + 1) * MINUTE));
const inOrder = (...steps: Step[]) => steps.sort((a, b) => a.after - b.after);
const burst = ['ERROR', 'ERROR', 'ERROR', 'ERROR', 'ERROR'];

const STORIES: Record<string, Story> = {
  'a share': {
    isNow: { match: 'ERROR', when: { ratio: '> 50%', within: '1m', atLeast: 4 } },
    was: { match: 'ERROR', when: { ratio: '> 50%', within: '1m', atLeast: 400 } },
    line: 'ERROR',
    steps: inOrder(look(0), log(5 * SECOND, ...burst), ...everyMinute(3)),
    tells: ['fires', 'over after 60 s: it held no longer'],
  },
  'a condition that must last': {
    isNow: { match: 'ERROR', when: { count: 1, within: '30s' }, for: '20s' },
    was: { match: 'ERROR', when: { count: 100, within: '30s' }, for: '20s' },
    line: 'ERROR',
    steps: inOrder(look(0), log(5 * SECOND, 'ERROR'), ...everyMinute(2)),
    tells: ['fires', 'over after 11 s: it held no longer'],
  },
  'an absence': {
    isNow: { match: 'beat', when: { absent: '90s' } },
    was: { match: 'beat', when: { absent: '1h' } },
    line: 'beat',
    steps: inOrder(look(0), log(5 * SECOND, 'beat'), ...everyMinute(3)),
    tells: ['fires'],
  },
  'an absence by group': {
    isNow: { match: 'beat', groupBy: ['$.host'], when: { absent: '90s' } },
    was: { match: 'beat', groupBy: ['$.host'], when: { absent: '1h' } },
    line: '{"beat":1,"host":"a"}',
    steps: inOrder(look(0), log(5 * SECOND, '{"beat":1,"host":"a"}'), ...everyMinute(3)),
    tells: ['fires'],
  },
  'lines in a row': {
    isNow: { match: 'ERROR', when: { consecutive: 3 } },
    was: { match: 'ERROR', when: { consecutive: 300 } },
    line: 'fine',
    steps: inOrder(look(0), log(5 * SECOND, ...burst), ...everyMinute(2)),
    tells: ['fires'],
  },
  'a count that goes on': {
    isNow: { match: 'ERROR', when: { count: 2, within: '1m' } },
    was: { match: 'ERROR', when: { count: 200, within: '1m' } },
    line: 'fine',
    steps: inOrder(
      look(0),
      log(5 * SECOND, 'ERROR', 'ERROR'),
      log(55 * SECOND, 'ERROR', 'ERROR'),
      look(100 * SECOND),
      look(160 * SECOND),
    ),
    tells: ['fires', 'over after 111 s: it held no longer'],
  },
};

/** How the rule came to be as it is: what whoever comes late holds is the last but one. */
const HISTORIES: Record<string, (story: Story) => Written[]> = {
  edited: ({ was, isNow }) => [was, isNow],
  'edited and reverted': ({ was, isNow }) => [isNow, was, isNow],
  'disabled and enabled': ({ isNow }) => [isNow, { ...isNow, enabled: false }, isNow],
  'deleted and made again': ({ isNow }) => [isNow, null, isNow],
};

type Late = (late: Functions, line: string) => Promise<void>;

const looks: Late = (late) => late.look();
const counts: Late = (late, line) => late.log(line);
/** What whoever comes late does; where the rule was off, his matcher does nothing. */
const LATE: [string, Late, string][] = [
  ['the evaluator looks', looks, 'edited'],
  ['the matcher counts', counts, 'edited'],
  ['the evaluator looks', looks, 'edited and reverted'],
  ['the matcher counts', counts, 'edited and reverted'],
  ['the evaluator looks', looks, 'disabled and enabled'],
  ['the evaluator looks', looks, 'deleted and made again'],
];

/** A world right after the last edit of a rule, with what was known before it and after. */
async function livedThrough(history: readonly Written[]) {
  const world = new EditedWorld();
  const known: Known[] = [];
  for (const rule of history) known.push(await world.edit(rule));
  const [old, current] = known.slice(-2);
  if (old === undefined || current === undefined) throw new Error('The rule was never edited.');
  return { world, old, current };
}
type Lived = Awaited<ReturnType<typeof livedThrough>>;

interface Played {
  told: string[];
  /** How often something else might have happened in between. */
  calls: number;
}

/** The story, with something done by the rule as it was after so many calls of those who know it as it is. */
async function interrupted(story: Story, { world: begun, old, current }: Lived, late: Late, after: number) {
  const world = await begun.copy();
  const edited = world.now;
  const stale = world.functions(old);
  let calls = 0;
  const functions = world.functions(current, async () => {
    calls += 1;
    if (calls === after) await late(stale, story.line);
  });
  for (const step of story.steps) {
    world.now = edited + step.after;
    await step.do(functions);
  }
  return { told: world.told, calls } satisfies Played;
}

/** The story, with one of its steps done while something is under way by the rule as it was, after so many calls. */
async function overlapped(
  story: Story,
  { world: begun, old, current }: Lived,
  late: Late,
  at: Step,
  after: number,
) {
  const world = await begun.copy();
  const edited = world.now;
  const functions = world.functions(current);
  let calls = 0;
  const stale = world.functions(old, async () => {
    calls += 1;
    if (calls === after) await at.do(functions);
  });
  for (const step of story.steps) {
    world.now = edited + step.after;
    if (step === at) await late(stale, story.line);
    if (step !== at || calls < after) await step.do(functions);
  }
  return { told: world.told, calls } satisfies Played;
}

const never: Late = async () => undefined;

/** What is told when somebody comes late, where it differs from what is told otherwise. */
class Otherwise {
  readonly found: string[] = [];
  readonly #told: string;

  constructor(told: readonly string[]) {
    this.#told = told.join(', ');
  }

  compare(told: readonly string[], when: string): void {
    if (told.join(', ') !== this.#told) this.found.push(`${when}: ${told.join(', ')}`);
  }
}

describe.each(Object.entries(STORIES))('%s', (_name, story) => {
  it.each(LATE)('is told as ever, whenever %s by the rule before it was $2', async (_who, late, how) => {
    const lived = await livedThrough(HISTORIES[how]?.(story) ?? []);
    const { told, calls } = await interrupted(story, lived, never, 0);
    expect(told).toEqual(story.tells);
    const otherwise = new Otherwise(told);
    for (let n = 1; n <= calls; n++) {
      const played = await interrupted(story, lived, late, n);
      otherwise.compare(played.told, `after call ${n} of ${calls}`);
    }
    expect(otherwise.found).toEqual([]);
  });

  it('is told as ever, whatever is under way by the rule before it was edited', async () => {
    const lived = await livedThrough([story.was, story.isNow]);
    const otherwise = new Otherwise(story.tells);
    for (const late of [looks, counts]) {
      for (const step of story.steps) {
        for (let [n, last] = [1, 1]; n <= last; n++) {
          const played = await overlapped(story, lived, late, step, n);
          last = played.calls;
          otherwise.compare(played.told, `call ${n} of ${last}, when ${step.after} ms had passed`);
        }
      }
    }
    expect(otherwise.found).toEqual([]);
  });
});
