import { parseArgs } from 'node:util';
import * as z from 'zod';
import type { Command, Io } from './io.ts';
import { EnvironmentError, UsageError } from './usage-error.ts';

const USAGE = `tocsin rules --local URL [--json]

Shows every rule and whether it is in force; a broken item with its path and reason. Broken items never stop the
others, and their last good version stays in force.

  --local URL   the console of a running \`tocsin local\`
  --json        one line of JSON for each

Exit code: 0 all well, 1 something is broken, 2 wrong usage, 3 nothing answers at URL.
`;

const itemStates = z.array(
  z.object({
    kind: z.string(),
    id: z.string(),
    state: z.enum(['ok', 'stale', 'broken']),
    problems: z.array(z.object({ path: z.string(), message: z.string() })),
  }),
);
type ItemState = z.infer<typeof itemStates>[number];

const STATES = {
  ok: 'in force',
  stale: 'broken, last good version in force',
  broken: 'broken, never worked',
} as const;

async function run(argv: string[], io: Io): Promise<number> {
  const { local, json } = readArguments(argv);
  const items = await fetchItems(local);
  for (const item of items) {
    await io.stdout(json ? `${JSON.stringify({ type: 'rule', ...item })}\n` : `${inWords(item)}\n`);
  }
  return items.every(({ state }) => state === 'ok') ? 0 : 1;
}

function readArguments(argv: string[]): { local: string; json: boolean } {
  const options = { local: { type: 'string' }, json: { type: 'boolean' } } as const;
  const { values } = parseArgs({ args: argv, options });
  if (values.local === undefined || !URL.canParse(values.local)) {
    throw new UsageError('rules needs --local URL, the console address that `tocsin local` prints.');
  }
  return { local: values.local, json: values.json ?? false };
}

async function fetchItems(local: string): Promise<ItemState[]> {
  try {
    const answer = await fetch(new URL('/api/rules', local), { redirect: 'error' });
    return itemStates.parse(await answer.json());
  } catch (error) {
    throw new EnvironmentError(`No tocsin console answers at ${local}: is \`tocsin local\` running?`, {
      cause: error,
    });
  }
}

function inWords({ kind, id, state, problems }: ItemState): string {
  const name = kind === 'rule' ? id : `${kind} ${id}`;
  const why = problems.map(({ path, message }) => `\n    ${path}: ${message}`).join('');
  return `${name}: ${STATES[state]}${why}`;
}

export const command: Command = {
  name: 'rules',
  summary: 'show every rule: in force, or broken and why',
  usage: USAGE,
  run,
};
