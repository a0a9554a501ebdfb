import { parseArgs } from 'node:util';
import { knownCoverOf } from '../shared/subscriptions/account.ts';
import { inPlace, PLACE_OPTIONS, PLACE_USAGE } from './place/connection.ts';
import { hasFilter, meant, watchedBy, watchingOf } from './subscriptions/watching.ts';
import type { Command, Io } from './terminal/io.ts';
import { UsageError } from './terminal/usage-error.ts';

const USAGE = `tocsin unsubscribe GROUP… [--stack NAME] [--region NAME] [--profile NAME] [--json]

Ends the subscription of log groups, by name or glob. Only the stack's own filter is removed, others stay. A log group
that the stack is deployed with is subscribed again within the hour: take it out of the deployment instead. What a policy
of the account hands over is excluded there too, by a !NAME among logGroups.

${PLACE_USAGE}
  --json               a line of JSON for each log group, then a summary

Exit code: 0 ended, 1 none of them was subscribed, 2 wrong usage, 3 AWS cannot be reached.

Examples:
  tocsin unsubscribe /app/orders
  tocsin unsubscribe '/app/test-*' --stack Tocsin
`;

async function run(argv: string[], io: Io): Promise<number> {
  const options = { ...PLACE_OPTIONS, json: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options });
  if (positionals.length === 0) throw new UsageError('unsubscribe needs a GROUP, a name or a glob.');
  const { json = false } = values;
  return await inPlace(values, async (place) => {
    const watching = await watchingOf(place);
    const { takes } = await knownCoverOf(watching.logGroups, watching.filter);
    let [ended, covered] = [0, 0];
    for await (const logGroup of meant(watching.logGroups, watchedBy(positionals, watching))) {
      if (takes(logGroup)) covered += 1;
      if (!(await hasFilter(watching, logGroup))) continue;
      await watching.logGroups.unsubscribe(logGroup, watching.filter.name);
      ended += 1;
      const line = { type: 'subscription', logGroup, change: 'ended' };
      await io.stdout(json ? `${JSON.stringify(line)}\n` : `- ${logGroup}\n`);
    }
    await io.stdout(json ? `${JSON.stringify({ type: 'summary', ended })}\n` : `${ended} ended\n`);
    if (covered > 0) io.stderr(`tocsin unsubscribe: ${coveredText(covered)}\n`);
    return ended > 0 ? 0 : 1;
  });
}

function coveredText(covered: number): string {
  const what = covered === 1 ? 'one log group is' : `${covered} log groups are`;
  return `${what} handed over by the policy of the account: a !NAME among logGroups of the deployment excludes one.`;
}

export const command: Command = {
  name: 'unsubscribe',
  summary: 'end the subscription of log groups',
  usage: USAGE,
  run,
};
