import { parseArgs } from 'node:util';
import { keepSubscribed } from '../shared/subscriptions/keep.ts';
import { inPlace, PLACE_OPTIONS, PLACE_USAGE } from './place/connection.ts';
import { watchedBy, watchingOf } from './subscriptions/watching.ts';
import type { Command, Io } from './terminal/io.ts';
import { Progress } from './terminal/progress.ts';
import { UsageError } from './terminal/usage-error.ts';

const USAGE = `tocsin subscribe GROUP… [--stack NAME] [--region NAME] [--profile NAME] [--json]

Hands every event of log groups to the rules. GROUP is a name in full or a glob; a leading ! excludes. A log group that
is subscribed already stays so, and one that a policy of the account hands over gets no filter beside it, for each event
would be delivered, and paid, twice. A glob takes the log groups that there are now: those to come are taken by the globs that
the stack is deployed with. Log groups of tocsin itself are refused.

${PLACE_USAGE}
  --json               a line of JSON for each log group, then a summary

Exit code: 0 all subscribed, 1 one was refused or none matches, 2 wrong usage, 3 AWS cannot be reached.

Examples:
  tocsin subscribe /app/orders /app/payments
  tocsin subscribe '/aws/lambda/*' '!/aws/lambda/debug-*' --stack Tocsin --region eu-central-1
`;

async function run(argv: string[], io: Io): Promise<number> {
  const options = { ...PLACE_OPTIONS, json: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options });
  if (positionals.length === 0) throw new UsageError('subscribe needs a GROUP, a name or a glob.');
  const { json = false } = values;
  return await inPlace(values, async (place) => {
    const watching = await watchingOf(place);
    const watched = watchedBy(positionals, watching);
    const progress = new Progress(io, json);
    let seen = 0;
    const happened = (change: { type: string }) => {
      if (!isSubscription(change)) return;
      seen += 1;
      progress.clear();
      void io.stdout(json ? `${JSON.stringify(change)}\n` : `${inWords(change)}\n`);
      progress.say(() => `${seen} log groups`);
    };
    const deps = { logGroups: watching.logGroups, happened, outOfTime: () => false };
    const { standing, covered, refused } = await keepSubscribed(deps, watched, watching.filter);
    progress.clear();
    const summary = { type: 'summary', subscribed: standing, covered, refused: refused.length };
    await io.stdout(
      json ? `${JSON.stringify(summary)}\n` : `${standing} subscribed, ${refused.length} refused\n`,
    );
    if (covered > 0) io.stderr(`tocsin subscribe: ${coveredText(covered)}\n`);
    if (standing + refused.length === 0) io.stderr('tocsin subscribe: no log group matches.\n');
    return standing > 0 && refused.length === 0 ? 0 : 1;
  });
}

function coveredText(covered: number): string {
  const what = covered === 1 ? 'one log group is' : `${covered} log groups are`;
  return `${what} handed over by the policy of the account already: no filter is added, for each event would be delivered twice.`;
}

interface Subscription {
  type: 'subscription';
  logGroup: string;
  change: 'begun' | 'ended' | 'refused';
  reason: string | null;
}

function isSubscription(happening: { type: string }): happening is Subscription {
  return happening.type === 'subscription';
}

function inWords({ logGroup, change, reason }: Subscription): string {
  return change === 'refused' ? `! ${logGroup}: ${reason}` : `+ ${logGroup}`;
}

export const command: Command = {
  name: 'subscribe',
  summary: 'hand log groups to the rules, by name or glob',
  usage: USAGE,
  run,
};
